"""What every target ERP can do, and the values that go in and come out.

Belongs here: the protocol and its values. Does not belong here: anything about one ERP (`loaded/targets/`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import pandas as pd


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


class Target(Protocol):
    """One ERP.

    Every method raises BadInputError for data the ERP does not take and InfrastructureError if the ERP cannot be reached.
    """

    def prepare(self, company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> int:
        """Set up what loads refer to; returns how many rows that changed."""
        ...

    def load_batch(self, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """Write all frames or nothing; keys are ERP table names, columns are the ERP table's."""
        ...

    def read_back(self, table: str, store: str | None = None) -> pd.DataFrame:
        """The rows of a table as they are in the ERP, ordered by primary key."""
        ...

    def totals(self, table: str, store: str | None = None) -> dict[str, Decimal | int]:
        """`rows` and the exact sum of every numeric column, computed by the ERP."""
        ...

    def state_hash(self, store: str | None = None) -> str:
        """One hash over a store's own rows, or over everything: equal if and only if the rows are."""
        ...
