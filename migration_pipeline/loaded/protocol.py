"""What every target ERP can do, and the values that go in and come out.

Belongs here: the protocol and its values. Does not belong here: anything about one ERP (`loaded/targets/`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, Protocol

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.lookups import Lookups
from migration_pipeline.contracts.target_description import TargetDescription

Brought = Mapping[str, Collection[str]]
NOTHING: Brought = MappingProxyType({})


@dataclass(frozen=True)
class CompanyRow:
    """The company all stores belong to."""

    company_code: str
    name: str
    currency: str


@dataclass(frozen=True)
class StoreRow:
    """One store; `warehouses` maps the code of each of its stock locations to its name."""

    store_code: str
    name: str
    warehouses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TableResult:
    """What became of one table's rows.

    Attributes:
        rows: rows handed over = inserted + updated + unchanged + kept.
        kept: rows that would have changed the owner of an existing row (a barcode) and therefore did nothing.
    """

    table: str
    rows: int
    inserted: int
    updated: int
    kept: int = 0

    @property
    def unchanged(self) -> int:
        """Rows that the target held already, value for value."""
        return self.rows - self.inserted - self.updated - self.kept


@dataclass(frozen=True)
class BatchResult:
    """What one load batch did, by table, in load order."""

    tables: Mapping[str, TableResult]

    @property
    def rows(self) -> int:
        """Rows handed over."""
        return sum(result.rows for result in self.tables.values())

    @property
    def inserted(self) -> int:
        """Rows that are new in the target."""
        return sum(result.inserted for result in self.tables.values())

    @property
    def updated(self) -> int:
        """Rows whose values changed in the target."""
        return sum(result.updated for result in self.tables.values())

    @property
    def unchanged(self) -> int:
        """Rows that the target held already."""
        return sum(result.unchanged for result in self.tables.values())

    @property
    def changed_rows(self) -> int:
        """Rows of the target that are not what they were before: 0 when a load is repeated."""
        return self.inserted + self.updated


@dataclass(frozen=True)
class Batch:
    """Which load batch this is: the unit of commit, journal and undo. The id is unique in the target."""

    batch_id: str
    run_id: str
    store: str
    dataset: str


@dataclass(frozen=True)
class TargetBatch:
    """A batch as the target itself remembers it, committed with its rows; `undone_at` once it was taken back."""

    batch: Batch
    committed_at: datetime
    result: BatchResult
    undone_at: datetime | None = None


KeptWhy = Literal["changed_since", "used_elsewhere", "changed_by_later_batch", "gone"]


@dataclass(frozen=True)
class KeptRow:
    """A row of an undone batch that is not taken back, and why; `other` names the later batch or the table that uses it.

    `changed_since`: not as the batch left it (people changed it). `used_elsewhere`: a row outside the batch refers to it.
    `changed_by_later_batch`: another batch wrote it since; if that one is undone too, the row becomes what it was before this one.
    `gone`: somebody deleted it; there is no key then, `other` is how many such rows.
    """

    table: str
    key: str
    why: KeptWhy
    other: str = ""


@dataclass(frozen=True)
class UndoResult:
    """What undoing one batch did, or would do; rows by ERP table.

    Attributes:
        deleted: table -> rows that the batch had inserted.
        restored: table -> rows that the batch had updated, as they were before.
        kept: rows left as they are.
    """

    batch: Batch
    deleted: Mapping[str, int]
    restored: Mapping[str, int]
    kept: tuple[KeptRow, ...] = ()


class Target(Protocol):
    """One ERP.

    Every method raises BadInputError for data the ERP does not take and InfrastructureError if the ERP cannot be reached.
    """

    @property
    def name(self) -> str:
        """What the project file calls this kind of ERP."""
        ...

    def describe(self) -> TargetDescription:
        """What the ERP says about its tables: types, lengths, required fields, keys, references, allowed values."""
        ...

    def prepare(self, company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> int:
        """Set up what loads refer to; returns how many rows that changed."""
        ...

    def plan(self, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """What `load_batch` would do with these frames; changes nothing."""
        ...

    def load_batch(self, batch: Batch, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """Write all frames or nothing, so that `undo_batch` can take them back; keys are ERP table names, columns the ERP table's.

        Raises:
            RefusedError: the ERP does not take some of the rows.
        """
        ...

    def batches(self, store: str | None = None) -> list[TargetBatch]:
        """The batches (of one store) that the target holds or held, oldest first; also those whose journal entry was lost in a crash.

        Asked for one store, it first waits for a batch of the store that is being written, so that the answer is final for whoever
        lost the connection to it.
        """
        ...

    def read_back(self, table: str, store: str | None = None, keys: pd.DataFrame | None = None) -> pd.DataFrame:
        """The rows of a table as they are in the ERP, ordered by primary key: all, of one store, or those with these keys.

        Args:
            table: ERP table name.
            store: only its rows.
            keys: columns of the primary key, all of them texts; only rows with one of these keys.
        """
        ...

    def stream(self, table: str, store: str | None = None) -> pa.RecordBatchReader:
        """The same rows in any order, in batches that are read while they are taken, so that memory stays flat."""
        ...

    @property
    def lookups(self) -> Lookups:
        """What a person at the counter would ask it."""
        ...

    def touched(self, table: str, store: str | None = None) -> Collection[str] | None:
        """Keys (parts joined by `|`) of the rows that somebody else wrote since a load did; None: the ERP cannot tell."""
        ...

    def totals(self, table: str, store: str | None = None) -> dict[str, Decimal | int]:
        """`rows` and the exact sum of every numeric column, computed by the ERP."""
        ...

    def grouped_totals(self, table: str, store: str | None, by: Sequence[str]) -> pd.DataFrame:
        """Rows and exact sums of a table by group, computed by the ERP if it can.

        Args:
            table: an ERP table.
            store: whose rows; None for all.
            by: its columns or, as `item.category`, those of a table it refers to.

        Returns:
            per group the columns `by` as text (dates as 2026-01-31, numbers with all their places, missing where there is no value),
            `rows` (int64) and every other numeric column (decimal128(38, its scale)), ordered by group.

        Raises:
            KeyError: there is no such table or column.
        """
        ...

    def state_hash(self, store: str | None = None, dataset: str | None = None) -> str:
        """One hash over a store's own rows, or over everything (of one dataset): equal if and only if the rows are."""
        ...

    def store_hashes(self) -> Mapping[str, str]:
        """Store -> one hash over its own rows, for every store that has any."""
        ...

    def undo_batch(self, batch_id: str, brought: Brought = NOTHING) -> UndoResult:
        """Take back one batch in one piece.

        Args:
            batch_id: which.
            brought: company-wide ERP table -> keys (parts joined by `|`) that other loaded stores brought as well: these rows stay.

        Raises:
            BadInputError: the target knows no such batch, or it is undone already.
        """
        ...

    def plan_undo(self, batches: Mapping[str, Brought]) -> list[UndoResult]:
        """What taking back these batches (id -> what others brought), one after another in this order, would do; changes nothing."""
        ...
