"""A 64-bit number per row, equal for equal keys: where to look for the other side's row, fast.

Belongs here: that number. Does not belong here: deciding that two keys are the same; two keys may share a number (`row_match.py` looks).
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

_PLACES = 1 << 10
_WEIGHTS = np.random.default_rng(20_240_501).integers(0, 1 << 63, _PLACES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
"""An odd factor per place of a byte in its text."""
_MISSING = np.uint64(0x9E37_79B9_7F4A_7C15)
_FIRST, _SECOND = np.uint64(0xBF58_476D_1CE4_E5B9), np.uint64(0x94D0_49BB_1331_11EB)
Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]


def key_hash(columns: Sequence[pa.Array]) -> Hashes:
    """One number per row of some columns (uint64); the columns of both sides must have the same types."""
    found = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        found = _mixed(found * _SECOND + _hash(column))
    return found


def _hash(column: pa.Array) -> Hashes:
    """Texts repeat: each is looked at once."""
    if pa.types.is_integer(column.type) or pa.types.is_temporal(column.type):
        width = pa.int32() if pa.types.is_date32(column.type) else pa.int64()
        values = np.asarray(column.cast(width).cast(pa.int64()).fill_null(0)).view(np.uint64)
        found = _mixed(values + _FIRST)
    else:
        words = column.cast(pa.large_string()).dictionary_encode()
        known = _text_hash(words.dictionary) if len(words.dictionary) else np.zeros(1, dtype=np.uint64)
        found = known[np.asarray(words.indices.fill_null(0))]
    if column.null_count:
        found = np.where(np.asarray(column.is_null()), _MISSING, found)
    return found


def _text_hash(texts: pa.Array) -> Hashes:
    _, places, content = texts.buffers()
    bounds = np.frombuffer(places, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    starts, lengths = bounds[:-1] - bounds[0], np.diff(bounds)
    sums, filled = np.zeros(len(texts), dtype=np.uint64), lengths > 0
    if filled.any():
        letters = np.frombuffer(content, np.uint8)[bounds[0] : bounds[-1]]
        inside = np.arange(len(letters)) - np.repeat(starts, lengths)
        sums[filled] = np.add.reduceat((letters.astype(np.uint64) + np.uint64(1)) * _WEIGHTS[inside % _PLACES], starts[filled])
    return _mixed(sums + lengths.astype(np.uint64))


def _mixed(values: Hashes) -> Hashes:
    """Every bit has a say in every bit (the end of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))
