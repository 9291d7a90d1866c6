"""Workbooks of the kind .xlsx, read by calamine in pieces, so that memory does not grow with the rows of a sheet.

Belongs here: finding a sheet inside the workbook, cutting it at row ends, its merged cells. Does not belong here: error cells
(`workbook_errors.py`). calamine takes a sheet as a whole, so it gets small workbooks: a piece of the sheet and the styles.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

import pyarrow as pa
import python_calamine
from defusedxml import ElementTree

from migration_pipeline.raw.readers.number_text import column_texts
from migration_pipeline.raw.readers.workbook_book import MOST_CELLS, Block, Book, Row, Span, block, damage_named, damaged
from migration_pipeline.raw.readers.workbook_errors import error_cells, overlaid, place
from migration_pipeline.raw.readers.workbook_shared import (
    entry_pieces,
    listing,
    looked_up,
    numbers_as_texts,
    only_shared,
    pieces,
    refuse_entities,
)
from migration_pipeline.runtime.errors import BadInputError

PIECE = 4 << 20
"""Bytes of a sheet's XML read at once, about 10,000 rows."""
WHOLE = 128 << 20
"""Bytes of XML that are read at once where it cannot be cut; as rows they take about six times as much memory."""
SPARSE = 200_000
"""So many rows do not fit in a piece: most are empty, between the table and a stray cell far below it."""
_SHELL = r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/[^/]+\.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_START = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)[\"']")
_FAR = re.compile(rb"r=[\"']([A-Za-z]{2,}+\d++)")
_DEEP = re.compile(rb"r=[\"'][A-Za-z]++(\d{7,}+)")
_LONGEST = 20
"""Characters of a cell's place that are looked at: more are far outside of any sheet anyway."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\sref=[\"']([A-Z]+\d+):([A-Z]+\d+)[\"']")


def book(path: Path) -> Book:
    """Open a workbook.

    Raises:
        BadInputError: it is damaged.
    """
    with damage_named(path), zipfile.ZipFile(path) as archive:
        parts = _sheet_parts(archive)
    return Book(tuple(parts), lambda sheet: _blocks(path, parts[sheet]), lambda sheet: _merged(path, parts[sheet]))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet -> its file in the workbook, by way of the workbook's relations; without chart sheets."""
    relations = {tag.get("Id"): tag for tag in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    parts = {}
    for tag in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        relation = relations.get(tag.get(_RELATION)) if tag.tag.endswith("}sheet") else None
        if relation is not None and relation.get("Type", "").endswith("/worksheet"):
            target = relation.get("Target", "")
            parts[tag.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _blocks(path: Path, part: str) -> Iterator[Block]:
    last = 0
    with damage_named(path), zipfile.ZipFile(path) as archive:
        shell = _Shell(archive, part)
        texts = shell.texts()
        with archive.open(part) as sheet:
            for piece in _sheet_pieces(sheet, path):
                _refuse_far_cells(piece, path)
                errors = error_cells(piece)
                if not errors and only_shared(piece):
                    rows = shell.rows(numbers_as_texts(piece))
                    found = block(rows, lambda values: looked_up(values, texts))
                else:
                    rows = overlaid(shell.rows(piece, whole=True), errors)
                    found = block(rows)
                if rows and rows[0][0] <= last:
                    raise damaged(path)
                yield found
                last = rows[-1][0] if rows else last


def _sheet_pieces(sheet: IO[bytes], path: Path) -> Iterator[bytes]:
    """The sheet's XML as documents with whole rows; as one if its rows have no numbers."""
    left = sheet.read(PIECE)
    refuse_entities(left)
    start = _START.search(left)
    if start is None or not _ROW.match(left[start.end() : start.end() + 4096].lstrip()):
        whole = left + sheet.read(WHOLE)
        if len(whole) > WHOLE:
            raise BadInputError(
                f"the rows of the sheet have no numbers, and there are more than {WHOLE >> 20} MB of them",
                where=str(path),
                fix="open it in a spreadsheet program and save it again",
            )
        yield whole
        return
    prefix = start.group(1)
    yield from pieces(sheet, PIECE, left, start.end(), b"</%brow>" % prefix, b"</%bsheetData></%bworksheet>" % (prefix, prefix))


class _Shell:
    """A workbook without its sheets, into which one piece of a sheet is put at a time."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        names = [name for name in archive.namelist() if re.fullmatch(_SHELL, name)]
        self._archive, self._part = archive, part
        self._shared = next((name for name in names if name.lower().endswith("/sharedstrings.xml")), None)
        self._files = {name: archive.read(name) for name in names if name != self._shared}
        self._sheet = next(name for name, place in _sheet_parts(archive).items() if place == part)

    def texts(self) -> pa.Array:
        """The shared texts of the workbook."""
        found = [pa.array([], pa.large_string())]
        if self._shared is not None:
            with self._archive.open(self._shared) as file:
                for entries in entry_pieces(file, PIECE):
                    with self._opened(listing(entries), entries) as sheet:
                        found.append(column_texts([row[0] for row in sheet.to_python()]))
        return pa.concat_arrays(found)

    def rows(self, piece: bytes, *, whole: bool = False) -> list[Row]:
        """The rows of a piece that hold something; without the shared texts unless `whole`."""
        shared = self._archive.read(self._shared) if whole and self._shared else b""
        with self._opened(piece, shared) as sheet:
            above, left = sheet.start or (0, 0)
            cells = sheet.to_python() if sheet.height < SPARSE else islice(sheet.iter_rows(), above, None)  # which begins at row 1
            filled: list[Row] = [(number, row) for number, row in enumerate(cells, start=above + 1) if row.count("") < len(row)]
        return [(number, [*([""] * left), *row]) for number, row in filled] if left else filled

    @contextmanager
    def _opened(self, piece: bytes, shared: bytes) -> Iterator[python_calamine.CalamineSheet]:
        small = io.BytesIO()
        with zipfile.ZipFile(small, "w") as archive:
            for name, content in {**self._files, self._part: piece}.items():
                archive.writestr(name, content)
            if self._shared and shared:
                archive.writestr(self._shared, shared)
        small.seek(0)
        with python_calamine.CalamineWorkbook.from_filelike(small) as workbook:
            yield workbook.get_sheet_by_name(self._sheet)


def _refuse_far_cells(piece: bytes, path: Path) -> None:
    """A stray cell at the far right of a long sheet would make calamine lay out billions of places."""
    far = max((place(found[-_LONGEST:])[1] for found in _FAR.findall(piece)), default=25)
    first, last = _ROW.search(piece), _ROW.match(piece, piece.rfind(b"<row"))
    deep = max((int(number[-_LONGEST:]) for number in _DEEP.findall(piece)), default=1)  # a cell may name another row than the one it is in
    rows = max(deep, int(last.group(1)[-_LONGEST:])) - int(first.group(1)[-_LONGEST:]) + 1 if first and last else deep
    if rows * (far + 1) > MOST_CELLS:
        raise BadInputError(
            f"the sheet has cells as far out as column {far + 1} and {rows} rows apart",
            where=str(path),
            fix="delete what lies right of and below the table, and save it",
        )


def _merged(path: Path, part: str) -> list[Span]:
    """All merged cells; they are said after the rows, so this reads through the sheet once."""
    found: list[Span] = []
    with damage_named(path), zipfile.ZipFile(path) as archive, archive.open(part) as sheet:
        left = b""
        for chunk in iter(partial(sheet.read, PIECE), b""):
            left += chunk
            for match in _MERGED.finditer(left):
                (top, first), (bottom, last) = place(match.group(1)), place(match.group(2))
                found.append((top, first, bottom, last))
            left = left[left.rfind(b"<") :]
    return found
