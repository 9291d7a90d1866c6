"""Numbers and dates of typed formats (workbooks, SQLite) as exact text.

Belongs here: one value, one text. Does not belong here: reading text back into numbers (`cleaned/parsing.py`).
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa

EXACT_DIGITS = 1e15
"""A spreadsheet keeps 15 digits; a longer whole number has lost its end, so it is shown as what it is: a float."""
GHOST = "1900-02-28"
"""Spreadsheets know a 29th of February 1900 (day 60); calamine gives the 28th for it as well, so both become `1900-02-28/29`."""


def float_text(value: float) -> str:
    """The shortest text that is this float, without exponent unless its size demands one: 0.00001, 12.0, 1.2e+16."""
    text = repr(value)
    return format(Decimal(text), "f") if "e-" in text else text


def cell_text(value: object) -> str | None:
    """A workbook cell: whole numbers without `.0`, dates in ISO 8601, booleans as 1 or 0; None for an empty cell.

    A number of 16 or more digits has an exponent (`1.020667933461703e+17`), which the code parser rejects as damaged.
    """
    return _TEXTS.get(type(value), str)(value)


def column_texts(values: Sequence[object]) -> pa.Array:
    """A column of workbook cells as large_string, null for an empty one; see `cell_text`."""
    if set(map(type, values)) == {float}:
        numbers = np.array(values)
        if bool(np.all((np.abs(numbers) < EXACT_DIGITS) & (numbers == np.trunc(numbers)))):
            return pa.array(numbers.astype("int64")).cast(pa.large_string())
    texts = [(value or None) if type(value) is str else _TEXTS.get(type(value), str)(value) for value in values]
    return pa.array(texts, pa.large_string())


def _number(value: float) -> str:
    if not value.is_integer():
        return float_text(value)
    if -EXACT_DIGITS < value < EXACT_DIGITS:
        return str(int(value))
    text = repr(value)
    return text if "e" in text else f"{value:.15E}"


def _date(value: datetime.date) -> str:
    text = value.isoformat()
    return f"{text}/29" if text.startswith(GHOST) else text


def _duration(value: datetime.timedelta) -> str:
    seconds = int(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


_TEXTS: Mapping[type, Callable[[Any], str | None]] = MappingProxyType(
    {
        str: lambda value: value or None,
        float: _number,
        bool: lambda value: "1" if value else "0",
        datetime.datetime: _date,
        datetime.date: _date,
        datetime.time: datetime.time.isoformat,
        datetime.timedelta: _duration,
        type(None): lambda _: None,
    }
)
