"""Workbooks (.xlsx, also .xls and .ods), read by calamine.

Belongs here: sheet, banner rows, empty rows, cells as text. Does not belong here: unpivoting (`raw/unpivot.py`), the meaning of any value.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import python_calamine

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.number_text import cell_text
from migration_pipeline.raw.readers.read_table import ReadTable, column_names, row_place, text_frame, text_table
from migration_pipeline.raw.readers.workbook_errors import error_cells
from migration_pipeline.raw.unpack import DEFAULT_LIMITS, refuse_bomb
from migration_pipeline.runtime.errors import BadInputError

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")

Cells = list[list[str | None]]


def read(path: Path, spec: InputSpec) -> ReadTable:
    """Read one sheet (`spec.sheet`, else the first); `_row` is the row number the spreadsheet shows.

    Rows without any value and columns without name and value are left out. An empty cell is missing; an error cell is its text (`#N/A`).

    Raises:
        BadInputError: encrypted, damaged or empty workbook, no such sheet, bad header.
    """
    _refuse_unreadable(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            sheet = _sheet_name(workbook.sheet_names, spec, path)
            rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except python_calamine.PasswordError as error:
        raise _encrypted(path) from error
    except python_calamine.CalamineError as error:
        raise BadInputError(
            "the workbook is damaged or cut off", where=str(path), fix="open it in a spreadsheet program and save it again"
        ) from error
    cells = [[cell_text(value) for value in row] for row in rows]
    for (row, column), text in error_cells(path, sheet).items():
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = text
    return _table(cells, spec, path)


def _table(cells: Cells, spec: InputSpec, path: Path) -> ReadTable:
    if not any(value is not None for row in cells for value in row):
        raise BadInputError("the sheet is empty", where=str(path), fix="name the right sheet: in the input, or export it again")
    if len(cells) < spec.header_row:
        raise BadInputError(
            f"the sheet ends at row {len(cells)}, before the header row", where=str(path), fix="correct header_row: of the input"
        )
    header, body = cells[spec.header_row - 1], cells[spec.header_row :]
    filled = [(number, row) for number, row in enumerate(body, start=spec.header_row + 1) if any(value is not None for value in row)]
    used = _used(header, [row for _, row in filled])
    names = column_names(header, row_place(path, spec.header_row))
    table = text_table([names[place] for place in used], [[row[place] for _, row in filled] for place in used])
    return ReadTable(text_frame(table, [number for number, _ in filled]))


def _used(header: Sequence[str | None], rows: Cells) -> list[int]:
    return [place for place, name in enumerate(header) if name is not None or any(row[place] is not None for row in rows)]


def _sheet_name(names: list[str], spec: InputSpec, path: Path) -> str:
    if not names:
        raise BadInputError("the workbook has no sheet", where=str(path), fix="export it again")
    if spec.sheet is None:
        return names[0]
    if spec.sheet not in names:
        raise BadInputError(
            f"there is no sheet {spec.sheet!r}; there is {', '.join(map(repr, names))}", where=str(path), fix="correct sheet: of the input"
        )
    return spec.sheet


def _refuse_unreadable(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise BadInputError("the file is empty", where=str(path), fix="export it again")
    if start == _OLE and path.suffix.lower() != ".xls":
        raise _encrypted(path)
    if zipfile.is_zipfile(path):
        refuse_bomb(path, DEFAULT_LIMITS)


def _encrypted(path: Path) -> BadInputError:
    return BadInputError("the workbook is encrypted", where=str(path), fix="save it without a password (or as .xlsx, if it is an old .xls)")
