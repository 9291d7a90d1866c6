"""Error cells (`#N/A`, `#DIV/0!`) of an .xlsx sheet, which calamine hands over as empty cells.

Belongs here: finding them, so that an error is rejected by whoever parses the value and never taken for a missing one.
Does not belong here: anything else about workbooks.
"""

import re
import zipfile
from pathlib import Path

from defusedxml import ElementTree

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_MARKS = (b't="e"', b"t='e'")


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Zero-based (row, column) of every error cell of a sheet -> its text; nothing for formats other than .xlsx."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        data = archive.read(part) if part in archive.namelist() else b""
    if not any(mark in data for mark in _ERROR_MARKS):
        return {}
    return {place: text for cell in _CELL.finditer(data) for place, text in _found(cell.group(1), cell.group(2))}


def _found(attributes: bytes, content: bytes) -> list[tuple[tuple[int, int], str]]:
    place, value = _PLACE.search(attributes), _VALUE.search(content)
    if place is None:
        return []
    return [((int(place.group(2)) - 1, _column(place.group(1))), value.group(1).decode() if value else "#ERROR")]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The path of a sheet inside the workbook, by way of its relations; empty if it is not an .xlsx."""
    if "xl/workbook.xml" not in archive.namelist():
        return ""
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    ids = [tag.get(_RELATION) for tag in workbook.iter() if tag.tag.endswith("}sheet") and tag.get("name") == sheet]
    targets = [tag.get("Target", "") for tag in relations if ids and tag.get("Id") == ids[0]]
    target = targets[0] if targets else ""
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
