"""The first rung: are the ERP's tables what was loaded for?

Belongs here: comparing the ERP's words about its tables with `contracts/erp.py`. Does not belong here: asking the ERP
(`loaded/targets/`), comparing with a description that was kept (`contracts/target_description.py`).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from migration_pipeline.contracts.erp import ErpColumn, ErpTable, tables_of
from migration_pipeline.contracts.target_description import ColumnDescription, TableDescription, TargetDescription
from migration_pipeline.reconciled.measurements import Measured

_TYPES = MappingProxyType({"postgres": MappingProxyType({"timestamp": "timestamp without time zone"})})
"""Target whose types are those of our tables -> our type -> its name there, where it is another."""
Described = Mapping[str, ColumnDescription]
_LIMITED = "character varying"
"""A text that is too long for it is refused, never cut: the row is in quarantine then, and counted."""
_OWN_TYPES = "the ERP has types of its own; values are compared exactly"


def schema_rung(dataset: str, found: TargetDescription, kept: TargetDescription | None = None) -> Iterator[Measured]:
    """Columns, types and keys of every ERP table of the dataset; the sample names what differs.

    Args:
        dataset: whose tables.
        found: what the ERP says now.
        kept: what a person has accepted (`store2erp target describe`): a column that is as it says differs in nothing.
    """
    for table in tables_of(dataset):
        there = found.tables.get(table.name, TableDescription(columns={}))
        accepted = kept.tables.get(table.name) if kept else None
        odd = {name: about for name, about in there.columns.items() if accepted is None or accepted.columns.get(name) != about}
        yield _measured(table, "columns", [*_other_columns(table, there, odd)])
        if found.target in _TYPES:
            yield _measured(table, "types", [*_other_types(table, odd, found.target)])
        else:
            yield Measured("schema", f"{table.name}.types", sample=(_OWN_TYPES,), unmeasured=True)
        key = [] if there.key == table.key else [f"the key is {', '.join(there.key) or 'none'}, not {', '.join(table.key)}"]
        source, target = Decimal(len(table.key)), Decimal(len(table.key) - len(set(table.key) - set(there.key)))
        yield Measured("schema", f"{table.name}.key", source, target, sample=key, broken=bool(key))


def _measured(table: ErpTable, what: str, wrong: list[str]) -> Measured:
    """How many columns there should be, and how many are as they should be or not known at all."""
    wanted = len(table.columns)
    missing = len({text.split(" ")[0] for text in wrong} & set(table.column_names))
    return Measured("schema", f"{table.name}.{what}", Decimal(wanted), Decimal(wanted - missing), sample=wrong, broken=bool(wrong))


def _other_columns(table: ErpTable, there: TableDescription, odd: Described) -> Iterator[str]:
    for column in table.columns:
        if column.name not in there.columns:
            yield f"{column.name} is gone"
        elif column.nullable and column.name in odd and odd[column.name].required:
            yield f"{column.name} has become required"
    yield from (f"{name} is new and required" for name, about in odd.items() if name not in table.column_names and about.required)


def _other_types(table: ErpTable, odd: Described, target: str) -> Iterator[str]:
    for column in table.columns:
        about = odd.get(column.name)
        if about is not None and (wrong := _other_type(column, about, _TYPES[target].get(column.type, column.type))):
            yield f"{column.name} is {wrong}"


def _other_type(column: ErpColumn, about: ColumnDescription, wanted: str) -> str:
    exact = (about.precision, about.scale)
    if column.type == "text" and about.type == _LIMITED:
        return ""
    if about.type != wanted:
        return about.type
    if column.type == "numeric" and exact != (column.precision, column.scale):
        return f"numeric{exact}"
    return ""
