"""Spreadsheets made of markup: .ods, and the HTML tables that store systems name .xls; read with the standard library's parsers.

Belongs here: their rows. Does not belong here: binary workbooks (`source_workbook.py`), layout (`source_layout.py`).
"""

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from migration_pipeline.reconciled.archived_input import ArchivedInput, opened
from migration_pipeline.reconciled.source_layout import Row
from migration_pipeline.runtime.errors import BadInputError

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_LEADING = 1000
"""So many empty rows may lie above or in a table; more are the empty end of the sheet."""
_NUMBERS = ("float", "currency", "percentage")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def ods_rows(file: ArchivedInput, sheet: str | None) -> list[list[object]]:
    """The cells of a sheet, by default the first: number, bool, text or None.

    Raises:
        BadInputError: there is no such sheet.
    """
    with opened(file) as raw, zipfile.ZipFile(io.BytesIO(raw.read())) as book, book.open("content.xml") as content:
        for _, element in iterparse(content, events=("end",)):
            if element.tag == f"{_TABLE}table" and sheet in (None, element.get(f"{_TABLE}name")):
                return [row for tag in element.iter(f"{_TABLE}table-row") for row in _repeated(tag)]
    raise BadInputError(f"there is no sheet {sheet!r}", where=file.name, fix="correct sheet: of the input")


def _repeated(tag: Element) -> list[list[object]]:
    """A row as often as it says; the empty ones with which a sheet ends are one."""
    cells: list[object] = []
    for cell in tag:
        if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            cells += [_value(cell)] * (int(cell.get(f"{_TABLE}number-columns-repeated", "1")) if len(cell) or cell.attrib else 1)
    while cells and cells[-1] is None:
        cells.pop()
    count = int(tag.get(f"{_TABLE}number-rows-repeated", "1"))
    return [cells] * (count if cells or count < _LEADING else 1)


def _value(cell: Element) -> object:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in _NUMBERS:
        return Decimal(cell.get(f"{_OFFICE}value", "NaN"))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind in ("date", "time"):
        return (cell.get(f"{_OFFICE}{kind}-value") or "").replace("T", " ") if kind == "date" else cell.get(f"{_OFFICE}time-value")
    return "\n".join("".join(line.itertext()) for line in cell.findall(f"{_TEXT}p")) or None


def html_rows(file: ArchivedInput, encoding: str) -> list[Row]:
    """All rows of all tables below each other; a merged cell's text stands in its first place.

    Raises:
        BadInputError: there is no table.
    """
    with opened(file) as raw:
        content = raw.read()
    parser = _Tables()
    parser.feed(content.decode(_codec(content[:4096], encoding)))
    parser.close()
    if not parser.rows:
        raise BadInputError("there is no table in the file", where=file.name, fix="check the input's format")
    return list(parser.placed())


def _codec(start: bytes, encoding: str) -> str:
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return name
    declared = _CHARSET.search(start)
    name = declared[1].decode().lower() if declared else encoding
    return {"gb2312": "gb18030", "gbk": "gb18030", "auto": "utf-8"}.get(name, name)


class _Tables(HTMLParser):
    """Cells as (text, columns, rows), row by row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[tuple[str, int, int]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            spans = {name: int(value) for name, value in attrs if value and value.strip().isdigit()}
            self.rows[-1].append(("", spans.get("colspan", 1) or 1, spans.get("rowspan", 1) or 1))
        elif tag == "br" and self._inside:
            self._add("\v")
        self._inside = tag in ("td", "th") or self._inside

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("td", "th", "tr", "table")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._add(data)

    def placed(self) -> Iterator[list[str | None]]:
        """Rows of text, with places left empty where merged cells reach."""
        covered: dict[int, int] = {}
        for cells in self.rows:
            row: list[str | None] = []
            below: dict[int, int] = {place: rows - 1 for place, rows in covered.items() if rows > 1}
            for text, columns, rows in cells:
                while len(row) in covered:
                    row.append(None)
                if rows > 1:
                    below |= dict.fromkeys(range(len(row), len(row) + columns), rows - 1)
                row += [_shown(text), *[None] * (columns - 1)]
            covered = below
            yield row

    def _add(self, text: str) -> None:
        if self.rows and self.rows[-1]:
            before, columns, rows = self.rows[-1][-1]
            self.rows[-1][-1] = (before + text, columns, rows)


def _shown(text: str) -> str | None:
    lines = (re.sub(r"[ \t\r\n\f]+", " ", line).strip(" \u00a0") for line in text.split("\v"))
    return "\n".join(lines).strip("\n") or None
