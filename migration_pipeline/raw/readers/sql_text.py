"""A window on a long text that grows as it is read, and the dialects of SQL dumps: what is a string, a comment, the start of data.

Belongs here: buffering and lexical rules. Does not belong here: what a statement means (`sql_statements.py`, `sql_dump.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TAIL = 64
"""Characters kept unscanned at the end of the window; longer than any keyword sequence that may be cut in two there."""
_ESCAPED = r"'(?:[^'\\]++|''|\\.)*+'"
_PLAIN = r"'(?:[^']++|'')*+'"
_NAME = r'(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[(?:[^\]]|\]\])+\]|[\w$#@]+)'
QUALIFIED = rf"(?:{_NAME}\s*\.\s*)*{_NAME}"
NAME = re.compile(_NAME)
COLUMNS = rf"\(\s*{_NAME}(?:\s*,\s*{_NAME})*\s*\)"


class TextWindow:
    """The part of a text that is being looked at: `text` from `position` on; `more()` appends, and forgets what lies behind."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self.text, self.position, self.ended = "", 0, False
        self._chunks, self._lines_before = chunks, 1

    def more(self) -> bool:
        """Read on; False at the end. A line end is added there, so that the last line has one."""
        if self.ended:
            return False
        chunk = next(self._chunks, None)
        self.ended = chunk is None
        cut = max(self.position - 1, 0)
        self._lines_before += self.text.count("\n", 0, cut)
        self.text = self.text[cut:] + ("\n" if chunk is None else chunk)
        self.position -= cut
        return True

    def fill(self, size: int) -> None:
        """Have `size` characters ahead, or all there are."""
        while len(self.text) - self.position < size and self.more():
            pass

    @property
    def line(self) -> int:
        """The line number of `position`, 1-based."""
        return self._lines_before + self.text.count("\n", 0, self.position)


@dataclass(frozen=True)
class Dialect:
    """Lexical rules of one kind of dump.

    Attributes:
        token: a start of data (group `start`), a comment (`comment`), an opener that has no end in the window (`open`), or what to skip.
        value: one literal with the `,` or `)` behind it.
        letters: what a backslash and a letter mean in a plain string; None where a backslash is just that.
        needs_semicolon: an INSERT without one is cut off.
    """

    name: str
    token: re.Pattern[str]
    value: re.Pattern[str]
    letters: dict[str, str] | None
    needs_semicolon: bool


_START = r"(?<![^\n;])[ \t]*+(?P<start>INSERT\b|REPLACE\s+INTO\b|COPY\b|CREATE\s+(?:\w+\s+){0,2}?TABLE\b)"
_BODY = r"(?<![^\n])(?:CREATE|ALTER)\s+(?:OR\s+ALTER\s+)?(?:PROC|PROCEDURE|FUNCTION|TRIGGER)\b"
_DELIMITER = r"(?<![^\n])DELIMITER[ \t]+(?!;[ \t\r]*\n)\S"
_BLOCK = r"/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*/"
_DOLLAR = r"(?<![\w$])\$(?P<tag>\w*)\$.*?\$(?P=tag)\$"
POSTGRES_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
MYSQL_LETTERS = {"b": "\b", "n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "%": "\\%", "_": "\\_"}


def _dialect(name: str, *, skip: list[str], comment: str, opener: str, letters: dict[str, str] | None) -> Dialect:
    string = _PLAIN if letters is None else _ESCAPED
    parts = [_START, rf"(?P<comment>{comment})", *skip, rf"(?P<open>{opener})"]
    literal = (
        r"\s*+(?P<cast>CAST\s*+\(\s*+)?+"
        rf"(?:[eE](?P<escaped>{_ESCAPED})|(?:N|_\w++\s*+|DATE\s*+|TIMESTAMP\s*+)?(?P<string>{string})|(?P<bits>[bB]'[01]*+')"
        r"|(?P<null>NULL)|(?P<plain>TRUE|FALSE|0x[0-9A-F]*+|X'[0-9A-F]*+'|[-+]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:E[-+]?\d++)?+))"
        r"(?(cast)\s++AS\s++[\w ]++(?:\([\w\s,]*+\))?+\s*+\))(?:::[\w ]++(?:\([\d, ]*+\))?+(?:\[\])?+)?+\s*+(?P<end>[,)])"
    )
    flags = re.IGNORECASE | re.DOTALL
    return Dialect(name, re.compile("|".join(parts), flags), re.compile(literal, flags), letters, name != "tsql")


MYSQL = _dialect(
    "mysql",
    skip=[rf"{_DELIMITER}.*?\nDELIMITER[ \t]+;", _ESCAPED, r'"(?:[^"\\]++|""|\\.)*+"', r"`[^`]*+`"],
    comment=rf"--(?=\s)[^\n]*+\n|\#[^\n]*+\n|{_BLOCK}",
    opener=rf"['\"`\#]|/\*|--(?=\s|\Z)|{_DELIMITER}",
    letters=MYSQL_LETTERS,
)
TSQL = _dialect(
    "tsql",
    skip=[rf"{_BODY}.*?\nGO[ \t\r]*\n", _PLAIN, r'"[^"]*+"', r"\[[^\]\n]*+\]"],
    comment=rf"--[^\n]*+\n|{_BLOCK}",
    opener=rf"['\"]|/\*|--|{_BODY}",
    letters=None,
)
POSTGRES = _dialect(
    "postgres",
    skip=[rf"(?<!\w)E{_ESCAPED}", _PLAIN, r'"[^"]*+"', _DOLLAR],
    comment=rf"--[^\n]*+\n|{_BLOCK}",
    opener=r"(?<!\w)E'|['\"]|/\*|--|(?<![\w$])\$\w*\$",
    letters=None,
)
POSTGRES_ESCAPING = _dialect(
    "postgres",
    skip=[_ESCAPED, r'"[^"]*+"', _DOLLAR],
    comment=rf"--[^\n]*+\n|{_BLOCK}",
    opener=r"['\"]|/\*|--|(?<![\w$])\$\w*\$",
    letters=POSTGRES_LETTERS,
)
_MYSQL_SIGNS = re.compile(r"^-- (?:MySQL|MariaDB) dump|phpMyAdmin|^/\*!\d{5}|^(?:CREATE|INSERT|REPLACE|DROP)\b[^\n'(]*`", re.MULTILINE)
_TSQL_SIGNS = re.compile(
    r"^(?:SET IDENTITY_INSERT|GO[ \t\r]*$|USE \[)|^(?:CREATE|INSERT)\b[^\n'(]*\[|[(,]\s*N'", re.MULTILINE | re.IGNORECASE
)
_ESCAPES_ON = re.compile(r"^SET standard_conforming_strings = off", re.MULTILINE | re.IGNORECASE)


def dialect_of(start: str) -> Dialect:
    """The dialect of a dump, by its first part: backticks and headers of MySQL, brackets, GO and N'' of SQL Server, else PostgreSQL."""
    if _MYSQL_SIGNS.search(start):
        return MYSQL
    if _TSQL_SIGNS.search(start):
        return TSQL
    return POSTGRES_ESCAPING if _ESCAPES_ON.search(start) else POSTGRES
