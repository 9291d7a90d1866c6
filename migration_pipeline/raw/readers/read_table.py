"""What every reader returns, and the checks of column names they share.

Belongs here: the shape of a read table and how columns of text become a frame. Does not belong here: anything about one file format.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from migration_pipeline.runtime.errors import BadInputError

RESERVED = ("_row", "_cell", "_row_id")
TEXT = pa.large_string()
BATCH = 20_000


def no_ragged() -> pd.DataFrame:
    """Ragged rows without a row: `_row` (int64) and `text` (str)."""
    return ragged_frame([])


def ragged_frame(rows: Iterable[tuple[int, str]]) -> pd.DataFrame:
    """Rows that do not fit the header, as `_row` (int64) and `text` (str)."""
    found = list(rows)
    numbers = pd.Series([number for number, _ in found], dtype="int64")
    return pd.DataFrame({"_row": numbers, "text": pd.Series([text for _, text in found], dtype="str")})


@dataclass(frozen=True)
class ReadTable:
    """One file, or one table of it.

    Attributes:
        frame: the source's columns as text (dtype "str"; missing only where the format knows a null) and `_row`, the 1-based place in
            the file (int64); after an unpivot also `_cell`, the key of the column a row comes from.
        ragged: rows with another number of values than the header: `_row` (int64) and `text`, the row as written.
    """

    frame: pd.DataFrame
    ragged: pd.DataFrame = field(default_factory=no_ragged)


def column_names(header: Sequence[str | None], where: str) -> list[str]:
    """Header cells as column names: outer blanks removed, an empty one named by its place (`column_7`).

    Raises:
        BadInputError: two columns have the same name, one has a name store2erp uses itself, or there is no name at all.
    """
    stripped = [(name or "").strip() for name in header]
    if not any(stripped):
        raise BadInputError("the header row is empty", where=where, fix="say in header_row: which row holds the column names")
    names = [name or f"column_{place}" for place, name in enumerate(stripped, start=1)]
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        listed = ", ".join(f"{name!r} ({names.count(name)} times)" for name in doubles)
        raise BadInputError(f"column names come more than once: {listed}", where=where, fix="rename them in a copy of the file")
    if taken := [name for name in names if name in RESERVED]:
        raise BadInputError(
            f"column names used by store2erp itself: {', '.join(taken)}", where=where, fix="rename them in a copy of the file"
        )
    return names


def text_frame(table: pa.Table, numbers: Sequence[int] | NDArray[np.int64]) -> pd.DataFrame:
    """A table of text columns as a frame with `_row`."""
    frame: pd.DataFrame = table.append_column("_row", pa.array(np.asarray(numbers, dtype="int64"))).to_pandas()
    return frame


def text_table(names: Sequence[str], columns: Sequence[Sequence[str | None]]) -> pa.Table:
    """Columns of text or None as a table."""
    return pa.table([pa.array(values, TEXT) for values in columns], names=list(names))


def row_place(path: Path, line: int) -> str:
    """`file:line`, as errors show it."""
    return f"{path}:{line}"


class RowCollector:
    """Rows of text, gathered in batches so that Python objects never pile up."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._rows: list[Sequence[str | None]] = []
        self._numbers: list[int] = []
        self._batches: list[pa.Table] = []

    def add(self, number: int, values: Sequence[str | None]) -> None:
        """Take one row; as many values as there are `names`."""
        self._numbers.append(number)
        self._rows.append(values)
        if len(self._rows) >= BATCH:
            self._flush()

    def frame(self) -> pd.DataFrame:
        """All rows as a frame with `_row`."""
        self._flush()
        empty = text_table(self.names, [[] for _ in self.names])
        return text_frame(pa.concat_tables([empty, *self._batches]), self._numbers)

    def _flush(self) -> None:
        if self._rows:
            self._batches.append(text_table(self.names, list(zip(*self._rows, strict=True))))
            self._rows.clear()
