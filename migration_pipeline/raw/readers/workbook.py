"""Workbooks: .xlsx, .xls, .ods, and the HTML tables that are exported as .xls.

Belongs here: the sheet, rows in batches, rows that do not fit. Does not belong here: the kinds of workbooks (`workbook_*.py`), unpivoting
(`raw/unpivot.py`), the meaning of any value.
"""

from functools import reduce
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import workbook_calamine, workbook_html, workbook_xlsx
from migration_pipeline.raw.readers.read_table import TEXT, Batch, Reading, ragged_table
from migration_pipeline.raw.readers.workbook_book import Block, Book
from migration_pipeline.raw.readers.workbook_header import Header, header_of
from migration_pipeline.raw.readers.workbook_kind import kind_of
from migration_pipeline.runtime.errors import BadInputError


def read(path: Path, spec: InputSpec) -> Reading:
    """Read one sheet (`spec.sheet`, else the first); `_row` is the row number the spreadsheet shows.

    Rows without any value are left out. An empty cell is missing, and so is all of a merged cell but its top left; an error cell is
    its text (`#N/A`). A column without a name is kept if one of the first rows
    (about 10,000) has a value in it; a row with a value elsewhere is ragged.

    Raises:
        BadInputError: encrypted, damaged or empty workbook, something else under its name, no such sheet, bad header.
    """
    book = _book(path, spec)
    sheet = _sheet_name(book.sheets, spec, path)
    blocks = (found for found in map(_filled, book.blocks(sheet)) if len(found.numbers))
    first = next(blocks, None)
    if first is None:
        raise BadInputError("the sheet is empty", where=str(path), fix="name the right sheet: in the input, or export it again")
    header = header_of(first, spec, lambda: book.merged(sheet), path)
    options = {"sheet": sheet, "header_row": header.row, "header_rows": spec.header_rows if header.row else 0}
    return Reading(header.names, (_batch(header, block) for block in chain([first], blocks)), options)


def _book(path: Path, spec: InputSpec) -> Book:
    kind = kind_of(path)
    if kind == "xlsx":
        return workbook_xlsx.book(path)
    return workbook_html.book(path, spec.encoding) if kind == "html" else workbook_calamine.book(path, kind)


def _sheet_name(names: tuple[str, ...], spec: InputSpec, path: Path) -> str:
    if not names:
        raise BadInputError("the workbook has no sheet with cells", where=str(path), fix="export it again")
    if spec.sheet is None:
        return names[0]
    if spec.sheet not in names:
        raise BadInputError(
            f"there is no sheet {spec.sheet!r}; there is {', '.join(map(repr, names))}", where=str(path), fix="correct sheet: of the input"
        )
    return spec.sheet


def _filled(block: Block) -> Block:
    """Without the rows that have no value at all."""
    blank = reduce(pc.and_, (column.is_null() for column in block.columns), pa.array([True] * len(block.numbers), pa.bool_()))
    return block.kept(pc.invert(blank)) if pc.any(blank).as_py() else block


def _batch(header: Header, block: Block) -> Batch:
    """The rows below the header; those with a value outside the named columns are ragged."""
    block = block.kept(pc.greater_equal(block.numbers, header.body))
    outside = [column.is_valid() for place, column in enumerate(block.columns) if place not in header.places]
    odd = reduce(pc.or_, outside, pa.array([False] * len(block.numbers), pa.bool_()))
    ragged, block = block.kept(odd), block.kept(pc.invert(odd))
    texts = ["\t".join(cell or "" for cell in row) for row in zip(*(column.to_pylist() for column in ragged.columns), strict=True)]
    empty = pa.nulls(len(block.numbers), TEXT)
    columns = [block.columns[place] if place < len(block.columns) else empty for place in header.places]
    table = pa.table([*columns, block.numbers], names=[*header.names, "_row"])
    return Batch(table, ragged_table(zip(ragged.numbers.to_pylist(), texts, strict=True)))
