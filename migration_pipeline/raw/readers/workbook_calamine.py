"""Workbooks of the kinds .xls and .ods, read by calamine as a whole (an .xls sheet ends at row 65,536).

Belongs here: their sheets, rows, merged and error cells. Does not belong here: .xlsx (`workbook_xlsx.py`), headers (`workbook_header.py`).
"""

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetTypeEnum

from migration_pipeline.raw.readers.workbook_biff import error_cells
from migration_pipeline.raw.readers.workbook_book import Block, Book, Span, blocks, damage_named, damaged
from migration_pipeline.raw.readers.workbook_errors import overlaid
from migration_pipeline.raw.readers.workbook_ods import refuse_unreadable
from migration_pipeline.raw.readers.workbook_trial import survives


def book(path: Path, kind: str) -> Book:
    """Open a workbook; `kind` is `xls` or `ods`.

    Raises:
        BadInputError: damaged, encrypted, or an .ods with error cells.
    """
    if kind == "ods":
        refuse_unreadable(path)
    elif not survives(path):
        raise damaged(path)
    with damage_named(path), CalamineWorkbook.from_path(path) as workbook:
        sheets = tuple(sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)
    return Book(sheets, lambda sheet: _blocks(path, sheet, kind), lambda sheet: _merged(path, sheet))


def _blocks(path: Path, sheet: str, kind: str) -> Iterator[Block]:
    with damage_named(path), CalamineWorkbook.from_path(path) as workbook:
        rows = enumerate(workbook.get_sheet_by_name(sheet).iter_rows(), start=1)
        errors = error_cells(path, workbook.sheet_names.index(sheet)) if kind == "xls" else {}
        yield from blocks(overlaid(rows, errors) if errors else rows)


def _merged(path: Path, sheet: str) -> list[Span] | None:
    with damage_named(path), CalamineWorkbook.from_path(path) as workbook:
        ranges = workbook.get_sheet_by_name(sheet).merged_cell_ranges
    return None if ranges is None else [(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]
