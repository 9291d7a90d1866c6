"""Row by row: what was sent against what the ERP holds, exact and vectorised.

Belongs here: bringing both sides to the same types and finding differences. Does not belong here: totals (`compare.py`), reading a side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SAMPLES = 5


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
    if set(expected.columns) != set(actual.columns):
        odd = sorted({str(name) for name in set(expected.columns) ^ set(actual.columns)})
        raise ValueError(f"only one side has the columns {', '.join(odd)}")
    pairs = {str(name): alike(str(name), expected[name], actual[name]) for name in expected.columns}
    places = _matched([pairs[name] for name in key])
    left, right = places["left"].to_numpy(), places["right"].to_numpy()
    both = (left >= 0) & (right >= 0)
    rows = left[both], right[both]
    unequal = {name: _unequal(pair, *rows) for name, pair in pairs.items() if name not in key}
    any_unequal = np.logical_or.reduce([*unequal.values(), np.zeros(len(rows[0]), dtype=bool)])
    keys = [pairs[name] for name in key]
    hits = {"missing": left[right < 0], "extra": right[left < 0], "different": rows[0][any_unequal]}
    return RowDifferences(
        missing=len(hits["missing"]),
        extra=len(hits["extra"]),
        different=len(hits["different"]),
        columns={name: int(mask.sum()) for name, mask in unequal.items() if mask.any()},
        samples={kind: _keys([pair[kind == "extra"] for pair in keys], rows) for kind, rows in hits.items() if len(rows)},
    )


def alike(name: str, expected: "pd.Series[Any]", actual: "pd.Series[Any]") -> tuple[pa.Array, pa.Array]:
    """Both sides of one column with the same exact type."""
    left, right = _arrow(expected), _arrow(actual)
    kind = _common(name, left.type, right.type)
    return left.cast(kind), right.cast(kind)


def _arrow(values: "pd.Series[Any]") -> pa.Array:
    array = pa.array(values, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _common(name: str, left: pa.DataType, right: pa.DataType) -> pa.DataType:
    """The type in which both can be compared without loss."""
    kinds = [kind for kind in (left, right) if not pa.types.is_null(kind)]
    if not kinds:
        return pa.string()
    if all(pa.types.is_string(kind) or pa.types.is_large_string(kind) for kind in kinds):
        return pa.large_string()
    if all(pa.types.is_integer(kind) for kind in kinds):
        return pa.int64()
    if all(pa.types.is_decimal(kind) or pa.types.is_integer(kind) for kind in kinds):
        return pa.decimal256(76, max(kind.scale if pa.types.is_decimal(kind) else 0 for kind in kinds))
    if all(pa.types.is_timestamp(kind) and kind.tz is None for kind in kinds):
        return pa.timestamp("us")
    if all(pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None) for kind in kinds):
        return pa.date32() if all(pa.types.is_date(kind) for kind in kinds) else pa.timestamp("us")
    if len({str(kind) for kind in kinds}) == 1:
        return kinds[0]
    raise ValueError(f"column {name} cannot be compared exactly: {left} and {right}")


def _matched(keys: Sequence[tuple[pa.Array, pa.Array]]) -> pd.DataFrame:
    """Places of equal keys on both sides; -1 where a side has none. A key twice on one side raises MergeError."""
    names = [f"k{place}" for place in range(len(keys))]
    left = pd.DataFrame({name: _key(pair[0]) for name, pair in zip(names, keys, strict=True)})
    right = pd.DataFrame({name: _key(pair[1]) for name, pair in zip(names, keys, strict=True)})
    left["left"], right["right"] = np.arange(len(left)), np.arange(len(right))
    merged = left.merge(right, on=names, how="outer", validate="1:1", sort=False)
    return merged[["left", "right"]].fillna(-1).astype("int64")


def _key(array: pa.Array) -> pd.Series:
    """Key values as pandas merges them exactly: text and integers as they are, everything else as text."""
    array = array if pa.types.is_integer(array.type) or pa.types.is_large_string(array.type) else array.cast(pa.large_string())
    return pd.Series(array, dtype=pd.ArrowDtype(array.type))


def _unequal(pair: tuple[pa.Array, pa.Array], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    one, other = pair[0].take(pa.array(left)), pair[1].take(pa.array(right))
    differ = pc.fill_null(pc.not_equal(one, other), False)
    half_missing = pc.xor(pc.is_null(one), pc.is_null(other))
    return np.asarray(pc.or_(differ, half_missing).to_numpy(zero_copy_only=False), dtype=bool)


def _keys(columns: Sequence[pa.Array], rows: np.ndarray) -> tuple[str, ...]:
    some = [column.take(pa.array(rows[:SAMPLES])).to_pylist() for column in columns]
    return tuple("|".join("" if part is None else str(part) for part in parts) for parts in zip(*some, strict=True))
