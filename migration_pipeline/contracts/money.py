"""Exact number types of the frames: decimal128 with a fixed scale, and the few operations pandas has no exact word for.

Belongs here: types, exact rounding and sums. Does not belong here: turning text into numbers (`cleaned/parsing.py`).
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

WIDE = pa.decimal128(38, 18)
ZERO = Decimal(0)
_TOO_MUCH = Decimal(10) ** 15
MOST_QUANTITY = Decimal(10) ** 9
"""A quantity is smaller; what is not is a barcode in the wrong column."""


def decimal_dtype(scale: int) -> pd.ArrowDtype:
    """The dtype of a money or quantity column: decimal128(18, scale)."""
    return pd.ArrowDtype(pa.decimal128(18, scale))


def rounded(values: "pd.Series[Any]", scale: int) -> "pd.Series[Any]":
    """Round half away from zero (四舍五入) to `scale` places; dtype decimal128(18, scale), nulls stay null.

    Raises:
        pa.ArrowInvalid: a value needs more than 18 digits.
    """
    array = pc.round(pa.array(values), scale, round_mode="half_towards_infinity").cast(pa.decimal128(18, scale))
    return pd.Series(array, index=values.index, dtype=decimal_dtype(scale))


def product(left: "pd.Series[Any]", right: "pd.Series[Any]", scale: int, share: "pd.Series[Any] | None" = None) -> "pd.Series[Any]":
    """`left * right` (`* share`), exact, then rounded half away from zero.

    A product of 10^15 and more is no money: it becomes missing, and the row is rejected for want of a value. So does one of factors
    with more than 15 digits, or of a share with more than 8.
    """
    exact = pc.multiply(_narrow(left, 15), _narrow(right, 15))
    if share is not None:
        exact = pc.multiply(exact.cast(pa.decimal128(29, exact.type.scale)), _narrow(share, 8))
    exact = pc.if_else(pc.less(pc.abs(exact), _TOO_MUCH), exact, None)
    return rounded(pd.Series(exact, index=left.index, dtype=pd.ArrowDtype(exact.type)), scale)


def quotient(left: "pd.Series[Any]", right: "pd.Series[Any]", scale: int) -> "pd.Series[Any]":
    """`left / right` to `scale` places, rounded half away from zero; never a float. What needs more than 18 digits becomes missing."""
    exact = [Decimal(a) / Decimal(b) for a, b in zip(left, right, strict=True)]
    step, most = Decimal(1).scaleb(-scale), Decimal(10) ** (18 - scale) - 1
    rounded_values = [value.quantize(step, ROUND_HALF_UP) if abs(value) < most else None for value in exact]
    values = pa.array(rounded_values, pa.decimal128(18, scale))
    return pd.Series(values, index=left.index, dtype=decimal_dtype(scale))


def _narrow(values: "pd.Series[Any]", digits: int) -> pa.Array:
    """Fewer digits, so that the product fits into 38; values that have more become missing."""
    array = pa.array(values)
    most = Decimal(10) ** (digits - array.type.scale)
    return pc.if_else(pc.less(pc.abs(array), most), array, None).cast(pa.decimal128(digits, array.type.scale))


def in_units(values: "pd.Series[Any]") -> tuple[np.ndarray, np.ndarray]:
    """Decimals of at most 18 digits as whole numbers of their last place (1.23 of scale 2 is 123; int64), and where there is one (bool).

    What a missing value is as a number means nothing.
    """
    array = pa.array(values)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    units = np.frombuffer(array.buffers()[1] or b"", dtype="<i8")[2 * array.offset : 2 * (array.offset + len(array)) : 2]  # the low half
    return units, np.asarray(array.is_valid())


def from_units(units: np.ndarray, there: np.ndarray, scale: int, index: pd.Index) -> "pd.Series[Any]":
    """The reverse: decimal128(18, scale), missing where `there` is False."""
    halves = np.empty((len(units), 2), dtype="<i8")
    halves[:, 0], halves[:, 1] = units, units >> 63
    valid = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    array = pa.Array.from_buffers(pa.decimal128(18, scale), len(units), [valid, pa.py_buffer(halves)])
    return pd.Series(array, index=index, dtype=decimal_dtype(scale))


def zeros(index: pd.Index, scale: int) -> "pd.Series[Any]":
    """A column of exact zeros."""
    return pd.Series(ZERO, index=index, dtype=decimal_dtype(scale))


def total(values: "pd.Series[Any]") -> Decimal:
    """Exact sum; nulls count as 0."""
    found = values.sum()
    return found if isinstance(found, Decimal) else Decimal(str(found))
