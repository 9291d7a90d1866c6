"""Why the rows of two runs differ: which changed setting speaks of them.

Belongs here: one group of rows and the settings that changed, put together. Does not belong here: finding either (`diff.py`).
A setting is named where it speaks of the rows' reason, columns, file or id; or where it is the only one that changed. Otherwise nothing is
named: nothing is guessed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.policies import RULES, reason_of
from migration_pipeline.project.versions import KeyChange
from migration_pipeline.reconciled.row_history import ChangedRows

_BY_DECISION = ("same_record",)


@dataclass(frozen=True)
class RowChange:
    """Rows of one store x dataset that changed in the same way, and the settings that speak of them."""

    store: str
    dataset: str
    rows: ChangedRows
    because: tuple[str, ...] = ()

    @property
    def reasons(self) -> set[str]:
        """The reason codes of both sides."""
        return {text.rpartition(" ")[2] for text in (self.rows.old, self.rows.new) if text}

    @property
    def columns(self) -> set[str]:
        """The canonical columns whose values changed."""
        return set(self.rows.columns)

    @property
    def about(self) -> Table:
        """Its table's descriptor."""
        return DATASETS[self.dataset].table(self.rows.table)


def because(change: RowChange, keys: Sequence[KeyChange]) -> tuple[str, ...]:
    """The changed settings that speak of these rows."""
    named = [key for key in keys if (speaks := _SPEAKS.get(key.kind)) is not None and speaks(change, key)]
    found = named or (list(keys) if len(keys) == 1 else [])
    return tuple(str(key) for key in found)


def _mapping(change: RowChange, key: KeyChange) -> bool:
    """`tables.products.columns.name` speaks of the column `name` of products."""
    part, _, rest = key.name.removeprefix(f"tables.{change.rows.table}.").partition(".")
    if not key.name.startswith(f"tables.{change.rows.table}."):
        return False
    return part in {"columns", "constants", "fallbacks", "dates", "computed"} and rest in change.columns


def _value_maps(change: RowChange, key: KeyChange) -> bool:
    vocabulary = key.name.partition(".")[0]
    columns = {field.name for field in change.about.fields if field.vocabulary == vocabulary}
    return bool(columns & change.columns) or (bool(columns) and "unmapped_value" in change.reasons)


def _rules(change: RowChange, key: KeyChange) -> bool:
    part, _, name = key.name.partition(".")
    if part == "policies":
        return _policy(change, name, (key.old, key.new))
    if part == "rules" and name.startswith(f"{change.rows.table}."):
        return any(_own_rule(change, rule) for rule in (key.old, key.new) if isinstance(rule, Mapping))
    return False


def _policy(change: RowChange, rule_id: str, policies: Sequence[Any]) -> bool:
    rule = RULES.get(rule_id)
    if rule is None or (rule.dataset, rule.table) != (change.dataset, change.rows.table):
        return False
    codes = {reason_of(rule, policy) for policy in policies if policy}
    return bool(codes & change.reasons or change.columns & {*rule.columns, *rule.zeroes})


def _own_rule(change: RowChange, rule: Mapping[str, Any]) -> bool:
    codes = {rule.get("exclude"), rule.get("reject"), rule.get("flag")}
    columns = {*(rule.get("set") or {}), *(rule.get("clear") or ()), *(rule.get("negate") or ())}
    return bool(codes & change.reasons or columns & change.columns)


def _corrections(change: RowChange, key: KeyChange) -> bool:
    table, _, row = key.name.partition(" ")
    return table == change.rows.table and (row.startswith("where ") or row.partition(" (")[0] in change.rows.row_ids)


def _decisions(change: RowChange, _: KeyChange) -> bool:
    return change.rows.change == "target_key" or bool(change.reasons.intersection(_BY_DECISION))


def _inputs(change: RowChange, key: KeyChange) -> bool:
    """Row ids begin with the file, as it lies below the store's or the data folder."""
    return any(f"/{key.name}".endswith(f"/{row_id.rpartition(':')[0]}") for row_id in change.rows.row_ids)


_SPEAKS: Mapping[str, Callable[[RowChange, KeyChange], bool]] = MappingProxyType(
    {
        "mapping": _mapping,
        "value_maps": _value_maps,
        "rules": _rules,
        "corrections": _corrections,
        "decisions": _decisions,
        "inputs": _inputs,
    }
)
