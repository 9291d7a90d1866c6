"""Rows of the ERP's tables as Python values, and what a change of one row is.

Belongs here: those values, frames to rows and back. Does not belong here: Tryton's models (`parties.py` ...), journals (`journal.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import ERP_TABLES, ErpColumn, ErpTable
from migration_pipeline.loaded.targets.postgres_merge import arrow_schema
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.runtime.bulk_copy import arrow_table, house_frame
from migration_pipeline.runtime.errors import BadInputError

Row = Mapping[str, Any]
"""Column -> text, Decimal of the column's scale, int, bool, date, datetime or None."""
Key = tuple[Any, ...]
"""The values of a table's primary key, in order."""


@dataclass(frozen=True)
class Change:
    """One row before and after; None where it is not there. The same before and after: the batch took over a row left by an undone one."""

    table: str
    key: Key
    before: Row | None
    after: Row | None

    @property
    def reversed(self) -> "Change":
        """The change that takes this one back; what it took over goes as if it had brought it."""
        return Change(self.table, self.key, self.after, self.origin)

    @property
    def origin(self) -> Row | None:
        """The row as it was before there was anything of this batch."""
        return None if self.before == self.after else self.before


@dataclass(frozen=True)
class Group:
    """Tables that live in the same records of Tryton.

    Attributes:
        read: (place, table, store or None for all, keys or None for all) -> rows by key.
        put: makes the rows of these changes what they are after them; a record that is gone already is no error when it is to go.
    """

    tables: tuple[str, ...]
    read: Callable[[Place, str, str | None, Sequence[Key] | None], dict[Key, Row]]
    put: Callable[[Place, Sequence[Change]], None]


def key_of(table: ErpTable, row: Row) -> Key:
    """The primary key of a row."""
    return tuple(row[name] for name in table.key)


def by_key(table: str, rows: Iterable[Row]) -> dict[Key, Row]:
    """Rows by primary key, each value as its column wants it; of two with the same key the first."""
    described = ERP_TABLES[table]
    found: dict[Key, Row] = {}
    for row in rows:
        whole = {column.name: canonical(column, row.get(column.name)) for column in described.columns}
        found.setdefault(key_of(described, whole), whole)
    return found


def canonical(column: ErpColumn, value: Any) -> Any:
    """The value as the column's type writes it; Tryton's empty text is a missing one."""
    if value is None or (column.type == "text" and value == ""):
        return None
    if column.type == "numeric":
        return Decimal(value).quantize(Decimal(1).scaleb(-column.scale))
    if column.type == "integer":
        return int(value)
    if column.type == "boolean" and isinstance(value, str):
        return value == str(True)
    if column.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if column.type == "timestamp" and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


def rows_of(table: ErpTable, frame: pd.DataFrame) -> dict[Key, Row]:
    """The rows of a frame by key.

    Raises:
        BadInputError: the columns or types are not the table's, a value that must be there is missing, or a key comes twice.
    """
    arrow = arrow_table(frame, arrow_schema(table), f"ERP table {table.name}")
    for column in table.columns:
        if not column.nullable and arrow[column.name].null_count:
            raise BadInputError(f"{column.name} is missing", where=f"ERP table {table.name}", fix="mend the mapping")
    found = {key_of(table, row): row for row in arrow.to_pylist()}
    if len(found) != arrow.num_rows:
        raise BadInputError("a key comes twice", where=f"ERP table {table.name}", fix="mend the mapping")
    return found


def frame_of(table: ErpTable, rows: Mapping[Key, Row]) -> pd.DataFrame:
    """The rows as a frame, by primary key, texts by code point; as other targets give theirs."""
    return house_frame(arrow_of(table, rows))


def arrow_of(table: ErpTable, rows: Mapping[Key, Row]) -> pa.Table:
    """The same as an Arrow table with the exact types of the ERP table."""
    return pa.Table.from_pylist([dict(rows[key]) for key in sorted(rows)], schema=arrow_schema(table))


def keys_in(table: ErpTable, keys: pd.DataFrame) -> list[Key]:
    """The keys of a frame, each once; raises ValueError if its columns are not the table's key."""
    if set(keys.columns) != set(table.key):
        raise ValueError(f"rows of ERP table {table.name} cannot be asked for by {', '.join(map(str, keys.columns))}")
    return list(dict.fromkeys(keys[list(table.key)].itertuples(index=False, name=None)))


def written(value: Any) -> str | None:
    """A value as text that `canonical` reads back exactly."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def parts_by_store(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Changes of a per-store table by the store in their key."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        place = ERP_TABLES[change.table].key.index("store_code")
        found.setdefault(change.key[place], []).append(change)
    return found


def swapped(before: Sequence[int], after: Sequence[int]) -> list[list[object]]:
    """Tryton's words for other ids in a relation; what is in both must not be named (it would be removed, then not added again)."""
    return [["remove", [one for one in before if one not in after]], ["add", [one for one in after if one not in before]]]
