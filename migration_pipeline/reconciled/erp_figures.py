"""What the ERP holds of one store x dataset, read back from the ERP and never from what the loader believes it wrote.

Belongs here: which ERP figures answer to which canonical table. Does not belong here: SQL (`loaded/targets/`), comparing (`compare.py`).
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.datasets import Dataset, Table
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.target_description import TargetDescription

MASTERS = {"suppliers": "supplier", "products": "item", "members": "member"}
"""Dataset -> the ERP table of its company-wide records."""
BALANCES = {"suppliers": ("supplier_balance", ("balance",)), "members": ("member_balance", ("stored_principal", "stored_bonus"))}
"""Canonical table -> the ERP table and columns of its balances per store."""


class ReadBack(Protocol):
    """The reading half of a target."""

    def describe(self) -> TargetDescription:
        """What the ERP says about its tables."""
        ...

    def grouped_totals(self, table: str, store: str | None, by: Sequence[str]) -> pd.DataFrame:
        """`rows` and the exact sum of every numeric column by group, the groups as text."""
        ...

    def read_back(self, table: str, store: str | None, keys: pd.DataFrame | None = None) -> pd.DataFrame:
        """All rows of one ERP table (of one store, or with these keys), ordered by key."""
        ...

    def stream(self, table: str, store: str | None) -> pa.RecordBatchReader:
        """The rows in any order, in batches."""
        ...

    def touched(self, table: str, store: str | None) -> Collection[str] | None:
        """Keys (parts joined by `|`) of the rows that somebody wrote since a load did; None: the ERP cannot tell."""
        ...

    def totals(self, table: str, store: str | None) -> dict[str, Decimal | int]:
        """`rows` and the exact sum of every numeric column."""
        ...


def erp_figures(dataset: Dataset, store: str, loaded: StageOutput, target: ReadBack) -> pd.DataFrame:
    """Per canonical table: rows, money, quantity, points as the ERP holds them for this store.

    Rows of master data are the records this store created (its `loaded` ledger rows) that are really there.
    """
    rows = [_figures(table, store, loaded, target) for table in dataset.tables]
    frame = pd.DataFrame(rows, columns=["table", "rows", "money", "quantity", "points"])
    types: dict[str, Any] = {
        "table": "str",
        "rows": "int64",
        "money": decimal_dtype(2),
        "quantity": decimal_dtype(3),
        "points": decimal_dtype(2),
    }
    return frame.astype(types)


def _figures(table: Table, store: str, loaded: StageOutput, target: ReadBack) -> tuple[object, ...]:
    none = Decimal(0)
    if table.evidence:
        return table.name, 0, none, none, none
    if table.name in MASTERS or table.name == "coupons":
        money, points = _balance(table, store, target)
        return table.name, _present(table, loaded, target), money, none, points
    totals = target.totals(table.erp_table, store)
    figures = [Decimal(totals[name]) if name else none for name in (table.money, table.quantity, table.points)]
    return table.name, int(totals["rows"]), *figures


def _balance(table: Table, store: str, target: ReadBack) -> tuple[Decimal, Decimal]:
    if table.name not in BALANCES:
        return Decimal(0), Decimal(0)
    name, money = BALANCES[table.name]
    totals = target.totals(name, store)
    return sum((Decimal(totals[column]) for column in money), Decimal(0)), Decimal(totals.get("points", 0))


def _present(table: Table, loaded: StageOutput, target: ReadBack) -> int:
    """How many of the records this store created stand in the ERP."""
    ledger = loaded.outcomes
    mine = ledger.loc[(ledger["table"] == table.name) & (ledger["outcome"] == "loaded"), "target_key"]
    if mine.empty:
        return 0
    name = MASTERS.get(table.name, table.erp_table)
    key = erp_table(name).key
    asked = pd.DataFrame({key[0]: mine.unique()}) if len(key) == 1 else loaded.tables[name][list(key)]
    there = target.read_back(name, None, asked)
    keys = there[list(key)].astype("str").agg("|".join, axis=1) if len(key) > 1 else there[key[0]]
    return int(mine.isin(keys).sum())
