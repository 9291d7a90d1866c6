"""Which row of a sheet is the header, and the column names it gives.

Belongs here: finding the header, headers of several rows. Does not belong here: reading cells, the meaning of any column.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pyarrow.compute as pc

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.read_table import column_names, row_place
from migration_pipeline.raw.readers.workbook_book import Block, Span
from migration_pipeline.runtime.errors import BadInputError

FIRST_ROWS = 50
"""A header is looked for among so many rows that hold something."""
_VALUE = re.compile(r"[+-]?[\d.,:/\-\s%eE]+|\d{4}-\d\d-\d\dT.*|\d+年\d+月(\d+日)?")

Merged = Callable[[], "list[Span] | None"]


@dataclass(frozen=True)
class Header:
    """Where the body begins and what its columns are called.

    Attributes:
        names: of the columns that are kept.
        places: their 0-based places in the sheet.
        row: 1-based number of the (first) header row; None if the project gives the names.
        body: 1-based number of the first row of the body.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    row: int | None
    body: int


def header_of(block: Block, spec: InputSpec, merged: Merged, path: Path) -> Header:
    """The header, given the first rows of the sheet (only those that hold something).

    A column without a name is kept, as `column_7`, if one of these rows has a value in it.

    Raises:
        BadInputError: no row looks like a header (`header_row: auto`), it lies beyond the end, or its names cannot be used.
    """
    if spec.names:
        body = 1 if spec.header_row == "auto" else spec.header_row
        return Header(tuple(column_names(spec.names, str(path))), tuple(range(len(spec.names))), None, body)
    row = _found(block, spec, path) if spec.header_row == "auto" else spec.header_row
    last = block.numbers[-1].as_py()
    if row > last:
        raise BadInputError(f"the sheet ends at row {last}, before the header row", where=str(path), fix="correct header_row: of the input")
    titles, body = _titles(block, row, spec.header_rows, merged, path), row + spec.header_rows
    below = block.kept(pc.greater_equal(block.numbers, body)).columns
    titles += [None] * (len(below) - len(titles))
    names = column_names(titles, row_place(path, row))
    used = {place for place, column in enumerate(below) if column.null_count < len(column)}
    places = [place for place, title in enumerate(titles) if title or place in used]
    return Header(tuple(names[place] for place in places), tuple(places), row, body)


def _head(block: Block, count: int) -> list[tuple[int, list[str | None]]]:
    """The first rows, cell by cell."""
    numbers = block.numbers[:count].to_pylist()
    columns = [column[:count].to_pylist() for column in block.columns]
    return [(number, list(cells)) for number, cells in zip(numbers, zip(*columns, strict=True), strict=True)]


def _found(block: Block, spec: InputSpec, path: Path) -> int:
    first = _head(block, FIRST_ROWS)
    for place, (number, values) in enumerate(first):
        below = [_filled(row) for _, row in first[place + 1 : place + 21]]
        if spec.header_rows == 1 and _looks_like_header(values, below):
            return number
    several = " (it is not looked for where header_rows: is more than 1)" if spec.header_rows > 1 else ""
    raise BadInputError(
        f"no row looks like a header{several}", where=str(path), fix="write header_row: with the number of the row that holds the names"
    )


def _looks_like_header(values: Sequence[str | None], below: Sequence[int]) -> bool:
    """Several different texts, at most one of five a number or date, in most columns that the rows below use."""
    texts = [value.strip() for value in values if value is not None and value.strip()]
    names = [text for text in texts if not _VALUE.fullmatch(text)]
    wide = len(texts) >= 0.6 * median(below) if below else True
    return len(texts) >= 2 and wide and len(set(texts)) == len(texts) and len(names) >= 0.8 * len(texts)


def _filled(values: Sequence[str | None]) -> int:
    return sum(value is not None for value in values)


def _titles(block: Block, first: int, count: int, merged: Merged, path: Path) -> list[str | None]:
    rows = dict(_head(block, first + count))
    if count == 1:
        return list(rows.get(first, []))
    spans = merged()
    if spans is None:
        raise BadInputError(
            "this kind of workbook does not tell its merged cells", where=str(path), fix="save it as .xlsx, or write header_rows: 1"
        )
    numbers = range(first, first + count)
    parts = {(row, place): (value or "").strip() for row in numbers for place, value in enumerate(rows.get(row, []))}
    for top, left, bottom, right in spans:
        if top in numbers:
            name = parts.get((top, left), "")
            parts |= {(row, place): name if row == top else "" for row in range(top, bottom + 1) for place in range(left, right + 1)}
    width = max((place for _, place in parts), default=-1) + 1
    joined = ["/".join(filter(None, (parts.get((row, place), "") for row in numbers))) for place in range(width)]
    return [name or None for name in joined]
