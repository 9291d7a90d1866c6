"""A profile as plain values, for JSON and for the page; here and only here values are masked.

Belongs here: what is shown of a value. Does not belong here: recognising personal columns (`personal.py`), looks (`report.py`, `cli/`).
"""

from dataclasses import asdict
from typing import Any

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.synonyms import score
from migration_pipeline.raw.profiling.columns import FEW, ColumnFigures
from migration_pipeline.raw.profiling.findings import findings
from migration_pipeline.raw.profiling.personal import masked, plain_name
from migration_pipeline.raw.profiling.profile import Profile, TableProfile
from migration_pipeline.raw.profiling.sampling import CONFIDENCE, FORMULA, FORMULA_ZH, size_for
from migration_pipeline.raw.profiling.suggest import suggestion
from migration_pipeline.raw.profiling.suggest_yaml import sources_yaml

LONGEST = 32
REPEATED = 5
_COUNTED = (
    "nulls",
    "blanks",
    "placeholders",
    "shortest",
    "longest",
    "negative",
    "scientific",
    "padded",
    "wrapped",
    "point_zero",
    "line_breaks",
    "mojibake",
)
View = dict[str, Any]


def as_view(profile: Profile, *, suggest: bool) -> View:
    """Everything as JSON values; `suggest` adds the sources section, for data that no project describes yet."""
    return {
        "data": profile.data.name,
        "tables": [_table(table) for table in profile.tables],
        "relations": [asdict(relation) for relation in profile.relations],
        "systems": {unit: {"preset": s.preset, "percent": s.percent, "datasets": list(s.datasets)} for unit, s in profile.systems.items()},
        "findings": [asdict(finding) for finding in findings(profile)],
        "unclassified": [asdict(left) for left in profile.unclassified],
        "suggestion": sources_yaml(suggestion(profile)) if suggest else None,
        "sampling": _sampling(profile),
    }


def _sampling(profile: Profile) -> View:
    sizes = {str(rate): size_for(rate) for rate in (CONFIDENCE.__class__(text) for text in ("0.05", "0.01", "0.001"))}
    return {
        "rows_per_table": profile.sampled,
        "seed": profile.seed,
        "confidence": str(CONFIDENCE),
        "formula": FORMULA,
        "formula_zh": FORMULA_ZH,
        "size_for_error_rate": sizes,
    }


def _table(table: TableProfile) -> View:
    found = table.found
    return {
        "table": table.place,
        "unit": found.unit,
        "format": found.spec.format,
        "files": len(found.files),
        "options": dict(table.options),
        "rows": table.rows,
        "ragged_rows": table.ragged,
        "repeated_rows": table.repeated,
        "likely": _likely(table),
        "importance": asdict(table.importance),
        "dated_by": table.dated_by,
        "first": table.first,
        "last": table.last,
        "written": table.written.isoformat(timespec="seconds"),
        "keys": [asdict(key) for key in table.keys],
        "columns": [_column(column, table) for column in table.columns],
        "sample": {"rows": list(table.sample.rows), "rules_out_percent": f"{table.sample.below * 100:f}"} if table.sample else None,
    }


def _likely(table: TableProfile) -> View:
    guess = table.guess
    return {
        "role": table.role,
        "guess": guess.name,
        "percent": guess.percent,
        "why": guess.why,
        "columns": [asdict(mapped) for mapped in guess.columns],
        "undecided": {column: list(several) for column, several in guess.undecided.items()},
        "unknown": list(guess.left),
        "missing": list(guess.missing),
    }


def _column(column: ColumnFigures, table: TableProfile) -> View:
    hide = _hides(column, table)
    counted = {name: column.counts[name] for name in _COUNTED}
    return {
        "column": column.name,
        "type": column.kind,
        "scale": column.scale,
        "pattern": column.date.pattern if column.date else "",
        "ambiguous": bool(column.date and column.date.ambiguous),
        "meaning": next((m.column for m in table.guess.columns if m.source == column.name), ""),
        "personal": table.personal.get(column.name, ""),
        "rows": column.rows,
        "filled": column.filled,
        "distinct": column.distinct,
        "distinct_folded": column.folded,
        "unique": column.unique,
        **counted,
        "ean_percent": column.ean_percent,
        "least": "" if hide or column.name in table.personal else _shown(column.least, column, table),
        "most": "" if hide or column.name in table.personal else _shown(column.most, column, table),
        "samples": [] if hide else [_shown(text, column, table) for text in column.samples],
        "dominant": column.dominant,
        "outlier_rows": column.outlier_rows,
        "outliers": [asdict(outlier) for outlier in column.outliers],
    }


def _hides(column: ColumnFigures, table: TableProfile) -> bool:
    """Text that nobody knows is not shown at all: it may name anybody. Short lists of words that come again and again may be shown."""
    if column.kind != "text" or column.name in table.personal or column.name in _public(table):
        return False
    known = score([column.name]) > 0 and not plain_name(column.name)
    words = column.distinct <= FEW and column.filled >= REPEATED * column.distinct
    return bool(table.personal) or not (known or words)


def _public(table: TableProfile) -> set[str]:
    """Columns that are taken for something that is not about persons."""
    if not table.guess.table:
        return set()
    public = {f.name for t in DATASETS[table.guess.dataset].tables for f in t.fields if not f.personal}
    return {m.source for m in table.guess.columns if m.column in public}


def _shown(text: str, column: ColumnFigures, table: TableProfile) -> str:
    hidden = masked(" ".join(text.split()), table.personal.get(column.name))
    return hidden if len(hidden) <= LONGEST else hidden[: LONGEST - 1] + "…"
