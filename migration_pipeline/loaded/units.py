"""Cutting a mapped output into units that can stand alone: a ticket with its lines and payments, an item with its barcodes and prices.

Belongs here: which rows belong together, and ranges of units as frames. Does not belong here: how many units a batch has (`load.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from migration_pipeline.contracts.cross_rules import key_text
from migration_pipeline.contracts.erp import ERP_TABLES

UNIT_COLUMN: Mapping[str, str | None] = MappingProxyType(
    {"suppliers": "supplier_code", "products": "item_code", "members": "member_code", "inventory": None, "sales": "ticket_no"}
)
"""Dataset -> the column whose value all rows of a unit share; None: every row is a unit."""


@dataclass(frozen=True)
class Units:
    """The rows of a store x dataset, sorted by unit; unit n of every table is `frame[starts[n]:starts[n + 1]]`.

    Attributes:
        names: what each unit is called: the ticket number, the item code ...
        frames: ERP table -> its rows.
        starts: ERP table -> where each unit begins, one more than there are units.
    """

    names: "pd.Index[str]"
    frames: Mapping[str, pd.DataFrame]
    starts: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.names)

    def part(self, first: int, stop: int) -> dict[str, pd.DataFrame]:
        """The rows of units `first` to `stop` (not included); tables without any are left out."""
        ranges = {name: (int(starts[first]), int(starts[stop])) for name, starts in self.starts.items()}
        return {name: self.frames[name].iloc[one:other].reset_index(drop=True) for name, (one, other) in ranges.items() if one < other}

    def chosen(self, units: Sequence[int]) -> dict[str, pd.DataFrame]:
        """The rows of some units; tables without any are left out."""
        masks = {name: self._of(name, units) for name in self.frames}
        return {name: self.frames[name][mask].reset_index(drop=True) for name, mask in masks.items() if mask.any()}

    def without(self, units: Sequence[int]) -> dict[str, pd.DataFrame]:
        """All rows but those of some units; every table."""
        return {name: frame[~self._of(name, units)].reset_index(drop=True) for name, frame in self.frames.items()}

    def _of(self, table: str, units: Sequence[int]) -> np.ndarray:
        mask = np.zeros(len(self.frames[table]), dtype=bool)
        for unit in units:
            mask[self.starts[table][unit] : self.starts[table][unit + 1]] = True
        return mask

    def stop_after(self, first: int, rows: int) -> int:
        """Where a part that begins at `first` has about `rows` rows in its longest table, at least one unit."""
        ends = [int(np.searchsorted(starts, starts[first] + rows, side="right")) - 1 for starts in self.starts.values()]
        return min(max(min(ends, default=len(self)), first + 1), len(self))


def units_of(dataset: str, tables: Mapping[str, pd.DataFrame]) -> Units:
    """Sort the rows of all tables by unit, units in the order in which they come first."""
    named = [unit_names(dataset, name, frame) for name, frame in tables.items()]
    codes, names = pd.factorize(pd.concat([pd.Series(dtype="str"), *named], ignore_index=True))
    frames, starts, place = {}, {}, 0
    for name, frame in tables.items():
        own = codes[place : place + len(frame)]
        place += len(frame)
        if (own[1:] < own[:-1]).any():
            order = np.argsort(own, kind="stable")
            frame, own = frame.iloc[order], own[order]  # noqa: PLW2901
        frames[name] = frame
        starts[name] = np.searchsorted(own, np.arange(len(names) + 1))
    return Units(pd.Index(names), frames, starts)


def unit_names(dataset: str, table: str, frame: pd.DataFrame) -> "pd.Series[str]":
    """A row without the shared value (a coupon of no item) is a unit of its own."""
    column, key = UNIT_COLUMN[dataset], key_text(ERP_TABLES[table], frame)
    if column is None:
        return key
    named: pd.Series[str] = frame[column]
    return named.where(named.notna(), key) if named.isna().any() else named
