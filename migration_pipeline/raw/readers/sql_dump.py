"""SQL dumps: one table out of a plain dump of PostgreSQL, MySQL/MariaDB or SQL Server, read as a stream.

Belongs here: which statements concern the wanted table, completeness of the dump. Does not belong here: their grammar
(`sql_statements.py`), strings and comments (`sql_text.py`). A dump is never executed.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers.encoding import decoded_chunks
from migration_pipeline.raw.readers.read_table import BATCH, Batch, Reading, column_names, ragged_table, text_batch
from migration_pipeline.raw.readers.sql_statements import (
    COPY_HEAD,
    CREATE_HEAD,
    HEAD,
    INSERT_HEAD,
    INSERT_VALUES,
    LONGEST_VALUE,
    BrokenStatementError,
    Row,
    copied_blocks,
    copied_line,
    created_columns,
    inserted_rows,
    names_in,
)
from migration_pipeline.raw.readers.sql_text import TAIL, Dialect, TextWindow, dialect_of
from migration_pipeline.runtime.errors import BadInputError

_BEGINS = re.compile(r"PostgreSQL database dump\s*$|-- (?:MySQL|MariaDB) dump ", re.MULTILINE)
_ENDS = re.compile(r"PostgreSQL database dump complete|Dump completed")


def read(path: Path, spec: InputSpec) -> Reading:
    r"""Read the rows of `spec.table` (with or without schema); `_row` is the ordinal of the row in the table, 1-based.

    NULL and `\N` are missing; numbers are kept as written. Rows with another number of values than columns are ragged.

    Raises:
        BadInputError: empty, cut-off or wrongly encoded dump, no such table, a table that is there twice, a value that is not a literal.
    """
    chunks = decoded_chunks(path, spec.encoding)
    first = next(chunks, "")
    if not first.strip():
        raise BadInputError("the file is empty", where=str(path), fix="export it again")
    reader = _DumpReader(path, spec.table or "", dialect_of(first), TextWindow(itertools.chain([first], chunks)))
    batches = reader.batches()
    head = next(batches)  # the columns are known with the first rows
    return Reading(tuple(reader.names), itertools.chain([head], batches))


class _DumpReader:
    """One pass over one dump."""

    def __init__(self, path: Path, wanted: str, dialect: Dialect, window: TextWindow) -> None:
        self._path, self._dialect, self._window = path, dialect, window
        self._wanted = [name.casefold() for name in names_in(wanted)]
        self._wanted_text = wanted
        self._created: list[str] = []
        self._columns: list[str] = []
        self._order: list[int] = []
        self._found: dict[str, None] = {}  # the wanted table's full name as the dump writes it
        self._others: dict[str, None] = {}
        self.names: list[str] = []
        self._rows: list[Row] = []
        self._numbers: list[int] = []
        self._ragged: list[tuple[int, str]] = []
        self._count = 0
        self._complete = True

    def batches(self) -> Iterator[Batch]:
        """All rows of the wanted table; at least one batch, be it empty."""
        handle = {"insert": self._insert, "replace": self._insert, "copy": self._copy, "create": self._create}
        try:
            for kind in self._starts():
                for _ in handle[kind]():
                    if len(self._numbers) + len(self._ragged) >= BATCH:
                        yield self._batch()
        except BrokenStatementError as error:
            raise self._error(str(error), "dump the table again") from error
        if not self._complete:
            raise self._error("the dump is cut off: its closing comment is missing", "dump it again")
        if not self._found:
            there = ", ".join(self._others) or "no table at all"
            raise BadInputError(
                f"there is no table {self._wanted_text!r} in the dump; there is {there}",
                where=str(self._path),
                fix="correct table: of the input",
            )
        if not self.names:
            self._take_columns(None)  # a table that is defined but has no row gives its columns
        yield self._batch()

    def _batch(self) -> Batch:
        rows = text_batch(self.names, list(zip(*self._rows, strict=True)), self._numbers).table
        batch = Batch(rows, ragged_table(self._ragged))
        self._rows, self._numbers, self._ragged = [], [], []
        return batch

    def _starts(self) -> Iterator[str]:
        """Stop at every INSERT, COPY and CREATE TABLE outside of strings, comments and procedures."""
        window = self._window
        while True:
            found = self._dialect.token.search(window.text, window.position)
            if found is None:
                window.position = max(window.position, len(window.text) - TAIL)
                if not window.more():
                    return
            elif start := found.group("start"):
                window.position = found.start("start")
                yield start.split()[0].lower()
            elif found.group("open"):
                window.position = found.start()
                if len(window.text) - window.position > LONGEST_VALUE:
                    size = f"{LONGEST_VALUE >> 20} million characters"
                    raise self._error(f"a string, comment or procedure that begins here does not end within {size}", "dump it again")
                if not window.more():
                    self._refuse_open(found.group("open"))
                    return
            else:
                self._note_comment(found.group("comment"))
                window.position = found.end()

    def _refuse_open(self, opener: str) -> None:
        if not opener[0].isalpha() or opener[-1] == "'":
            raise self._error("the dump is cut off: a string or comment that begins here is never closed", "dump it again")

    def _note_comment(self, comment: str | None) -> None:
        if comment and _ENDS.search(comment):
            self._complete = True
        elif comment and _BEGINS.search(comment.rstrip()):
            self._complete = False

    def _insert(self) -> Iterator[None]:
        window = self._window
        window.fill(HEAD)
        head = INSERT_HEAD.match(window.text, window.position)
        if head is None or not self._is_wanted(head.group("table")):
            window.position = head.end() if head else window.position + 1
            return
        values = INSERT_VALUES.match(window.text, head.end())
        if values is None:
            raise self._error("an INSERT of the table has no VALUES, or is cut off", "dump the table as INSERT ... VALUES or COPY")
        self._take_columns(values.group("columns"))
        window.position = values.end()
        for written, row in inserted_rows(window, self._dialect):
            self._add(row, written)
            yield

    def _copy(self) -> Iterator[None]:
        window = self._window
        window.fill(HEAD)
        head = COPY_HEAD.match(window.text, window.position)
        if head is None:
            window.position += 1
            return
        wanted, origin = self._is_wanted(head.group("table")), head.group("origin").split()
        if not origin or origin[0].lower() != "stdin":
            if wanted:
                raise self._error("the rows of the table are not in the dump (COPY from a file)", "dump it as plain text")
            window.position = head.end()
            return
        if wanted and len(origin) > 1:
            raise self._error(f"COPY with options ({' '.join(origin[1:])}) is not supported", "dump it with pg_dump's defaults")
        if wanted:
            self._take_columns(head.group("columns"))
        window.position = head.end()
        for block in copied_blocks(window):
            for line in block.split("\n")[:-1] if wanted else ():
                self._add(copied_line(line.removesuffix("\r")), line)
                yield

    def _create(self) -> Iterator[None]:
        window = self._window
        window.fill(HEAD)
        head = CREATE_HEAD.match(window.text, window.position)
        if head and self._is_wanted(head.group("table")):
            self._created = created_columns(window.text, head.end())
        window.position = head.end() if head else window.position + 1
        yield from ()

    def _is_wanted(self, table: str) -> bool:
        parts = names_in(table)
        if not _same_table([part.casefold() for part in parts], self._wanted):
            self._others[".".join(parts)] = None
            return False
        found = [part.casefold() for part in parts]
        if clash := next((other for other in self._found if not _same_table(other.split("."), found)), None):
            raise self._error(f"two tables have that name, {clash} and {'.'.join(found)}", "write the schema in table: of the input")
        self._found[".".join(found)] = None
        return True

    def _take_columns(self, listed: str | None) -> None:
        """The columns of the rows that follow; every statement of the table must have the same, in any order."""
        names = names_in(listed) if listed else self._created
        if not names:
            raise self._error("neither the INSERT nor a CREATE TABLE names its columns", "dump the table's definition too")
        if not self.names:
            self.names = column_names(names, str(self._path))
        if sorted(names) != sorted(self.names):
            raise self._error("its INSERTs name different columns", "dump the table again, with all columns")
        self._columns = names
        self._order = [names.index(name) for name in self.names]

    def _add(self, row: Row, written: str) -> None:
        self._count += 1
        if len(row) != len(self._columns):
            self._ragged.append((self._count, written))
        else:
            self._numbers.append(self._count)
            self._rows.append(row if self._columns == self.names else [row[place] for place in self._order])

    def _error(self, what: str, fix: str) -> BadInputError:
        return BadInputError(f"table {self._wanted_text!r}: {what}", where=f"{self._path}:{self._window.line}", fix=fix)


def _same_table(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two qualified names may mean the same table: equal as far as both are qualified."""
    shared = min(len(one), len(other))
    return list(one[-shared:]) == list(other[-shared:])
