"""Cells of an .xlsx sheet that have no value but are not empty: errors (`#N/A`) and formulas nobody has calculated.

Belongs here: finding them (calamine hands them over as empty cells), so that they are rejected by whoever parses the value and never taken
for a missing one. Does not belong here: anything else about workbooks; errors of the old .xls (`workbook_biff.py`).
"""

import re
from collections.abc import Iterable, Mapping

from migration_pipeline.raw.readers.workbook_book import Row

_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\st=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)(?<!/)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3}\d+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_TEXT = re.compile(rb"\st=[\"'](?:str|e)[\"']")
NOT_CALCULATED = "#NOT_CALCULATED"


def error_cells(sheet: bytes) -> dict[int, dict[int, str]]:
    """Row (1-based) -> column (0-based) -> text, for a sheet's XML."""
    found: dict[int, dict[int, str]] = {}
    if b't="e"' in sheet or b"t='e'" in sheet:
        for cell in _ERROR.finditer(sheet):
            value = _VALUE.search(cell.group(2))
            _keep(found, cell.group(1), value.group(1).decode() if value else "#ERROR")
    if b"<f" in sheet or b":f" in sheet:
        for cell in _FORMULA.finditer(sheet):
            if not _TEXT.search(cell.group(1)):
                _keep(found, cell.group(1), NOT_CALCULATED)
    return found


def overlaid(rows: Iterable[Row], errors: Mapping[int, Mapping[int, str]]) -> list[Row]:
    """Rows with the errors in their places, also where there was no row."""
    found = {number: list(cells) for number, cells in rows}
    for number, texts in errors.items():
        row = found.setdefault(number, [])
        row.extend([""] * (max(texts) + 1 - len(row)))
        for column, text in texts.items():
            row[column] = text
    return sorted(found.items())


def place(reference: bytes) -> tuple[int, int]:
    """`B3` as row (1-based) and column (0-based): (3, 1)."""
    letters = reference.rstrip(b"0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(reference[len(letters) :]), column - 1


def _keep(found: dict[int, dict[int, str]], attributes: bytes, text: str) -> None:
    if match := _PLACE.search(attributes):
        row, column = place(match.group(1))
        found.setdefault(row, {})[column] = text
