"""JSON text read a piece at a time: values, members and elements of a document that need not fit into memory.

Belongs here: the buffer, exact numbers, what is no JSON. Does not belong here: where in a document the rows are (`json_rows.py`).
The parsing itself is the standard library's, which hands over numbers as they are written.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from migration_pipeline.runtime.errors import BadInputError

WHOLE = 1 << 20
"""Values of up to so many characters are taken at once; of longer ones only the parts that lead to rows."""
LONGEST = 64 << 20
"""Characters of the longest value that is taken at once."""
DIGITS = 1000
_BLANK = re.compile(r"[ \t\n\r]*")
_UNFINISHED = 16
"""So near to the end of what is there, an error may only mean that the rest was not read yet (`tru`, `\\u00`)."""

_NUMBER_TAIL = 2
"""So many characters behind a number may belong to it, once the rest is there (`.`, `e+`)."""


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class JsonText:
    """A file's text with a place in it.

    Args:
        chunks: the text in pieces.
        path: the file, for errors.
    """

    def __init__(self, chunks: Iterable[str], path: Path) -> None:
        self._chunks, self._path = iter(chunks), path
        self._buffer, self._place, self._line, self._ended = "", 0, 1, False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_members, parse_float=_number, parse_int=_number, parse_constant=_constant, strict=True
        )

    def peek(self) -> str:
        """The next character that is no blank; empty at the end of the file."""
        while True:
            found = _BLANK.match(self._buffer, self._place)
            self._place = found.end() if found else self._place
            if self._place < len(self._buffer):
                return self._buffer[self._place]
            if not self._fill():
                return ""

    def small(self) -> tuple[bool, object]:
        """(True, the value here), if it is not long; else (False, None), without a step."""
        self.peek()
        while len(self._buffer) - self._place < WHOLE and self._fill():
            pass
        try:
            value, end = self._decode()
        except json.JSONDecodeError as error:
            if self._ended:
                raise self._wrong(error) from error
            return False, None
        if self._may_go_on(end) and not self._ended:
            return False, None
        self._place = end
        return True, value

    def value(self) -> object:
        """The value here; an object as dict, a number as `Number`.

        Raises:
            BadInputError: no JSON, cut off, too long or too deep; NaN; a key that comes twice.
        """
        self.peek()
        while True:
            try:
                value, end = self._decode()
            except json.JSONDecodeError as error:
                malformed = error.pos < len(self._buffer) - _UNFINISHED and not error.msg.startswith("Unterminated")
                if malformed or not self._more():
                    raise self._wrong(error) from error
                continue
            if self._may_go_on(end) and self._more():
                continue
            self._place = end
            return value

    def members(self) -> Iterator[str]:
        """The keys of the object here; whoever takes a key takes its value before the next one."""
        for _ in self._items("{", "}"):
            if self.peek() != '"':
                raise self._error("a key in quotes should be here, but the file " + ("is no JSON here" if self.peek() else "ends"))
            key = str(self.value())
            self._expect(":")
            yield key

    def elements(self) -> Iterator[None]:
        """One step for each element of the array here; whoever makes the step takes the element."""
        return self._items("[", "]")

    def skip(self) -> None:
        """Past the value here, however long it is."""
        taken, _ = self.small()
        if taken:
            return
        if self.peek() == "{":
            for _ in self.members():
                self.skip()
        elif self.peek() == "[":
            for _ in self.elements():
                self.skip()
        else:
            self.value()

    def where(self) -> str:
        """`file:line` of this place."""
        return f"{self._path}:{self._line_at(self._place)}"

    def _items(self, start: str, end: str) -> Iterator[None]:
        self._expect(start)
        if self.peek() != end:
            while True:
                yield
                if self.peek() != ",":
                    break
                self._place += 1
        self._expect(end)

    def _expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise self._error(f"here should be {sign!r}, " + ("but another character is" if self.peek() else "but the file ends"))
        self._place += 1

    def _decode(self) -> tuple[object, int]:
        try:
            return self._decoder.raw_decode(self._buffer, self._place)
        except json.JSONDecodeError:
            raise
        except ValueError as error:
            raise BadInputError(f"in the value that begins here: {error}", where=self.where(), fix="export the file again") from error
        except RecursionError as error:
            raise BadInputError("arrays and objects are nested too deep", where=self.where(), fix="export the file again") from error

    def _may_go_on(self, end: int) -> bool:
        """Whether text still to be read may belong to the value that ends here, as only a number's can."""
        return end >= len(self._buffer) - _NUMBER_TAIL and self._buffer[end - 1] not in '"]}'

    def _more(self) -> bool:
        """Twice as much text as there was, as long as there is some."""
        wanted = 2 * (len(self._buffer) - self._place)
        if wanted > LONGEST:
            raise BadInputError(
                f"one value is longer than {LONGEST >> 20} million characters",
                where=self.where(),
                fix="name the array that holds the rows in rows: of the input",
            )
        grown = False
        while len(self._buffer) - self._place <= wanted and self._fill():
            grown = True
        return grown

    def _fill(self) -> bool:
        if self._ended:
            return False
        chunk = next(filter(None, self._chunks), "")
        self._ended = not chunk
        if chunk:
            self._line += self._buffer.count("\n", 0, self._place)
            self._buffer, self._place = self._buffer[self._place :] + chunk, 0
        return bool(chunk)

    def _line_at(self, place: int) -> int:
        return self._line + self._buffer.count("\n", 0, place)

    def _wrong(self, error: json.JSONDecodeError) -> BadInputError:
        cut = error.pos >= len(self._buffer.rstrip()) or error.msg.startswith("Unterminated")
        what = "the file is cut off or a quote is not closed" if cut else f"the file is no JSON here ({error.msg})"
        return self._error(what, error.pos)

    def _error(self, what: str, place: int | None = None) -> BadInputError:
        line = self._line_at(self._place if place is None else place)
        return BadInputError(what, where=f"{self._path}:{line}", fix="export the file again")


def _members(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} comes twice in one object")
    return members


def _number(text: str) -> Number:
    if len(text) > DIGITS:
        raise ValueError(f"a number has {len(text)} digits")
    return Number(text)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
