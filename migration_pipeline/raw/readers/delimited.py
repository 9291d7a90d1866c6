"""CSV and other delimited text, read by Arrow with every column as text.

Belongs here: header, quotes, ragged rows, row numbers. Does not belong here: encodings (`encoding.py`), the meaning of any value.
"""

import csv
import io
import itertools
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.encoding import as_utf8
from migration_pipeline.raw.readers.read_table import TEXT, ReadTable, column_names, ragged_frame, row_place, text_frame
from migration_pipeline.runtime.errors import BadInputError

BLOCK = 4 << 20
HEADER_BYTES = 1 << 20
_LINE = re.compile(rb"\r\n|\r|\n")


def read(path: Path, spec: InputSpec) -> ReadTable:
    """Read a delimited file; `_row` is the number of the record, banner lines and header included.

    It is the line number as long as no quoted field holds a line break. Rows in which every field is empty are left out.

    Raises:
        BadInputError: empty file, wrong encoding, NUL bytes, bad header, a quote that is never closed.
    """
    if len(spec.delimiter) != 1:
        raise BadInputError(f"a delimiter is one character, not {spec.delimiter!r}", where=str(path), fix="correct delimiter: of the input")
    data = as_utf8(path.read_bytes(), spec.encoding, path)
    if not data.strip():
        raise BadInputError("the file is empty", where=str(path), fix="export it again")
    if not data.endswith((b"\n", b"\r")):
        data += b"\n"
    names = _header(data, spec, path)
    table, ragged = _parse(data, names, spec, path)
    _refuse_open_quote(data, table, ragged, spec, path)
    return _numbered(table, ragged, spec)


def _header(data: bytes, spec: InputSpec, path: Path) -> list[str]:
    start = 0
    for number in range(1, spec.header_row):
        line = _LINE.search(data, start)
        if line is None or line.end() >= len(data):
            raise BadInputError(
                f"the file ends at line {number}, before the header row", where=str(path), fix="correct header_row: of the input"
            )
        start = line.end()
    text = data[start : start + HEADER_BYTES].decode(errors="ignore")
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=spec.delimiter))
    return column_names(header, row_place(path, spec.header_row))


def _parse(data: bytes, names: list[str], spec: InputSpec, path: Path) -> tuple[pa.Table, list[tuple[int, str]]]:
    """Rows and ragged rows; several threads as long as there are none, since Arrow then does not number them."""
    parallel = len(data) > BLOCK
    for block, threads in itertools.product((BLOCK, len(data) + 1), (True, False) if parallel else (False,)):
        try:
            table, ragged = _read_csv(data, names, spec, block_size=block, threads=threads)
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) and block < len(data):
                continue
            raise BadInputError("the file is not delimited text", where=str(path), fix="check delimiter: and the file's quotes") from error
        if not threads or not ragged:
            return table, ragged
    raise BadInputError("a record is longer than the file", where=str(path), fix="check the file's quotes")


def _read_csv(data: bytes, names: list[str], spec: InputSpec, *, block_size: int, threads: bool) -> tuple[pa.Table, list[tuple[int, str]]]:
    ragged: list[tuple[int, str]] = []

    def keep(row: arrow_csv.InvalidRow) -> str:
        ragged.append((row.number or 0, row.text))
        return "skip"

    table = arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(
            use_threads=threads, block_size=block_size, column_names=names, skip_rows=spec.header_row - 1, skip_rows_after_names=1
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=spec.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
        ),
        convert_options=arrow_csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, TEXT), strings_can_be_null=False),
    )
    return table, ragged


def _numbered(table: pa.Table, ragged: list[tuple[int, str]], spec: InputSpec) -> ReadTable:
    first = spec.header_row + 1
    numbers = np.arange(first, first + len(table) + len(ragged), dtype="int64")
    if ragged:
        numbers = np.delete(numbers, [number - first for number, _ in ragged])
    blank = _blank(table)
    if blank is not None:
        table, numbers = table.filter(pc.invert(blank)), numbers[~blank.to_numpy(zero_copy_only=False)]
    frame = text_frame(table, numbers)
    written = [(number, text) for number, text in ragged if text.strip(f'{spec.delimiter} \t\r\n"')]
    return ReadTable(frame, ragged_frame(written))


def _blank(table: pa.Table) -> "pa.BooleanArray | None":
    """Which rows have no value at all; None if no row."""
    mask = pc.equal(table.column(0), "")
    for column in table.columns[1:]:
        if not pc.any(mask).as_py():
            return None
        mask = pc.and_(mask, pc.equal(column, ""))
    return mask.combine_chunks() if pc.any(mask).as_py() else None


def _refuse_open_quote(data: bytes, table: pa.Table, ragged: list[tuple[int, str]], spec: InputSpec, path: Path) -> None:
    """A quote that is never closed would swallow the rest of the file into its last value, without a word from Arrow."""
    last = [table.column(table.num_columns - 1)[-1].as_py()] if len(table) else []
    if not any("\n" in text or "\r" in text for text in (*last, *(text for _, text in ragged[-1:]))):
        return
    mark = re.escape(spec.delimiter.encode())
    field = rb'(?:"(?:[^"]++|"")*+"[^%b\r\n]*+|(?!")[^%b\r\n]*+)(?:\r\n|[%b\r\n])' % (mark, mark, mark)
    body = _after_lines(data, spec.header_row - 1)
    closed = re.compile(rb"(?:%b)*+" % field).match(data, body)
    end = closed.end() if closed else body
    if end < len(data):
        line = data.count(b"\n", 0, end) + 1
        raise BadInputError(
            "a quote that begins here is never closed", where=row_place(path, line), fix="export the file again, it may be cut off"
        )


def _after_lines(data: bytes, count: int) -> int:
    ends = itertools.islice((line.end() for line in _LINE.finditer(data)), count)
    return max(ends, default=0)
