"""Which SQL expression gives a table's money, quantity and points from the source's text columns.

Belongs here: the declared expressions of `control:` and what follows from `columns:` where none is declared.
Does not belong here: running them (`source_totals.py`).
"""

import re
from collections.abc import Collection
from types import MappingProxyType

from migration_pipeline.contracts.datasets import Table
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.project.placeholders import placeholders_for
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.reconciled.source_readers import quoted

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
NOTHING = "CAST(0 AS DECIMAL(38, 2))"
_FORMULAS = MappingProxyType(
    {
        ("members", "stored_value"): "{stored_principal} + {stored_bonus}",
        ("stored_value_entries", "stored_value"): "{principal} + {bonus}",
        ("stock", "value"): "{quantity} * {unit_cost}",
        ("lines", "amount"): "{quantity} * {unit_price} * (1 - {discount_rate})",
    }
)
"""How a measure follows from canonical columns that are not it; used where the measure itself is not mapped."""


def declared(spec: TableSpec, measure: str) -> str | None:
    """The expression written in the project file, if any."""
    found: str | None = getattr(spec.control, measure)
    return found


def expressions(table: Table, spec: TableSpec, source: SourceSpec) -> dict[str, str]:
    """Measure -> SQL expression of exact type over text columns, not yet rounded.

    In a declared expression `{money}`, `{quantity}` and `{points}` are what would be taken without it, and `{column}` is the text of a
    canonical column: for presets that recognise columns and so cannot know what they are called.
    """
    derived = {measure: f"({_derived(table, spec, source, measure)})" for measure in MEASURES}

    def filled(name: "re.Match[str]") -> str:
        return derived.get(name[1]) or _text(spec, name[1])

    written = {measure: declared(spec, measure) for measure in MEASURES}
    return {measure: _PLACEHOLDER.sub(filled, text) if text else derived[measure] for measure, text in written.items()}


def _derived(table: Table, spec: TableSpec, source: SourceSpec, measure: str) -> str:
    column: str | None = getattr(table, measure)
    if column is None:
        return NOTHING
    formula = _FORMULAS.get((table.name, column))
    if formula is None or column in spec.columns or column in spec.constants:
        return _number(table.field(column), spec, source)
    return formula.format(**{f.name: _number(f, spec, source) for f in table.fields if f.type == "decimal"})


def _number(field: Field, spec: TableSpec, source: SourceSpec) -> str:
    """A canonical column rounded to its scale: missing text is its default or 0, unreadable text is NULL."""
    placeholders = sorted(placeholders_for(field, source))
    texts = [_bare(name, placeholders) for name in source_columns(spec, field.name)]
    last = spec.constants.get(field.name) if not texts else None
    texts.append(literal(last or field.default or "0"))
    text = f"coalesce({', '.join(texts)})" if len(texts) > 1 else texts[0]
    return f"round({'off' if field.name == 'discount_rate' else 'num'}({text}), {field.scale})"


def _text(spec: TableSpec, name: str) -> str:
    """The text of a canonical column without blanks around it, NULL where the source has none."""
    texts = [_bare(column, ()) for column in source_columns(spec, name)]
    fixed = spec.constants.get(name) if not texts else None
    return f"coalesce({', '.join([*texts, literal(fixed) if fixed else 'CAST(NULL AS VARCHAR)'])})"


def text_of(field: Field, spec: TableSpec, source: SourceSpec) -> str:
    """The text of a canonical column, NULL where there is nothing or a word that means nothing."""
    placeholders = sorted(placeholders_for(field, source))
    texts = [_bare(name, placeholders) for name in source_columns(spec, field.name)]
    last = spec.constants.get(field.name) if not texts else None
    return f"coalesce({', '.join([*texts, literal(last) if last else 'CAST(NULL AS VARCHAR)'])})"


def number_of(field: Field, spec: TableSpec, source: SourceSpec) -> str:
    """The number in a canonical column, rounded to its scale; 0 where there is none or it cannot be read."""
    return f"CAST(coalesce({_number(field, spec, source)}, 0) AS DECIMAL(38, {field.scale}))"


def source_columns(spec: TableSpec, name: str) -> tuple[str, ...]:
    """The source columns of a canonical one, in order of preference."""
    found = spec.columns.get(name, ())
    return (found,) if isinstance(found, str) else found


def _bare(column: str, placeholders: Collection[str]) -> str:
    text = f"bare({quoted(column.strip())})"
    if not placeholders:
        return text
    either = literal(f"^(?:{'|'.join(map(re.escape, placeholders))})$")
    return f"nullif(regexp_replace({text}, {either}, ''), '')"


def literal(text: str) -> str:
    """An SQL text literal."""
    return "'" + text.replace("'", "''") + "'"
