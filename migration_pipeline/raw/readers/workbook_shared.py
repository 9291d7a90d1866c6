"""Shared texts of an .xlsx workbook: a cell holds the number of its text, the texts stand in one place for all sheets.

Belongs here: having calamine read them piece by piece, and looking them up in one Arrow array, so that they need not be read again for
every piece of a sheet. Does not belong here: sheets (`workbook_xlsx.py`).
"""

import re
from collections.abc import Iterator, Sequence
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.raw.readers.number_text import column_texts

LONGEST = 64 << 20
"""Bytes of XML that are read at once at most; as rows they take about six times as much memory."""
_ENTRY = re.compile(rb"<(?:\w+:)?si\b")
_OWN_TEXTS = (b't="str"', b't="inlineStr"', b't="d"', b"t='")
_START = re.compile(rb"<((?:\w+:)?)sst\b[^>]*(?<!/)>")
_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'


def listing(entries: bytes) -> bytes:
    """A sheet whose n-th row shows the n-th shared text, given the workbook's file of shared texts."""
    count = sum(1 for _ in _ENTRY.finditer(entries))
    return _SHEET % b"".join(b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (n + 1, n + 1, n) for n in range(count))


def entry_pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    """The workbook's file of shared texts as several such files, each with whole entries."""
    left = file.read(size)
    refuse_entities(left)
    start = _START.search(left)
    if start is None:
        yield left + file.read(LONGEST)  # cut off there, calamine finds it damaged
        return
    yield from pieces(file, size, left, start.end(), b"</%bsi>" % start.group(1), b"</%bsst>" % start.group(1))


def refuse_entities(start: bytes) -> None:
    """Raise ValueError if a document declares entities, which calamine takes for nothing."""
    if b"<!DOCTYPE" in start:
        raise ValueError("a document type")


def pieces(file: IO[bytes], size: int, left: bytes, start: int, close: bytes, tail: bytes) -> Iterator[bytes]:
    """XML cut after elements that end in `close`: each piece begins with what stands before `start` and ends in `tail`.

    Args:
        file: the rest of the document.
        size: bytes per piece; a longer element makes a longer piece.
        left: what has been read of the file.
        start: where the first element begins in it.
        close: end tag of an element.
        tail: end tags of the document.

    Raises:
        ValueError: an element is longer than `LONGEST`.
    """
    head, left = left[:start], left[start:]
    while more := file.read(size):
        cut = left.rfind(close) + len(close)
        if cut >= len(close):
            yield b"".join((head, memoryview(left)[:cut], tail))
            left = left[cut:]
        left += more
        if len(left) > LONGEST:
            raise ValueError("an element without an end")
    yield head + left


def only_shared(piece: bytes) -> bool:
    """Whether every text cell of a piece of a sheet holds the number of a shared text."""
    return not any(mark in piece for mark in _OWN_TEXTS)


def numbers_as_texts(piece: bytes) -> bytes:
    """The piece with numbers of shared texts marked as texts themselves, which calamine hands over as they are: "17"."""
    return piece.replace(b' t="s"', b' t="str"')


def looked_up(values: Sequence[object], texts: pa.Array) -> pa.Array:
    """A column of such a piece as text: each str is the number of a shared text."""
    numbers = pa.array([(value or None) if type(value) is str else None for value in values], pa.large_string())
    found = texts.take(numbers.cast(pa.int64()))
    if numbers.null_count == 0:
        return found
    return pc.coalesce(found, column_texts(["" if type(value) is str else value for value in values]))
