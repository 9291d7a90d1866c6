"""Which row of one side answers to which row of the other, and in which columns the two differ; exact.

Belongs here: two tables of the same columns and types that fit into memory. Does not belong here: cutting larger ones into such
(`row_blocks.py`), counting (`compare_rows.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.reconciled.key_hash import Hashes

Rows = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Block:
    """Rows of one side with the hash of each one's key."""

    rows: pa.Table
    hashes: Hashes


@dataclass(frozen=True)
class Matched:
    """Places of rows.

    Attributes:
        left, right: rows with equal keys, pair by pair.
        missing: rows only on the left. extra: rows only on the right.
        unequal: column -> pairs that differ there; columns without any are absent.
    """

    left: Rows
    right: Rows
    missing: Rows
    extra: Rows
    unequal: dict[str, Mask]


def match(left: Block, right: Block, key: Sequence[str]) -> Matched:
    """Rows of two blocks by key; missing equals missing and nothing else.

    Raises:
        pandas.errors.MergeError: a key comes more than once on one side.
    """
    pairs = _by_hash(left, right, key)
    one, other = pairs if pairs is not None else _by_key(left, right, key)
    values = [name for name in left.rows.column_names if name not in key]
    return Matched(
        left=one,
        right=other,
        missing=_others(one, len(left.hashes)),
        extra=_others(other, len(right.hashes)),
        unequal=_unequal(_taken(left.rows, one), _taken(right.rows, other), values),
    )


def _by_hash(left: Block, right: Block, key: Sequence[str]) -> tuple[Rows, Rows] | None:
    """Pairs of rows whose keys have the same hash; None if one side has a hash twice or two keys of one hash are not the same."""
    first, second = np.argsort(left.hashes), np.argsort(right.hashes)
    mine, yours = left.hashes[first], right.hashes[second]
    if (mine[1:] == mine[:-1]).any() or (yours[1:] == yours[:-1]).any():
        return None
    if not np.array_equal(mine, yours):
        at = np.searchsorted(mine, yours)
        found = (at < len(mine)) & (mine[np.minimum(at, len(mine) - 1)] == yours) if len(mine) else np.zeros(len(yours), dtype=bool)
        first, second = first[at[found]], second[found]
    order = np.argsort(first)
    one, other = first[order], second[order]
    return None if _unequal(_taken(left.rows, one), _taken(right.rows, other), key) else (one, other)


def _by_key(left: Block, right: Block, key: Sequence[str]) -> tuple[Rows, Rows]:
    """The same by the keys themselves; slower."""
    frames = [pd.DataFrame({name: _joinable(side.rows[name]) for name in key}) for side in (left, right)]
    one, other = (frame.assign(**{place: np.arange(len(frame))}) for frame, place in zip(frames, ("left", "right"), strict=True))
    merged = one.merge(other, on=list(key), how="inner", validate="1:1", sort=False)
    return merged["left"].to_numpy(), merged["right"].to_numpy()


def _joinable(column: pa.ChunkedArray) -> "pd.Series[str]":
    """Key values as pandas merges them exactly: integers as they are, everything else as text."""
    values = column if pa.types.is_integer(column.type) else column.cast(pa.large_string())
    return pd.Series(values, dtype=pd.ArrowDtype(values.type))


def _others(rows: Rows, count: int) -> Rows:
    absent = np.ones(count, dtype=bool)
    absent[rows] = False
    return np.flatnonzero(absent)


def _taken(table: pa.Table, rows: Rows) -> pa.Table:
    """These rows; nothing is copied where they are all rows in their order."""
    if len(rows) == table.num_rows and (rows[:1] == 0).all() and (np.diff(rows) == 1).all():
        return table
    return table.take(pa.array(rows))


def _unequal(left: pa.Table, right: pa.Table, names: Sequence[str]) -> dict[str, Mask]:
    found = {name: differing(left[name], right[name]) for name in names if not left[name].equals(right[name])}
    return {name: mask for name, mask in found.items() if mask.any()}


def differing(left: pa.Array | pa.ChunkedArray, right: pa.Array | pa.ChunkedArray) -> Mask:
    """Where two columns of one type differ."""
    differ = pc.or_(pc.fill_null(pc.not_equal(left, right), False), pc.xor(pc.is_null(left), pc.is_null(right)))
    return np.asarray(differ.to_numpy(zero_copy_only=False) if isinstance(differ, pa.Array) else differ.to_numpy(), dtype=bool)
