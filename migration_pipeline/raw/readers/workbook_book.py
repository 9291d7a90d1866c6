"""What every kind of workbook gives the reader, and how its damage is named.

Belongs here: the shape `Book` and the errors all kinds share. Does not belong here: any one kind (`workbook_xlsx.py`,
`workbook_calamine.py`, `workbook_html.py`), headers (`workbook_header.py`).
"""

import errno
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.sax import SAXParseException

import pyarrow as pa
import python_calamine
from defusedxml.common import DefusedXmlException

from migration_pipeline.raw.readers.number_text import column_texts
from migration_pipeline.raw.readers.read_table import BATCH
from migration_pipeline.runtime.errors import BadInputError

Row = tuple[int, Sequence[object]]
"""The 1-based number the spreadsheet shows, and the cells from column A on; an empty one is "" or None."""
Span = tuple[int, int, int, int]
"""A merged cell: first row, first column, last row, last column; rows 1-based, columns 0-based."""

MOST_CELLS = 40_000_000
"""So many places (rows x columns, empty ones too) calamine may lay out at once: about 1 GB."""
_BROKEN = (
    *(python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, EOFError, ParseError, DefusedXmlException),
    *(SAXParseException, ValueError, NotImplementedError, KeyError, IndexError),
)


@dataclass(frozen=True)
class Block:
    """Some rows of a sheet, in order.

    Attributes:
        numbers: of the rows, as the spreadsheet shows them (int64).
        columns: from column A on, as text (large_string), null for an empty cell; as many as the widest of these rows has.
    """

    numbers: pa.Array
    columns: list[pa.Array]

    def kept(self, mask: pa.Array) -> "Block":
        """The rows for which the mask is true."""
        return Block(self.numbers.filter(mask), [column.filter(mask) for column in self.columns])


@dataclass(frozen=True)
class Book:
    """A workbook whose content has not been read yet.

    Attributes:
        sheets: names of the sheets that hold cells (no chart sheets), hidden ones too, in the workbook's order.
        blocks: sheet -> its rows, lazily; rows without any value may be left out. Raises BadInputError where the file is damaged.
        merged: sheet -> its merged cells; None if this kind of workbook cannot tell.
    """

    sheets: tuple[str, ...]
    blocks: Callable[[str], Iterator[Block]]
    merged: Callable[[str], list[Span] | None]


def block(rows: Sequence[Row], texts: Callable[[Sequence[object]], pa.Array] = column_texts) -> Block:
    """Rows as columns of text; shorter rows end in empty cells."""
    columns = zip_longest(*(cells for _, cells in rows), fillvalue="")
    return Block(pa.array([number for number, _ in rows], pa.int64()), [texts(column) for column in columns])


def blocks(rows: Iterable[Row]) -> Iterator[Block]:
    """Rows in blocks, so that Python objects never pile up."""
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield block(some)


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Whatever the libraries say of a damaged or encrypted workbook becomes a BadInputError."""
    try:
        yield
    except python_calamine.PasswordError as error:
        raise encrypted(path) from error
    except _BROKEN as error:
        raise damaged(path) from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):  # calamine gives none for a part cut off, a place before the archive's start is EINVAL
            raise
        raise damaged(path) from error


def damaged(path: Path) -> BadInputError:
    """The error of a workbook that cannot be read."""
    return BadInputError("the workbook is damaged or cut off", where=str(path), fix="open it in a spreadsheet program and save it again")


def encrypted(path: Path) -> BadInputError:
    """The error of a workbook with a password."""
    return BadInputError(
        "the workbook is encrypted (it has a password)", where=str(path), fix="open it with its password and save it without one"
    )
