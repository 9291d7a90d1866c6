r"""SQL dumps read with regular expressions: pg_dump (COPY or INSERT), mysqldump, T-SQL scripts.

Belongs here: finding the statements of one table and cutting them into text. Does not belong here: a SQL grammar. `raw` reads the same
dumps with a state machine over characters; that the techniques differ is the point.
"""

import re
from collections.abc import Iterator

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput, opened_text
from migration_pipeline.runtime.errors import BadInputError

_IDENT = r'(?:`[^`]+`|"[^"]+"|\[[^\]]+\]|[\w$]+)'
_NAME = rf"{_IDENT}(?:\s*\.\s*{_IDENT})*"
_LIST = rf"\s*{_IDENT}(?:\s*,\s*{_IDENT})*\s*"
_STANDARD = r"(?:N|_\w+\s*|[bx])?'[^']*+(?:''[^']*+)*+'"
_BACKSLASH = r"(?:[NE]|_\w+\s*|[bx])?'[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+'"
_NUMBER = r"0x[0-9A-F]*+|[+-]?(?:[0-9]++\.?[0-9]*|\.[0-9]+)(?:E[+-]?[0-9]+)?"
_FLAGS = re.IGNORECASE | re.DOTALL | re.MULTILINE
_CLAUSES = {"constraint", "primary", "key", "unique", "foreign", "check", "index", "fulltext", "spatial", "exclude", "period"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "Z": "\x1a"}


class _Dialect:
    """The patterns of one dump; MySQL, and PostgreSQL with `standard_conforming_strings = off`, escape by backslash."""

    def __init__(self, text: str) -> None:
        start = text[:4000]
        self.backslash = bool(re.search(r"MySQL dump|MariaDB dump|standard_conforming_strings = off|^INSERT INTO `", start, re.MULTILINE))
        string = _BACKSLASH if self.backslash else rf"(?:{_STANDARD}|E{_BACKSLASH})"
        word = rf"[\w.]+(?:\s*\((?:[^()']|{string})*\))?"
        cast = rf"CAST\s*\(\s*(?P<inner>{string}|{_NUMBER}|NULL)\s+AS\s+[^()]*(?:\([^)]*\))?\s*\)"
        suffix = r"(?:::[\w ]+(?:\([\d, ]+\))?)?"
        self.value = re.compile(rf"(?:{cast}|(?P<plain>{string}|{_NUMBER}(?![\w.])|{word})){suffix}", _FLAGS)
        one = self.value.pattern.replace("?P<inner>", "?:").replace("?P<plain>", "?:")
        self.row = re.compile(rf"\s*\(\s*{one}(?:\s*,\s*{one})*+\s*\)\s*(?P<more>,)?", _FLAGS)
        self.statement = re.compile(
            rf"--[^\n]*|/\*.*?\*/|{string}"
            rf"|^COPY\s+(?P<copy>{_NAME})\s*\((?P<copy_columns>{_LIST})\)\s*FROM\s+stdin[^\n]*;[^\n]*\n"
            rf"|\bINSERT\s+(?:IGNORE\s+)?(?:INTO\s+)?(?P<insert>{_NAME})\s*(?:\((?P<insert_columns>{_LIST})\)\s*)?VALUES"
            rf"|\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<create>{_NAME})\s*"
            rf"\((?P<body>(?:[^()']++|{string}|\((?:[^()]++|\([^()]*\))*+\))*+)\)",
            _FLAGS,
        )

    def text(self, found: re.Match[str]) -> str | None:
        """A value without its quotes and escapes."""
        written = found["inner"] or found["plain"]
        if written.upper() == "NULL":
            return None
        if not written.endswith("'"):
            return written
        body = written[written.index("'") + 1 : -1].replace("''", "'")
        return _unescaped(body) if self.backslash or written[0] in "eE" else body


def dump_rows(spec: InputSpec, file: ArchivedInput) -> tuple[list[str], list[list[str | None]]]:
    """Column names and rows of table `spec.table` (schema prefixes and case are ignored).

    Raises:
        BadInputError: the dump lacks the table, its columns or its end, or has a value this reader cannot read.
    """
    with opened_text(file, spec.encoding) as handle:
        text = handle.read().replace("\r\n", "\n")
    names: list[str] = []
    rows: list[list[str | None]] = []
    for columns, some in _statements(text, _last(str(spec.table)), file):
        names = names or columns
        rows.extend(_reordered(names, columns, some) if columns and columns != names else some)
    if not names:
        raise BadInputError(f"there is no table {spec.table!r}", where=file.name, fix="correct table: of this input in migration.yaml")
    return names, rows


def _statements(text: str, table: str, file: ArchivedInput) -> Iterator[tuple[list[str], list[list[str | None]]]]:
    dialect, place = _Dialect(text), 0
    while found := dialect.statement.search(text, place):
        place = found.end()
        if found["copy"]:
            place = _copy_end(text, place, file)
            if _last(found["copy"]) == table:
                yield _idents(found["copy_columns"]), [_copied(line) for line in text[found.end() : place].split("\n")[:-1]]
        elif found["insert"] and _last(found["insert"]) == table:
            rows, place = _inserted(dialect, text, place, file)
            yield _idents(found["insert_columns"] or ""), rows
        elif found["create"] and _last(found["create"]) == table:
            yield _created(found["body"]), []


def _copy_end(text: str, start: int, file: ArchivedInput) -> int:
    """Where the data of a COPY ends: the start of the line that holds only a backslash and a dot."""
    end = text.find("\n\\.", start - 1)
    if end < 0:
        raise BadInputError("the dump ends inside a COPY block", where=file.name, fix="export it again: it is truncated")
    return end + 1


def _copied(line: str) -> list[str | None]:
    return [None if cell == "\\N" else _unescaped(cell) if "\\" in cell else cell for cell in line.split("\t")]


def _inserted(dialect: _Dialect, text: str, place: int, file: ArchivedInput) -> tuple[list[list[str | None]], int]:
    rows: list[list[str | None]] = []
    while found := dialect.row.match(text, place):
        rows.append([dialect.text(value) for value in dialect.value.finditer(text, *found.span())])
        place = found.end()
        if not found["more"]:
            return rows, place
    line = text.count("\n", 0, place) + 1
    raise BadInputError(
        "a row of VALUES cannot be read", where=f"{file.name}:{line}", fix="export the table again with plain INSERT statements"
    )


def _created(body: str) -> list[str]:
    """Column names of a CREATE TABLE, without keys and constraints."""
    bare = re.sub(r"--[^\n]*", "", re.sub(r"'(?:[^']|'')*'", "", body))
    for _ in range(3):
        bare = re.sub(r"\([^()]*\)", "", bare)
    firsts = [found[0] for part in bare.split(",") if (found := re.match(rf"\s*({_IDENT})", part))]
    return [_last(name, fold=False) for name in firsts if name.strip().lower() not in _CLAUSES]


def _reordered(names: list[str], columns: list[str], rows: list[list[str | None]]) -> list[list[str | None]]:
    """Rows of a statement that lists other columns, or another order; a row that does not fit its own list stays as it is."""
    places = {name.casefold(): place for place, name in enumerate(columns)}
    order = [places.get(name.casefold()) for name in names]
    return [[None if p is None else row[p] for p in order] if len(row) == len(columns) else row for row in rows]


def _idents(columns: str) -> list[str]:
    return [_last(name, fold=False) for name in re.findall(_IDENT, columns)]


def _last(name: str, *, fold: bool = True) -> str:
    """The last part of a dotted name without quotes."""
    bare = str(re.findall(_IDENT, name.strip())[-1])
    bare = bare[1:-1] if bare[0] in '`"[' else bare
    return bare.casefold() if fold else bare


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)
