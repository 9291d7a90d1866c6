"""Rows of text as CSV, .xlsx or .xls that the tool reads back exactly; in a workbook every cell is text, so nothing is a formula.

Belongs here: bytes. Does not belong here: what stands in the rows (`fill.py`), what must not go into CSV (`files.py`).
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import xlwt
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from migration_pipeline.loaded.templates.model import Form
from migration_pipeline.runtime.errors import BadInputError

Line = Sequence[str | None]
_XLS_COLUMNS, _XLS_ROWS = 256, 65_536


def csv_file(rows: Iterable[Line]) -> bytes:
    """UTF-8 without a byte order mark, which Frappe would take for a part of the first heading."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerows([text or "" for text in row] for row in rows)
    return out.getvalue().encode("utf-8")


def xlsx_file(rows: Iterable[Line]) -> bytes:
    """A workbook with one sheet whose cells are all text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str | None) -> Any:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def xls_file(rows: Iterable[Line]) -> bytes:
    """An Excel 97 workbook with one sheet whose cells are all text.

    Raises:
        BadInputError: more columns or rows than such a file holds.
    """
    book = xlwt.Workbook(encoding="utf-8")
    sheet, text_style = book.add_sheet("Sheet1"), xlwt.easyxf(num_format_str="@")
    for number, row in enumerate(rows):
        if len(row) > _XLS_COLUMNS or number >= _XLS_ROWS:
            what = f"an .xls file holds {_XLS_COLUMNS} columns and {_XLS_ROWS:,} rows"
            raise BadInputError(what, where="templates export", fix="export fewer stores at once with --store")
        for column, text in enumerate(row):
            if text:
                sheet.write(number, column, text, text_style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FORMS: Mapping[Form, Callable[[Iterable[Line]], bytes]] = MappingProxyType({"csv": csv_file, "xlsx": xlsx_file, "xls": xls_file})
