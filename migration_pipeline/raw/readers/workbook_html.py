"""HTML tables that a store system's web page exports under the name .xls, as a spreadsheet program would show them.

Belongs here: table rows, spans, the encoding the page declares. Does not belong here: pages with
tables inside of tables; they are refused.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from migration_pipeline.raw.readers.encoding import decoded_chunks
from migration_pipeline.raw.readers.workbook_book import Book, Span, blocks
from migration_pipeline.runtime.errors import BadInputError

SHEET = "table"
"""The name of its only sheet."""
MOST_COLUMNS = 16_384
LONGEST_ROW = 16 << 20
"""Characters of a row; in memory they take up to thirty times as much."""
HEADER_ROWS = 100
"""Merged cells are looked for so far down: only those of the header matter."""
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8"}


def book(path: Path, encoding: str) -> Book:
    """All rows of all tables, one below the other, as its only sheet; `encoding` is taken if the page declares none."""
    codec = _codec(path, encoding)
    return Book((SHEET,), lambda _: blocks((number, cells) for number, cells, _ in _rows(path, codec)), lambda _: _merged(path, codec))


def _codec(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            return name
    declared = _CHARSET.search(start)
    name = declared.group(1).decode().lower() if declared else encoding
    return "gb18030" if name in {"gb2312", "gbk"} else "utf-8" if name == "auto" else name


def _merged(path: Path, codec: str) -> list[Span]:
    return [span for number, _, spans in _rows(path, codec) if number <= HEADER_ROWS for span in spans]


def _rows(path: Path, codec: str) -> Iterator[tuple[int, list[str | None], list[Span]]]:
    covered: dict[int, int] = {}
    for number, tag in enumerate(_tags(path, codec), start=1):
        cells: list[str | None] = []
        spans = []
        for cell in tag.iterchildren("td", "th"):
            _skip(cells, covered)
            width, height, column = _span(cell, "colspan"), _span(cell, "rowspan"), len(cells)
            cells += [_text(cell), *[None] * (width - 1)]
            if width > 1 or height > 1:
                spans.append((number, column, number + height - 1, column + width - 1))
                covered |= dict.fromkeys(range(column, column + width), height)
            if len(cells) > MOST_COLUMNS:
                raise BadInputError(f"row {number} has more than {MOST_COLUMNS} columns", where=str(path), fix="export it again")
        covered = {column: rows - 1 for column, rows in covered.items() if rows > 1}
        yield number, cells, spans


def _skip(cells: list[str | None], covered: dict[int, int]) -> None:
    """Leave out the places that a cell of a row above covers."""
    while len(cells) in covered:
        cells.append(None)


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(int(value), MOST_COLUMNS)) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _text(cell: etree._Element) -> str | None:
    """What a browser would show: blanks folded, `<br>` a line break."""
    lines = [""]
    for part in cell.iter():
        if part.tag == "br":
            lines.append("")
        elif isinstance(part.tag, str):
            lines[-1] += part.text or ""
        if part is not cell:
            lines[-1] += part.tail or ""
    return "\n".join(re.sub(r"[ \t\r\n\f]+", " ", line).strip(" \u00a0") for line in lines).strip("\n") or None


def _tags(path: Path, codec: str) -> Iterator[etree._Element]:
    """Table rows as they are read; each is thrown away when the next one is asked for."""
    parser = etree.HTMLPullParser(events=("end",), tag="tr", encoding="utf-8", no_network=True)
    tail, held = "", 0
    for text in decoded_chunks(path, codec):
        parser.feed(text.encode())
        held += len(text)
        for row in _done(parser, path):
            held = 0
            yield row
        if held > LONGEST_ROW:
            raise BadInputError(f"a row is longer than {LONGEST_ROW >> 20} million characters", where=str(path), fix="export it again")
        tail = (tail + text)[-4096:]
    if "</table" not in tail.lower():
        raise BadInputError("the HTML table is cut off: its end is missing", where=str(path), fix="export it again")
    parser.close()
    yield from _done(parser, path)


def _done(parser: "etree.HTMLPullParser", path: Path) -> Iterator[etree._Element]:
    for _, row in parser.read_events():
        if row.find(".//table") is not None:
            raise BadInputError(
                "the HTML page has tables inside of tables", where=str(path), fix="open it in a spreadsheet program and save it as .xlsx"
            )
        yield row
        row.clear()
        while (before := row.getprevious()) is not None and row.getparent() is not None:
            row.getparent().remove(before)
