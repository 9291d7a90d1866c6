"""SQLite files: one table, read-only, without touching the file or its folder.

Belongs here: opening safely, completeness, values as exact text. Does not belong here: SQL beyond reading one whole table.
"""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.encoding import codec_name
from migration_pipeline.raw.readers.number_text import float_text
from migration_pipeline.raw.readers.read_table import BATCH, Reading, batched, column_names
from migration_pipeline.runtime.errors import BadInputError

STEPS = 5_000_000_000
"""Steps of SQLite's machine for the next batch of rows, a minute or more: a view may run for ever."""
LONGEST_VALUE = 64 << 20
_PACE = 1_000_000
_MAGIC = b"SQLite format 3\0"


def read(path: Path, spec: InputSpec) -> Reading:
    r"""Read one table or view in rowid order; `_row` is the ordinal of the row, 1-based.

    NULL is missing; text is kept with its padding; numbers become exact text (12.0 stays `12.0`); a blob becomes `\x` and its hex digits.

    Raises:
        BadInputError: not a database, cut off, damaged, no such table, text in another encoding, changes not yet in the file, a view that
            cannot be read or takes too long, a value longer than `LONGEST_VALUE` bytes.
    """
    _refuse_incomplete(path)
    codec = codec_name(spec.encoding, path)
    with _opened(path) as database:
        table, kind = _table(database, spec.table or "", path)
        _refuse_damage(database, table, kind, path)
        columns = [column[0] for column in _rows(database, table, kind).description]
    names = column_names(columns, f"{path}, table {table}")
    return Reading(tuple(names), batched(names, _all_rows(path, table, kind, codec)))


def _all_rows(path: Path, table: str, kind: str, codec: str) -> Iterator[tuple[int, list[str | None]]]:
    with _opened(path) as database:
        database.text_factory = lambda raw: raw.decode(codec)
        for number, row in enumerate(_fetched(_rows(database, table, kind), codec, path), start=1):
            yield number, [_text(value) for value in row]


def _fetched(rows: sqlite3.Cursor, codec: str, path: Path) -> Iterator[tuple[object, ...]]:
    done = 0
    try:
        for row in rows:
            yield row
            done += 1
            if done % BATCH == 0:
                _give_time(rows.connection)
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"row {done + 1} holds text that is not {codec}", where=str(path), fix="write encoding: gb18030 (or what it is) in the input"
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            _give_time(database)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
            database.execute("PRAGMA trusted_schema = OFF")
            yield database
    except sqlite3.Error as error:
        raise _failed(error, path) from error
    except UnicodeDecodeError as error:  # of a name in the catalogue
        raise _damaged(path) from error


def _give_time(database: sqlite3.Connection) -> None:
    """Start counting anew: the database is interrupted after `STEPS` steps."""
    paces = itertools.count(1)
    database.set_progress_handler(lambda: next(paces) * _PACE > STEPS, _PACE)


def _table(database: sqlite3.Connection, wanted: str, path: Path) -> tuple[str, str]:
    rows = database.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
    found = [(str(name), str(kind)) for name, kind in rows]
    for name, kind in found:
        if name.casefold() == wanted.casefold():
            return name, kind
    there = ", ".join(name for name, _ in found) or "no table at all"
    raise BadInputError(f"there is no table {wanted!r}; there is {there}", where=str(path), fix="correct table: of the input")


def _rows(database: sqlite3.Connection, table: str, kind: str) -> sqlite3.Cursor:
    query = f"SELECT * FROM {_quoted(table)}"  # noqa: S608 - quoted, and read from the file's own catalogue
    if kind == "view":
        return database.execute(query)
    try:
        return database.execute(f"{query} ORDER BY rowid")
    except sqlite3.OperationalError:
        return database.execute(query)


def _refuse_damage(database: sqlite3.Connection, table: str, kind: str, path: Path) -> None:
    if kind == "table":
        answer = database.execute(f"PRAGMA quick_check({_quoted(table)})").fetchone()
        if answer != ("ok",):
            raise _damaged(path)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    return float_text(value) if isinstance(value, float) else str(value)


def _refuse_incomplete(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(_MAGIC) or len(header) < 100:
        raise BadInputError("this is not a SQLite database" if header else "the file is empty", where=str(path), fix="export it again")
    page = int.from_bytes(header[16:18], "big")
    pages, size = int.from_bytes(header[28:32], "big"), path.stat().st_size
    if header[24:28] == header[92:96] and size < pages * (65536 if page == 1 else page):
        raise BadInputError(f"the database is cut off after {size} bytes", where=str(path), fix="copy it again")
    for suffix in ("-wal", "-journal"):
        side = path.with_name(path.name + suffix)
        if side.exists() and side.stat().st_size:
            raise BadInputError(
                f"{side.name} holds changes that are not in the database yet",
                where=str(path),
                fix="close the store system, then copy the file again",
            )


def _failed(error: sqlite3.Error, path: Path) -> BadInputError:
    reasons = {
        sqlite3.SQLITE_ERROR: ("the database cannot answer: a view asks for what is not there or not allowed", "name a table of its own"),
        sqlite3.SQLITE_INTERRUPT: ("the view takes too long", "name a table instead of a view"),
        sqlite3.SQLITE_TOOBIG: (f"a value is longer than {LONGEST_VALUE >> 20} MB", "export the table without that column"),
    }
    what, fix = reasons.get(getattr(error, "sqlite_errorcode", 0), ("", ""))
    return BadInputError(what, where=str(path), fix=fix) if what else _damaged(path)


def _damaged(path: Path) -> BadInputError:
    return BadInputError("the database is damaged", where=str(path), fix="copy it again, or repair it with .recover of the sqlite3 program")
