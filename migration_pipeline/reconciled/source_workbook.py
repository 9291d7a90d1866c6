"""Workbooks read with openpyxl and xlrd, apart from `raw`'s calamine; which kind one is, its first bytes say, not its name.

Belongs here: .xlsx, the old .xls, values as text. Does not belong here: .ods and HTML tables (`source_markup.py`), which row is the header
(`source_layout.py`).
"""

import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from typing import Any, Literal

import openpyxl
import xlrd
from openpyxl.worksheet.worksheet import Worksheet

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput, opened
from migration_pipeline.reconciled.source_layout import Cells, Row, first_row, joined, sheet_cells
from migration_pipeline.reconciled.source_markup import html_rows, ods_rows
from migration_pipeline.runtime.errors import BadInputError

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
Span = tuple[int, int, int, int]
"""A merged cell: first row, last row, first column, last column; 0-based, the last ones outside."""
Sheet = tuple[Iterable[Row], Sequence[Span]]


def workbook_rows(spec: InputSpec, file: ArchivedInput) -> Cells:
    """Column names and rows of one sheet.

    Raises:
        BadInputError: there is no such sheet.
    """
    rows, spans = _reader(file)(spec, file)
    first = first_row(spec, file) - 1
    if spec.names:
        return sheet_cells(spec.names, islice(rows, first, None), given=True)
    count = spec.header_rows
    body = iter(rows)
    header = [list(row) for row in islice(body, first, first + count)]
    names = joined(_unmerged(header, spans, first)) if count > 1 else [name or "" for name in header[0]] if header else []
    return sheet_cells(names, body, given=False)


def _reader(file: ArchivedInput) -> Callable[[InputSpec, ArchivedInput], Sheet]:
    with opened(file) as raw:
        start = raw.read(8)
        if start.startswith(b"PK"):
            with zipfile.ZipFile(raw) as book:
                return _ods if "content.xml" in book.namelist() else _xlsx
    return _xls if start == _OLE else _html


def _unmerged(header: list[list[str | None]], spans: Sequence[Span], first: int) -> list[list[str | None]]:
    """The header rows with every merged cell's text in all its columns, in its first row."""
    for top, bottom, left, right in spans:
        if first <= top < first + len(header):
            row = header[top - first]
            row += [None] * (right - len(row))
            row[left:right] = [row[left]] * (right - left)
            for lower in header[top - first + 1 : bottom - first]:
                lower[left:right] = [None] * len(lower[left:right])
    return header


def _sheet_name(names: Sequence[str], spec: InputSpec, file: ArchivedInput) -> str:
    if spec.sheet is not None and spec.sheet not in names:
        raise BadInputError(f"there is no sheet {spec.sheet!r}", where=file.name, fix=f"sheets are {', '.join(names)}")
    return spec.sheet or names[0]


def _xlsx(spec: InputSpec, file: ArchivedInput) -> Sheet:
    """Only a book that is read as a whole knows its merged cells."""
    with opened(file) as raw, closing(openpyxl.load_workbook(raw, read_only=spec.header_rows == 1, data_only=True)) as book:
        sheet = book[_sheet_name([sheet.title for sheet in book.worksheets], spec, file)]
        if not isinstance(sheet, Worksheet):
            sheet.reset_dimensions()
        spans = [(s.min_row - 1, s.max_row, s.min_col - 1, s.max_col) for s in sheet.merged_cells.ranges] if spec.header_rows > 1 else []
        return [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)], spans


def _xls(spec: InputSpec, file: ArchivedInput) -> Sheet:
    with opened(file) as raw:
        content = raw.read()
    with xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=spec.header_rows > 1) as book:
        sheet = book.sheet_by_name(_sheet_name(book.sheet_names(), spec, file))
        first_day: Literal[0, 1] = 1 if book.datemode else 0
        rows = [[_xls_text(cell, first_day) for cell in row] for row in sheet.get_rows()]
        return rows, list(sheet.merged_cells)


def _ods(spec: InputSpec, file: ArchivedInput) -> Sheet:
    return [[cell_text(value) for value in row] for row in ods_rows(file, spec.sheet)], ()


def _html(spec: InputSpec, file: ArchivedInput) -> Sheet:
    return html_rows(file, spec.encoding), ()


def _xls_text(cell: xlrd.sheet.Cell, first_day: Literal[0, 1]) -> str | None:
    value: Any = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return cell_text(xlrd.xldate_as_datetime(value, first_day))
        except xlrd.xldate.XLDateError:
            return cell_text(value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(int(value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#ERROR")
    return cell_text(value)


def cell_text(value: object) -> str | None:
    """A cell's value: numbers without an exponent and without `.0`, dates in ISO 8601 with a blank, 1 and 0 for true and false."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, float):
        plain = format(Decimal(repr(value)), "f")
        return plain.removesuffix(".0")
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return str(value)
