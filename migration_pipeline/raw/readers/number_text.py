"""Numbers and dates of typed formats (workbooks, SQLite) as exact text.

Belongs here: one value, one text. Does not belong here: reading text back into numbers (`cleaned/parsing.py`).
"""

import datetime
from decimal import Decimal

EXACT_DIGITS = 1e15
"""A spreadsheet keeps 15 digits; a longer whole number has lost its end, so it is shown as what it is: a float."""


def float_text(value: float) -> str:
    """The shortest text that is this float, without exponent unless its size demands one: 0.00001, 12.0, 1.2e+16."""
    text = repr(value)
    return format(Decimal(text), "f") if "e-" in text else text


def cell_text(value: object) -> str | None:
    """A workbook cell: whole numbers without `.0`, dates in ISO 8601, booleans as 1 or 0; None for an empty cell."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return None if value is None else str(value)


def _number(value: float) -> str:
    if abs(value) < EXACT_DIGITS:
        return str(int(value)) if value.is_integer() else float_text(value)
    text = repr(value)
    return text if "e" in text else f"{value:.15E}"


def _duration(value: datetime.timedelta) -> str:
    seconds = int(value.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
