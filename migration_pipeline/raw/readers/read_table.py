"""What every reader returns, and the checks of column names they share.

Belongs here: batches, the whole table, how rows of text become both. Does not belong here: anything about one file format.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa

from migration_pipeline.project.source import InputSpec
from migration_pipeline.runtime.errors import BadInputError

RESERVED = ("_row", "_cell", "_row_id")
TEXT = pa.large_string()
BATCH = 20_000
MOST_COLUMNS = 16_384
LONGEST_NAME = 1000
_SHOWN = 5
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LIKE_A_VALUE = re.compile(r"\d{4}|.{41}", re.DOTALL)


RAGGED = pa.schema({"_row": pa.int64(), "text": TEXT})


@dataclass(frozen=True)
class Batch:
    """Some rows of a file, in its order.

    Attributes:
        table: the source's columns as text (null only where the format knows a null) and `_row`, the 1-based place in the file (int64).
        ragged: rows with another number of values than the header: `_row` and `text`, the row as written.
    """

    table: pa.Table
    ragged: pa.Table = field(default_factory=RAGGED.empty_table)


@dataclass(frozen=True)
class Reading:
    """A file that is being read.

    Attributes:
        names: the source's columns.
        batches: all rows, lazily and once; memory does not grow with the file. They raise BadInputError where the file turns bad.
        options: what the reader settled on (encoding, delimiter, sheet ...), as plain JSON values for the manifest.
    """

    names: tuple[str, ...]
    batches: Iterator[Batch]
    options: Mapping[str, object] = field(default_factory=dict)


Reader = Callable[[Path, InputSpec], Reading]


@dataclass(frozen=True)
class ReadTable:
    """One file, or one table of it, as a whole.

    Attributes:
        frame: the source's columns as text (dtype "str") and `_row`; after an unpivot also `_cell`, the key of the column a row comes from.
        ragged: `_row` (int64) and `text`.
        options: as in `Reading`.
    """

    frame: pd.DataFrame
    ragged: pd.DataFrame = field(default_factory=lambda: ragged_table([]).to_pandas())
    options: Mapping[str, object] = field(default_factory=dict)


def whole(reading: Reading) -> ReadTable:
    """All batches as one table; memory grows with the file."""
    batches = list(reading.batches)
    empty = text_batch(reading.names, [], []).table
    tables = pa.concat_tables([empty, *(batch.table for batch in batches)])
    ragged = pa.concat_tables([RAGGED.empty_table(), *(batch.ragged for batch in batches)])
    return ReadTable(tables.to_pandas(), ragged.to_pandas(), reading.options)


def batched(names: Sequence[str], rows: Iterable[tuple[int, Sequence[str | None]]]) -> Iterator[Batch]:
    """Rows (`_row`, as many values as there are names) in batches, so that Python objects never pile up."""
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        numbers, values = zip(*some, strict=True)
        yield text_batch(names, list(zip(*values, strict=True)), numbers)


def text_batch(names: Sequence[str], columns: Sequence[Sequence[str | None]], numbers: Sequence[int]) -> Batch:
    """Columns of text or None as a batch; no columns at all mean no rows."""
    arrays = [pa.array(values, TEXT) for values in columns or [[] for _ in names]]
    return Batch(pa.table([*arrays, pa.array(numbers, pa.int64())], names=[*names, "_row"]))


def ragged_table(rows: Iterable[tuple[int, str]]) -> pa.Table:
    """Rows that do not fit the header."""
    found = list(rows)
    return pa.table({"_row": [number for number, _ in found], "text": [text for _, text in found]}, schema=RAGGED)


def column_names(header: Sequence[str | None], where: str) -> list[str]:
    """Header cells as column names: outer blanks removed, an empty one named by its place (`column_7`).

    Raises:
        BadInputError: two columns have the same name, one has a name store2erp uses itself, there is no name at all, or what there is
            cannot be names (so many, so long).
    """
    stripped = [(name or "").strip() for name in header]
    if not any(stripped):
        raise BadInputError("the header row is empty", where=where, fix="say in header_row: which row holds the column names")
    if len(stripped) > MOST_COLUMNS or max(map(len, stripped)) > LONGEST_NAME:
        raise BadInputError(
            f"the header row has {len(stripped)} columns, the longest name {max(map(len, stripped))} characters",
            where=where,
            fix="export the file again, it may be damaged; or correct header_row: of the input",
        )
    if any(map(_UNSTORABLE.search, stripped)):
        raise BadInputError("a column name holds a NUL or half a character", where=where, fix="rename it in a copy of the file")
    names = [name or f"column_{place}" for place, name in enumerate(stripped, start=1)]
    if listed := _doubles(names):
        raise BadInputError(f"column names come more than once: {listed}", where=where, fix="rename them in a copy of the file")
    if taken := [name for name in names if name in RESERVED]:
        raise BadInputError(
            f"column names used by store2erp itself: {', '.join(taken)}", where=where, fix="rename them in a copy of the file"
        )
    return names


def _doubles(names: Sequence[str]) -> str:
    """Names that come more than once; by its place, where one looks like a value (a row taken for the header may hold anything)."""
    doubles = sorted((name, count) for name, count in Counter(names).items() if count > 1)
    shown = [
        f"that of column {names.index(name) + 1} ({count} times)" if _LIKE_A_VALUE.search(name) else f"{name!r} ({count} times)"
        for name, count in doubles[:_SHOWN]
    ]
    return ", ".join(shown) + (f" and {len(doubles) - _SHOWN} more" if len(doubles) > _SHOWN else "")


def row_place(path: Path, line: int) -> str:
    """`file:line`, as errors show it."""
    return f"{path}:{line}"
