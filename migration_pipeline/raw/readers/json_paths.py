"""Paths into JSON documents (`data.result[].items[]`, `../cashier.name`, `payments[0].code`) and values as text.

Belongs here: what a path means in a value that is in memory. Does not belong here: reading documents (`json_text.py`, `json_rows.py`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from migration_pipeline.raw.readers.json_text import Number
from migration_pipeline.runtime.errors import BadInputError

_STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")
_SHOWN = 20
_EMPTY: tuple[object, ...] = (None, "", [], {})
"""What store systems write for an object or array that is not there (PHP writes `[]` for an empty object)."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class _Each:
    """The step `[]`: every element of an array."""


EACH = _Each()
RowStep = str | _Each
Ancestors = tuple[dict[str, object], ...]


@dataclass(frozen=True)
class FieldPath:
    """Where a column's value is, seen from the row.

    Attributes:
        up: so many objects above the row.
        steps: members by name, elements by number.
    """

    up: int
    steps: tuple[str | int, ...]

    def text(self, row: dict[str, object], ancestors: Ancestors) -> str | None:
        """The value as text; None if there is none.

        Raises:
            ValueError: there is a plain value where the path goes on.
        """
        value: object = ancestors[-self.up] if self.up else row
        for step in self.steps:
            value = _child(value, step)
        return as_text(value)


def row_steps(path: str, where: str) -> tuple[RowStep, ...]:
    """`data.result[].items[]` as steps.

    Raises:
        BadInputError: it is no such path.
    """
    found = _split(path, "rows", where)
    if any(isinstance(step, int) for step in found):
        raise _no_path("rows", path, where)
    return tuple(step for step in found if not isinstance(step, int))


def field_path(path: str, above: Sequence[str], where: str) -> FieldPath:
    """`../cashier.name` or `payments[0].code` for a row; `above` are the members that lead to it.

    Raises:
        BadInputError: it is no such path, or leads out of the document.
    """
    bare = path
    while bare.startswith("../"):
        bare = bare[3:]
    up = (len(path) - len(bare)) // 3
    steps = tuple(step for step in _split(bare, "fields", where) if not isinstance(step, _Each))
    if "[]" in bare or not steps or isinstance(steps[0], int):
        raise _no_path("fields", path, where)
    if up > len(above):
        what = f"{path!r} goes up {up} levels; there are {len(above)} objects above a row"
        raise BadInputError(what, where=where, fix="correct fields:")
    if up and steps[0] == above[-up]:
        raise BadInputError(f"{path!r} leads back to the rows", where=where, fix="correct fields:")
    return FieldPath(up, steps)


def found_rows(value: object, steps: Sequence[RowStep], ancestors: Ancestors) -> Iterator[tuple[object, Ancestors]]:
    """Every value at these steps with the objects above it, outermost first; where an object or array is empty there is none.

    Raises:
        ValueError: there is something else than the path says.
    """
    if not steps:
        yield value, ancestors
    elif value in _EMPTY:
        return
    elif isinstance(steps[0], _Each):
        for element in _array(value):
            yield from found_rows(element, steps[1:], ancestors)
    elif steps[0] in (parent := _object(value, steps[0])):
        yield from found_rows(parent[steps[0]], steps[1:], (*ancestors, parent))


def followed(value: object, steps: Sequence[RowStep]) -> tuple[int, str]:
    """How many steps of the path this value goes along with, at most, and what stands there instead of the next one."""
    if not steps:
        return 0, ""
    if isinstance(steps[0], _Each) and isinstance(value, list):
        depth, there = max((followed(element, steps[1:]) for element in value), default=(len(steps) - 1, ""))
    elif isinstance(value, dict) and steps[0] in value:
        depth, there = followed(value[steps[0]], steps[1:])
    else:
        return 0, listed(value) if isinstance(value, dict) and value else kind(value)
    return depth + 1, there


def listed(keys: Iterable[object]) -> str:
    """The first keys of an object."""
    some = [repr(key) for key in islice(keys, _SHOWN + 1)]
    return ", ".join(some[:_SHOWN]) + (" ..." if len(some) > _SHOWN else "")


def written(steps: Sequence[RowStep]) -> str:
    """Steps as a path."""
    return "".join("[]" if isinstance(step, _Each) else f".{step}" for step in steps).lstrip(".")


def kind(value: object) -> str:
    """What a value is, without saying it."""
    names = {dict: "an object", list: "an array", bool: "true or false", Number: "a number", str: "text", type(None): "null"}
    return names[type(value)]


def as_text(value: object) -> str | None:
    """A value as text: numbers as written, an object or array as compact JSON, null as None.

    Raises:
        ValueError: text with a NUL or half a character.
    """
    if value is None:
        return None
    text = value if isinstance(value, str) else compact(value)
    if _UNSTORABLE.search(text):
        raise ValueError("a text holds a NUL or half a character (\\u0000, \\ud800)")
    return text


def compact(value: object) -> str:
    """A value as JSON without blanks; a `Number` as it is written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(key)}:{compact(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _child(value: object, step: str | int) -> object:
    if value in _EMPTY:
        return None
    if isinstance(step, str):
        return _object(value, step).get(step)
    elements = _array(value)
    return elements[step] if step < len(elements) else None


def _object(value: object, key: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{key!r} is looked for in {kind(value)}, not in an object")  # noqa: TRY004 - the data's error, not the caller's
    return value


def _array(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"where the path says [] there is {kind(value)}")  # noqa: TRY004 - the data's error, not the caller's
    return value


def _split(path: str, key: str, where: str) -> list[str | int | _Each]:
    steps: list[str | int | _Each] = []
    place = 0
    while place < len(path):
        dot = path[place] == "." and place > 0
        found = _STEP.match(path, place + dot)
        if found is None or (found[1] is None if dot else found[1] is not None and place > 0):
            raise _no_path(key, path, where)
        steps.append(found[1] or (int(found[2]) if found[2] else EACH))
        place = found.end()
    return steps


def _no_path(key: str, path: str, where: str) -> BadInputError:
    example = "data.result[].items[]" if key == "rows" else "name, cashier.name, ../sn or payments[0].code"
    return BadInputError(f"{path!r} is not a path", where=where, fix=f"write {key}: like {example}")
