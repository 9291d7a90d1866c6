"""CSV and other delimited text as a stream, split by Arrow, every column as text.

Belongs here: header, ragged and blank rows, row numbers, blocks parsed side by side. Does not belong here: encodings (`encoding.py`),
finding out delimiter and header (`delimited_shape.py`), cutting the stream (`record_blocks.py`), the meaning of any value.
"""

import csv
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.delimited_shape import Shape, joined_names, settled_shape, split_rows
from migration_pipeline.raw.readers.encoding import settled_encoding, utf8_chunks
from migration_pipeline.raw.readers.read_table import TEXT, Batch, Reading, column_names, ragged_table, row_place
from migration_pipeline.raw.readers.record_blocks import Dialect, record_blocks, record_ends
from migration_pipeline.runtime.errors import BadInputError

WORKERS = min(4, os.cpu_count() or 1)

Parsed = tuple[pa.Table, list[tuple[int, str]]]


def read(path: Path, spec: InputSpec) -> Reading:
    """Read a delimited file; `_row` is the number of the record, banner lines and header included.

    It is the line number as long as no quoted field holds a line break. Rows in which every field is empty are left out.
    Options: `encoding`, `delimiter`, `quote`, and where the file has a header `header_row`, `header_rows`.

    Raises:
        BadInputError: empty file, wrong encoding, NUL bytes, bad header, a quote that is never closed, a record without end; also by
            the batches, where it is found later in the file.
    """
    encoding = settled_encoding(path, spec.encoding)
    chunks = utf8_chunks(path, encoding)
    start = next(filter(None, chunks), b"")
    if not start.strip():
        raise BadInputError("the file is empty", where=str(path), fix="export it again")
    shape = settled_shape(start.decode(errors="ignore"), spec, path)
    blocks = record_blocks(chain([start], chunks), shape.dialect, path)
    first = next(blocks)
    names, end, number = _header(first, shape, spec, path)
    batches = _batches(chain([first[end:]], blocks), names, shape.dialect, number, path)
    return Reading(tuple(names), batches, _options(encoding, shape, spec))


def _options(encoding: str, shape: Shape, spec: InputSpec) -> dict[str, object]:
    options: dict[str, object] = {"encoding": encoding, "delimiter": shape.dialect.delimiter, "quote": shape.dialect.quote}
    return options if spec.names else {**options, "header_row": shape.header_row, "header_rows": spec.header_rows}


def _header(block: bytes, shape: Shape, spec: InputSpec, path: Path) -> tuple[list[str], int, int]:
    """Names, where the rows begin in the first block, and the number of the first row."""
    above = shape.header_row - 1
    rows = 0 if spec.names else spec.header_rows
    ends = [0, *islice(record_ends(block, shape.dialect, path), above + rows)]
    if len(ends) <= above + rows:
        raise BadInputError(
            f"the file ends at line {len(ends) - 1}, before the header row", where=str(path), fix="correct header_row: of the input"
        )
    where = row_place(path, shape.header_row)
    if spec.names:
        return column_names(spec.names, where), ends[-1], above + 1
    text = block[ends[above] : ends[-1]].decode()
    try:
        cells = list(split_rows(text, shape.dialect))
    except csv.Error as error:
        raise BadInputError("the header row is too long", where=where, fix="correct delimiter: or header_row: of the input") from error
    return column_names(joined_names(cells) if len(cells) > 1 else cells[0] if cells else [], where), ends[-1], above + rows + 1


def _batches(blocks: Iterable[bytes], names: list[str], dialect: Dialect, first: int, path: Path) -> Iterator[Batch]:
    """Batches, one per block, numbered from `first`."""
    for table, ragged in _side_by_side(blocks, names, dialect, path):
        rows = len(table) + len(ragged)
        batch = _numbered(table, ragged, dialect, first)
        if len(batch.table) or len(batch.ragged):
            yield batch
        first += rows


def _side_by_side(blocks: Iterable[bytes], names: list[str], dialect: Dialect, path: Path) -> Iterator[Parsed]:
    """All blocks parsed, in their order; a few at a time, the next ones being read meanwhile."""
    parse = partial(_parsed, names=names, dialect=dialect, path=path)
    left = iter(blocks)
    ahead = list(islice(left, 2))
    if len(ahead) < 2:
        yield from map(parse, ahead)
        return
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Parsed]] = deque()
        for block in chain(ahead, left):
            waiting.append(pool.submit(parse, block))
            if len(waiting) > WORKERS:
                yield waiting.popleft().result()
        for parsed in waiting:
            yield parsed.result()


def _parsed(block: bytes, names: list[str], dialect: Dialect, path: Path) -> Parsed:
    """One block of whole records: its rows, and its ragged ones with their place (1-based) and text."""
    ragged: list[tuple[int, str]] = []

    def keep(row: arrow_csv.InvalidRow) -> str:
        ragged.append((row.number, row.text))
        return "skip"

    types = dict.fromkeys(names, TEXT)
    if not block:
        return pa.schema(types).empty_table(), ragged
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            # One thread and one block: only so does Arrow number its rows, and no record lies across two blocks.
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote or False,
                newlines_in_values=bool(dialect.quote),
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=arrow_csv.ConvertOptions(check_utf8=False, column_types=types, strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise BadInputError("the file is not delimited text", where=str(path), fix="check delimiter: and the file's quotes") from error
    return table, ragged


def _numbered(table: pa.Table, ragged: Sequence[tuple[int, str]], dialect: Dialect, first: int) -> Batch:
    numbers = np.arange(first, first + len(table) + len(ragged), dtype="int64")
    if ragged:
        numbers = np.delete(numbers, [place - 1 for place, _ in ragged])
    blank = _blank(table)
    if blank is not None:
        table, numbers = table.filter(pc.invert(blank)), numbers[~blank.to_numpy(zero_copy_only=False)]
    nothing = f"{dialect.delimiter}{dialect.quote} \t\r\n"
    written = [(first + place - 1, text) for place, text in ragged if text.strip(nothing)]
    return Batch(table.append_column("_row", pa.array(numbers)), ragged_table(written))


def _blank(table: pa.Table) -> "pa.BooleanArray | None":
    """Which rows have no value at all; None if no row."""
    mask = pc.equal(table.column(0), "")
    for column in table.columns[1:]:
        if not pc.any(mask).as_py():
            return None
        mask = pc.and_(mask, pc.equal(column, ""))
    return mask.combine_chunks() if pc.any(mask).as_py() else None
