"""The statements of a dump that carry data: INSERT, COPY, and CREATE TABLE for the names of columns.

Belongs here: their grammar, literals and escapes. Does not belong here: which table is wanted (`sql_dump.py`).
"""

import re
from collections.abc import Iterator

from migration_pipeline.raw.readers.sql_text import COLUMNS, NAME, POSTGRES_LETTERS, QUALIFIED, Dialect, TextWindow

HEAD = 1 << 16
LONGEST_VALUE = 1 << 26
_FLAGS = re.IGNORECASE
INSERT_HEAD = re.compile(
    rf"(?:INSERT(?:\s+(?:IGNORE|DELAYED|LOW_PRIORITY|OR\s+\w+))?|REPLACE)\s+(?:INTO\s+)?(?P<table>{QUALIFIED})\s*", _FLAGS
)
INSERT_VALUES = re.compile(rf"(?P<columns>{COLUMNS})?\s*(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES?\s*(?=\()", _FLAGS)
COPY_HEAD = re.compile(rf"COPY\s+(?P<table>{QUALIFIED})\s*(?P<columns>{COLUMNS})?\s*FROM\s+(?P<origin>[^;]*);[ \t\r]*\n", _FLAGS)
CREATE_HEAD = re.compile(rf"CREATE\s+(?:\w+\s+){{0,2}}?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<table>{QUALIFIED})\s*\(", _FLAGS)
_PIECE = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*+(?:\]|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)|[(),]", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_NOT_A_COLUMN = re.compile(r"(?:CONSTRAINT|PRIMARY|UNIQUE|KEY|INDEX|FOREIGN|CHECK|FULLTEXT|SPATIAL|EXCLUDE|LIKE|PERIOD)\b", _FLAGS)
_NEXT_ROW = re.compile(r"\s*(?:,\s*(?=\()|(?P<last>;|(?=[^,\s])))")
_AFTER_LAST = re.compile(r"(?:ON|RETURNING|AS)\b", _FLAGS)
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)|''", re.DOTALL)
_COPY_END = re.compile(r"(?<![^\n])\\\.[ \t]*\r?\n")
_CUT_OFF = re.compile(r"\s*+(?:CAST\s*\(\s*)?[^\s(),']*+'|[^()]*+\Z", _FLAGS)

Row = list[str | None]


class BrokenStatementError(Exception):
    """A statement that cannot be read on; the message says why. Caught in `sql_dump.py`, which knows the file."""


def names_in(text: str) -> list[str]:
    """The names in a (qualified or listed) run of identifiers, without their quotes."""
    return [name[1:-1].replace(name[-1] * 2, name[-1]) if name[0] in '"`[' else name for name in NAME.findall(text)]


def created_columns(text: str, start: int) -> list[str]:
    """Column names of a CREATE TABLE whose body begins at `start`; raises BrokenStatementError if it has no end or a column no name."""
    depth, begin, pieces = 0, start, []
    for mark in _PIECE.finditer(text, start):
        if mark.group() == "(":
            depth += 1
        elif mark.group() == ")" and depth:
            depth -= 1
        elif mark.group() in {",", ")"} and not depth:
            pieces.append(text[begin : mark.start()])
            begin = mark.end()
            if mark.group() == ")":
                break
    else:
        raise BrokenStatementError("its CREATE TABLE is cut off or very long")
    cleaned = [_COMMENT.sub("", piece).strip() for piece in pieces]
    columns = [names_in(piece) for piece in cleaned if piece and not _NOT_A_COLUMN.match(piece)]
    if not all(columns):
        raise BrokenStatementError("a column of its CREATE TABLE has no name")
    return [names[0] for names in columns]


def inserted_rows(window: TextWindow, dialect: Dialect) -> Iterator[tuple[str, Row]]:
    """The rows of one INSERT, as written and as values; `window.position` stands at the first `(` and ends behind the statement.

    Raises:
        BrokenStatementError: cut off, or a value that is not a literal.
    """
    while True:
        yield _tuple(window, dialect)
        following = _match(window, _NEXT_ROW, HEAD)
        if following is None:
            if dialect.needs_semicolon or window.text[window.position :].strip():
                raise BrokenStatementError("the INSERT is cut off")
            return
        window.position = following.end()
        if following.group("last") is not None:
            _refuse_odd_end(window, dialect, following.group("last"))
            return


def _refuse_odd_end(window: TextWindow, dialect: Dialect, end: str) -> None:
    if end:
        return
    window.fill(HEAD)
    odd = dialect.needs_semicolon and not _AFTER_LAST.match(window.text, window.position)
    if odd or window.text[window.position] == "(":
        raise BrokenStatementError("there is no comma or semicolon behind a row")


def _tuple(window: TextWindow, dialect: Dialect) -> tuple[str, Row]:
    """One `(...)`; the text starts at its parenthesis, also if the window moves."""
    written, values = ["("], []
    window.position += 1
    while True:
        found = _match(window, dialect.value, LONGEST_VALUE)
        if found is None:
            cut_off = window.ended and _CUT_OFF.match(window.text, window.position)
            raise BrokenStatementError("the INSERT is cut off" if cut_off else "a value is not a literal")
        values.append(_literal(found, dialect))
        written.append(found.group())
        window.position = found.end()
        if found.group("end") == ")":
            return "".join(written), values


def _match(window: TextWindow, pattern: re.Pattern[str], longest: int) -> "re.Match[str] | None":
    while (found := pattern.match(window.text, window.position)) is None:
        if len(window.text) - window.position > longest or not window.more():
            return None
    return found


def _literal(found: "re.Match[str]", dialect: Dialect) -> str | None:
    if (text := found.group("string")) is not None:
        return unescaped(text[1:-1], dialect.letters) if dialect.letters else text[1:-1].replace("''", "'")
    if (text := found.group("escaped")) is not None:
        return unescaped(text[1:-1], POSTGRES_LETTERS)
    if (text := found.group("bits")) is not None:
        return text[2:-1]
    return found.group("plain")


def unescaped(text: str, letters: dict[str, str], *, quotes: bool = True) -> str:
    """Text without its backslash escapes and, with `quotes`, its doubled quotes.

    Raises:
        BrokenStatementError: a numeric escape beyond ASCII, which is a byte of an unknown character.
    """

    def plain(match: "re.Match[str]") -> str:
        escape = match.group(1)
        if escape is None:
            return "'" if quotes else "''"
        if letters is POSTGRES_LETTERS and (escape[0] in "01234567" or escape[:1] == "x" != escape):
            return _ascii(escape)
        return letters.get(escape[0], escape[0]) + escape[1:]

    return _ESCAPE.sub(plain, text) if "\\" in text or "''" in text else text


def _ascii(escape: str) -> str:
    code = int(escape[1:], 16) if escape[0] == "x" else int(escape, 8)
    if code > 127:
        raise BrokenStatementError("a character is written as escaped bytes")
    return chr(code)


def copied_blocks(window: TextWindow) -> Iterator[str]:
    r"""The data of a COPY, some whole lines at a time, up to its `\.`.

    Raises:
        BrokenStatementError: the dump ends first, or a line is too long.
    """
    begun = window.line
    while True:
        end = window.text.rfind("\n", window.position) + 1
        stop = _COPY_END.search(window.text, window.position, end) if end else None
        block = window.text[window.position : stop.start() if stop else end] if end else ""
        window.position = stop.end() if stop else max(end, window.position)
        if block:
            yield block
        if stop:
            return
        if len(window.text) - window.position > LONGEST_VALUE:
            raise BrokenStatementError(f"a line of the COPY is longer than {LONGEST_VALUE >> 20} million characters")
        if not window.more():
            raise BrokenStatementError(f"the COPY that begins before line {begun} is cut off")


def copied_line(line: str) -> Row:
    r"""One data line of COPY: tab-separated, `\N` for null, backslash escapes."""
    fields = line.split("\t")
    if "\\" not in line:
        return list(fields)
    return [None if field == r"\N" else unescaped(field, POSTGRES_LETTERS, quotes=False) if "\\" in field else field for field in fields]
