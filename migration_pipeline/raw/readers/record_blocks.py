"""Cuts a stream of delimited text into blocks of whole records, so that each block can be parsed by itself.

Belongs here: where quoted values begin and end, as Arrow's CSV parser sees it; records that are too long or never end. Does not belong
here: splitting records into values (Arrow does), encodings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from migration_pipeline.raw.readers.read_table import row_place
from migration_pipeline.runtime.errors import BadInputError

BLOCK = 4 << 20
MAX_RECORD = 16 << 20
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ENDS = (10, 13)

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Dialect:
    """How values are set apart; both are one ASCII character, `quote` may be empty: nothing is quoted."""

    delimiter: str
    quote: str


def record_blocks(chunks: Iterable[bytes], dialect: Dialect, path: Path) -> Iterator[bytes]:
    """Blocks of whole records, each of about `BLOCK` bytes and ending with a line end.

    Raises:
        BadInputError: a record longer than `MAX_RECORD`; a quote that is never closed, or closed in the middle of other text.
    """
    buffer, line = b"", 1
    for chunk in chunks:
        buffer += chunk
        if len(buffer) < BLOCK:
            continue
        flips = _flips(buffer, dialect, path, line)
        if end := _last_end(buffer, flips):
            yield buffer[:end]
            line += _lines(buffer[:end])
            buffer = buffer[end:]
        if len(buffer) > MAX_RECORD:
            raise _too_long(buffer, _flips(buffer, dialect, path, line), path, line)
    if buffer:
        flips = _flips(buffer, dialect, path, line)
        if len(flips) % 2:
            raise _open_quote(path, line + _lines(buffer[: flips[-1]]), "is never closed")
        yield buffer if buffer.endswith((b"\n", b"\r")) else buffer + b"\n"


def record_ends(block: bytes, dialect: Dialect, path: Path) -> Iterator[int]:
    """Where the records of a block end, one after the other; raises as `record_blocks`."""
    flips = _flips(block, dialect, path, 1)
    for found in _LINE_END.finditer(block):
        if not np.searchsorted(flips, found.start()) % 2:
            yield found.end()


def _flips(data: bytes, dialect: Dialect, path: Path, line: int) -> Places:
    """Places where a quoted value begins, ends, begins ... (a doubled quote inside one counts as end and begin)."""
    mark = dialect.quote.encode()
    if not mark or mark not in data:
        return np.empty(0, np.intp)
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == mark[0])
    around = (*_ENDS, ord(dialect.delimiter), mark[0])
    opening, closing = quotes[::2], quotes[1::2]
    before, after = text[opening[opening > 0] - 1], text[closing[closing < len(data) - 1] + 1]
    if np.isin(before, around).all() and np.isin(after, around).all():
        return quotes
    return _irregular_flips(data, dialect, path, line)


def _irregular_flips(data: bytes, dialect: Dialect, path: Path, line: int) -> Places:
    """As `_flips`, where some quotes are part of unquoted text (`5" pipe`) or stand before more text; slower."""
    quote, mark = re.escape(dialect.quote.encode()), re.escape(dialect.delimiter.encode())
    value = re.compile(rb"(?<![^%b\r\n])%b((?:[^%b]++|%b%b)*+)(%b?)" % (mark, *(quote,) * 5))
    text_follows = re.compile(rb"(?! *(?:[%b\r\n]|\Z))" % mark)
    flips: list[int] = []
    for found in value.finditer(data):
        flips.append(found.start())
        if not found.group(2):
            break
        flips.append(found.end() - 1)
        if text_follows.match(data, found.end()) and _LINE_END.search(found.group(1)):
            raise _open_quote(path, line + _lines(data[: found.start()]), "ends some lines later, in the middle of other text")
    return np.array(flips, np.intp)


def _last_end(data: bytes, flips: Places) -> int:
    """The end of the last whole record; 0 if there is none. A last CR may be half of a CRLF."""
    for line_end, stop in ((b"\n", len(data)), (b"\r", len(data) - 1)):
        place = data.rfind(line_end, 0, stop)
        while place >= 0:
            inside = int(np.searchsorted(flips, place))
            if inside % 2 == 0:
                return place + 1
            place = data.rfind(line_end, 0, int(flips[inside - 1]))
    return 0


def _lines(data: bytes) -> int:
    return data.count(b"\n") or data.count(b"\r")


def _too_long(data: bytes, flips: Places, path: Path, line: int) -> BadInputError:
    size = f"{MAX_RECORD >> 20} MB"
    if len(flips) % 2:
        return _open_quote(path, line + _lines(data[: flips[-1]]), f"is not closed within {size}")
    return BadInputError(
        f"a record is longer than {size}", where=row_place(path, line), fix="check that the file is delimited text with one record per line"
    )


def _open_quote(path: Path, line: int, what: str) -> BadInputError:
    return BadInputError(
        f"a quote that begins here {what}",
        where=row_place(path, line),
        fix='export the file again, it may be cut off or damaged; write quote: "" if the file does not quote',
    )
