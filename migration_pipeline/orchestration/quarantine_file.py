"""Files of rejected rows that a person edits: an Excel workbook with a sheet per table, or one CSV file.

Belongs here: writing and reading the two formats so that every cell comes back as it was and none is run as a formula. Does not belong
here: which rows (`quarantine_rows.py`), what edits mean (`quarantine_import.py`).
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from migration_pipeline.orchestration.quarantine_rows import ABOUT, Sheet
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.private_file import write_private
from migration_pipeline.runtime.safe_csv import FORMULA, bare, safe_csv

FORMATS = (".xlsx", ".csv")
HEADS = tuple(f"[{name}]" for name in ABOUT)
_FAULT, _MINE = PatternFill("solid", fgColor="FFE2B3"), PatternFill("solid", fgColor="EEEEEE")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LONGEST, _EXACT = 32_000, 10**15


@dataclass(frozen=True)
class EditedRow:
    """One row as it came back: `place` is for messages, `cells` holds all columns by their heading, "" where there was nothing."""

    place: str
    cells: Mapping[str, str]


def write_file(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the rows, readable by the owner only, never seen half-written.

    Raises:
        BadInputError: another ending than .xlsx or .csv; a cell too long for Excel.
        InfrastructureError: the file cannot be written.
    """
    content = _workbook(sheets) if _format(path) == ".xlsx" else _csv(sheets)
    write_private(path, content, what="the file", fix="name a folder that is there", make_folder=False)


def read_file(path: Path) -> list[EditedRow]:
    """The rows of an edited file.

    Raises:
        BadInputError: not such a file, or a cell that is no text any more (a date, a formula, a number too long to be exact).
    """
    kind = _format(path)
    try:
        rows = list(_workbook_rows(path) if kind == ".xlsx" else _csv_rows(path))
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise BadInputError("the file cannot be read", where=str(path), fix="name a file that `quarantine export` wrote") from error
    if lost := [(row.place, head) for row in rows for head in HEADS if head not in row.cells]:
        where, fix = f"{path}: {lost[0][0]}", "export again and leave the bracketed columns alone"
        raise BadInputError(f"the column {lost[0][1]} is not there", where=where, fix=fix)
    return rows


def _format(path: Path) -> str:
    if path.suffix.lower() not in FORMATS:
        raise BadInputError("the ending says no format", where=str(path), fix=f"use one of {', '.join(FORMATS)}")
    return path.suffix.lower()


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, 1):
        page = book.create_sheet(f"{number} {sheet.place[0]} {sheet.place[2]}"[:31])
        page.freeze_panes = "A2"
        _fill(page, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    heads = (*HEADS, *sheet.columns)
    for place, head in enumerate(heads, 1):
        _as_text(page.cell(1, place), head).font = Font(bold=True)
    for line, row in enumerate(sheet.rows, 2):
        texts = [*row.about(sheet.place).values(), *(row.cells.get(column, "") for column in sheet.columns)]
        for place, (head, text) in enumerate(zip(heads, texts, strict=True), 1):
            cell = _as_text(page.cell(line, place), text)
            if head in HEADS[:-1] or (head in row.faults and place > len(HEADS)):
                cell.fill = _FAULT if head in row.faults else _MINE


def _as_text(cell: Cell | MergedCell, text: str) -> Cell | MergedCell:
    """Text and never a formula, number or date; what a formula begins with stays text even after an edit."""
    if len(text) > _LONGEST:
        raise BadInputError("a cell is too long for Excel", where=f"[{cell.parent.title}]", fix="export to a .csv file")
    cell.number_format = "@"
    if text and isinstance(cell, Cell):
        cell.value = _HIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)
    return cell


def _workbook_rows(path: Path) -> Iterator[EditedRow]:
    book = load_workbook(path)
    for page in book.worksheets:
        heads = [_read(cell, path) for cell in page[1]]
        for line in page.iter_rows(min_row=2):
            texts = [_read(cell, path) for cell in line]
            if any(texts):
                yield EditedRow(f"{page.title}, row {line[0].row}", dict(zip(heads, texts, strict=False)))


def _read(cell: Cell | MergedCell, path: Path) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str) and cell.data_type in {"s", "inlineStr"}:
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    exact = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _EXACT
    if not exact:
        where = f"{path}: cell {cell.coordinate} of sheet {cell.parent.title!r}"
        raise BadInputError("the cell is no text", where=where, fix="format the cell as text and type it again")
    return str(value)


def _csv(sheets: Sequence[Sheet]) -> bytes:
    columns = tuple(dict.fromkeys(column for sheet in sheets for column in sheet.columns))
    rows = (
        [*row.about(sheet.place).values(), *(row.cells.get(column, "") for column in columns)] for sheet in sheets for row in sheet.rows
    )
    return safe_csv([*HEADS, *columns], rows)


def _csv_rows(path: Path) -> Iterator[EditedRow]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        heads = [bare(head) for head in next(reader, [])]
        for texts in reader:
            if any(texts):
                yield EditedRow(f"line {reader.line_num}", dict(zip(heads, map(bare, texts), strict=False)))
