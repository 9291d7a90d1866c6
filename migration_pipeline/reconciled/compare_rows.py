"""Row by row: what was sent against what the ERP holds, exact and vectorised.

Belongs here: bringing both sides to the same types and counting differences. Does not belong here: matching rows (`row_match.py`), keeping
memory flat (`row_blocks.py`), totals (`compare.py`), reading a side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from migration_pipeline.reconciled.row_blocks import HELD, blocks
from migration_pipeline.reconciled.row_match import Block, match

SAMPLES = 5
ROWS = 1 << 16
"""Rows of a frame that go through the comparison at once."""
_LONG_DIGITS, _EXACT_DIGITS = 19, 38


@dataclass(frozen=True)
class RowDifferences:
    """How two frames differ.

    Attributes:
        missing, extra, different: rows only expected, rows only found, rows with the same key and another value.
        columns: column -> rows in which it differs.
        samples: `missing`, `extra`, `different` -> up to five keys, parts joined by `|`; values are never shown.
    """

    missing: int
    extra: int
    different: int
    columns: Mapping[str, int]
    samples: Mapping[str, tuple[str, ...]]

    @property
    def equal(self) -> bool:
        """True if there is no difference at all."""
        return not (self.missing or self.extra or self.different)


def compare_rows(expected: pd.DataFrame, actual: pd.DataFrame, key: Sequence[str]) -> RowDifferences:
    """Differences between two frames with the same columns in any order.

    Text may be `str`, `object` or Arrow; decimals may differ in scale, integers may face decimals, datetimes may differ in unit.
    Missing equals missing and nothing else.

    Raises:
        ValueError: the columns differ, or one column has types that cannot be compared exactly (text and number, float and decimal).
        pandas.errors.MergeError: a key comes more than once on one side.
    """
    return compare_streams(stream(expected), stream(actual), key, held=None)


def compare_streams(
    expected: pa.RecordBatchReader, actual: pa.RecordBatchReader, key: Sequence[str], *, held: int | None = HELD
) -> RowDifferences:
    """The same of two streams of rows, each in any order; memory stays flat however many rows there are.

    Args:
        expected: what was sent.
        actual: what is there.
        key: columns.
        held: rows of a side up to which no files are used; None: never.
    """
    one, other = expected.schema, actual.schema
    if set(one.names) != set(other.names):
        odd = sorted(set(one.names) ^ set(other.names))
        raise ValueError(f"only one side has the columns {', '.join(odd)}")
    schema = pa.schema([pa.field(name, _common(name, one.field(name).type, other.field(name).type)) for name in one.names])
    found = _Found(tuple(key))
    for left, right in blocks(_alike(expected, schema), _alike(actual, schema), schema, key, held):
        found.add(left, right)
    return found.differences()


def stream(frame: pd.DataFrame) -> pa.RecordBatchReader:
    """A frame as a stream of rows."""
    columns = {str(name): pa.array(frame[name], from_pandas=True) for name in frame.columns}
    return pa.table(columns).to_reader(max_chunksize=ROWS)


def alike(name: str, expected: "pd.Series[Any]", actual: "pd.Series[Any]") -> tuple[pa.Array, pa.Array]:
    """Both sides of one column with the same exact type."""
    left, right = _arrow(expected), _arrow(actual)
    kind = _common(name, left.type, right.type)
    return left.cast(kind), right.cast(kind)


@dataclass
class _Found:
    """Differences so far."""

    key: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("missing", "extra", "different"), 0))
    columns: dict[str, int] = field(default_factory=dict)
    samples: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, left: Block, right: Block) -> None:
        """Those of one pair of blocks."""
        found = match(left, right, self.key)
        masks = found.unequal.values()
        different = found.left[np.logical_or.reduce(list(masks))] if masks else found.left[:0]
        for kind, side, rows in (("missing", left, found.missing), ("extra", right, found.extra), ("different", left, different)):
            if len(rows):
                self.counts[kind] += len(rows)
                self.samples[kind] = (*self.samples.get(kind, ()), *_keys(side.rows, self.key, rows))[:SAMPLES]
        for name, mask in found.unequal.items():
            self.columns[name] = self.columns.get(name, 0) + int(mask.sum())

    def differences(self) -> RowDifferences:
        """All of them."""
        return RowDifferences(**self.counts, columns=self.columns, samples=self.samples)


def _alike(batches: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        ordered = batch.select(schema.names)
        yield ordered if ordered.schema.types == schema.types else ordered.cast(schema)


def _keys(rows: pa.Table, key: Sequence[str], places: np.ndarray) -> tuple[str, ...]:
    some = [rows[name].take(pa.array(places[:SAMPLES])).to_pylist() for name in key]
    return tuple("|".join("" if part is None else str(part) for part in parts) for parts in zip(*some, strict=True))


def _arrow(values: "pd.Series[Any]") -> pa.Array:
    array = pa.array(values, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _common(name: str, left: pa.DataType, right: pa.DataType) -> pa.DataType:
    """The type in which both can be compared without loss."""
    kinds = [kind for kind in (left, right) if not pa.types.is_null(kind)]
    if not kinds:
        return pa.string()
    if all(pa.types.is_string(kind) for kind in kinds):
        return pa.string()
    if all(pa.types.is_string(kind) or pa.types.is_large_string(kind) for kind in kinds):
        return pa.large_string()
    if all(pa.types.is_integer(kind) for kind in kinds):
        return pa.int64()
    if all(pa.types.is_decimal(kind) or pa.types.is_integer(kind) for kind in kinds):
        return _decimal(kinds)
    if all(pa.types.is_timestamp(kind) and kind.tz is None for kind in kinds):
        return pa.timestamp("us")
    if all(pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None) for kind in kinds):
        return pa.date32() if all(pa.types.is_date(kind) for kind in kinds) else pa.timestamp("us")
    if len({str(kind) for kind in kinds}) == 1:
        return kinds[0]
    raise ValueError(f"column {name} cannot be compared exactly: {left} and {right}")


def _decimal(kinds: Sequence[pa.DataType]) -> pa.DataType:
    """Wide enough for the digits of both before and behind the point."""
    sizes = [(kind.precision, kind.scale) if pa.types.is_decimal(kind) else (_LONG_DIGITS, 0) for kind in kinds]
    behind = max(scale for _, scale in sizes)
    digits = max(precision - scale for precision, scale in sizes) + behind
    return pa.decimal128(digits, behind) if digits <= _EXACT_DIGITS else pa.decimal256(76, behind)
