"""Whether the parts of a source fit together and to the datasets: names that name nothing, words the ERP does not have.

Belongs here: contradictions inside one source. Does not belong here: the schema itself (`source.py`, `models.py`), anything that
needs data.
"""

from collections.abc import Iterable, Mapping

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.policies import RULES, SALES_RULES, Policy
from migration_pipeline.contracts.units import known_ratio
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.project.expressions import columns_of
from migration_pipeline.project.functions import parse
from migration_pipeline.project.source import SourceSpec, TableSpec

Place = tuple[str, ...]
LEDGERS = ("point_entries", "stored_value_entries")
"""Evidence that may reach back to the first entry of every card."""


class MisplacedError(ValueError):
    """A contradiction inside the project; `place` is its path in the file."""

    def __init__(self, message: str, *place: str) -> None:
        super().__init__(message)
        self.place = place


def check_source(source: SourceSpec, where: Place) -> None:
    """Raises MisplacedError for the first name in a source that names nothing."""
    for dataset, tables in source.datasets.items():
        here = (*where, "datasets", dataset)
        demand_known([dataset], DATASETS, "dataset", here)
        known = {table.name: table for table in DATASETS[dataset].tables}
        for name, spec in tables.items():
            demand_known([name], known, "table", (*here, name))
            _check_table(known[name], spec, source, tables, (*here, name))
        if dataset == "sales" and "lines" not in tables:
            raise MisplacedError("sales need the table lines; tickets and payments alone are no sales", *here)
    for vocabulary, words in source.value_maps.items():
        here = (*where, "value_maps", vocabulary)
        demand_known([vocabulary], VOCABULARIES, "vocabulary", here)
        for word, erp in words.items():
            demand_known([erp], VOCABULARIES[vocabulary], f"word of {vocabulary}", (*here, word))
            if vocabulary == "unit" and (ratio := known_ratio(word, erp)) not in {None, 1}:
                what = f"one {word} is {ratio:f} {erp}, so they are not the same unit; quantities would be wrong by that factor"
                raise MisplacedError(what, *here, word)
    check_policies(source.policies, where)
    check_severities(source.severities, where)


def check_policies(policies: Mapping[str, Policy], where: Place) -> None:
    """Raises MisplacedError for a policy of a rule that is not built in, or one that its rule does not allow."""
    for rule_id, policy in policies.items():
        here = (*where, "policies", rule_id)
        demand_known([rule_id], RULES, "built-in rule", here)
        demand_known([policy], RULES[rule_id].allowed, f"policy of {rule_id}", here)


def check_severities(rule_ids: Iterable[str], where: Place) -> None:
    """Raises MisplacedError for a severity of a rule that has no check of its own."""
    for rule_id in rule_ids:
        demand_known([rule_id], [rule.id for rule in SALES_RULES], "rule of sales", (*where, "severities", rule_id))


def _check_table(table: Table, spec: TableSpec, source: SourceSpec, tables: Mapping[str, TableSpec], where: Place) -> None:
    columns = list(table.columns)
    if spec.complete and table.name not in LEDGERS:
        raise MisplacedError(f"only {' and '.join(LEDGERS)} can be complete", *where, "complete")
    if spec.fallbacks and table.name != "products":
        raise MisplacedError("only the table products knows fallbacks; use a list of source columns instead", *where, "fallbacks")
    for column, other in spec.fallbacks.items():
        demand_known([column, other], columns, "column", (*where, "fallbacks", column))
    if table.name == "lines" and "tickets" not in tables:
        columns += [c for c in DATASETS["sales"].table("tickets").columns if c not in columns]
        if not spec.recognise and "sold_at" not in {*spec.columns, *spec.constants}:
            raise MisplacedError("without a table tickets, the lines need the column sold_at", *where, "columns")
    demand_known(spec.inputs, source.inputs, "input", (*where, "inputs"))
    for name, lookup in spec.lookups.items():
        demand_known([lookup.input], source.inputs, "input", (*where, "lookups", name, "input"))
    _check_computed(table, spec, where)
    for key, given in (("columns", spec.columns), ("constants", spec.constants), ("dates", spec.dates)):
        for column in given:
            if not column.startswith("x_"):
                demand_known([column], columns, "column", (*where, key, column))


def _check_computed(table: Table, spec: TableSpec, where: Place) -> None:
    """What computed columns fill must be used, and a measure that one fills has a control total of its own."""
    used = {column for source in spec.columns.values() for column in ((source,) if isinstance(source, str) else source)}
    read = {column for text in spec.computed.values() for column in columns_of(parse(text))}
    for name in spec.computed:
        if name not in used | read:
            raise MisplacedError(
                f"nothing uses the computed column {name!r}: name it under columns: or in another one, or remove it",
                *where,
                "computed",
                name,
            )
    for measure in MEASURES:
        column: str | None = getattr(table, measure)
        source = spec.columns.get(column or "")
        if isinstance(source, str) and source in spec.computed and getattr(spec.control, measure) is None:
            raise MisplacedError(
                f"{column} is computed: say under control: how SQL takes {measure} from the untouched source", *where, "control"
            )


def demand_known(names: Iterable[str], known: Iterable[str], kind: str, where: Place) -> None:
    """Raises MisplacedError for the first name that is not known."""
    there = list(known)
    for name in names:
        if name not in there:
            raise MisplacedError(f"there is no {kind} {name!r}; there is {', '.join(there)}", *where)
