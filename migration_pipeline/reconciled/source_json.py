"""JSON read by ijson's C parser, apart from `raw`, which reads it with the standard library.

Belongs here: rows and fields of documents that are in memory. Does not belong here: other formats, errors of paths (`raw` finds them).
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TextIO

import ijson

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput, opened_text
from migration_pipeline.reconciled.source_layout import Cells, demanded
from migration_pipeline.runtime.errors import BadInputError

_SIGNS = {True: "true", False: "false"}
Trail = tuple[dict[str, object], ...]
"""The objects from the document down to one row."""


def json_rows(spec: InputSpec, file: ArchivedInput) -> Cells:
    """Column names and one row per object at `spec.rows` of every document in the file.

    A number with an exponent keeps it; of a nested value only that it is there can be told.

    Raises:
        BadInputError: a row is no object.
        ijson.JSONError: the file is no JSON.
    """
    with opened_text(file, demanded(spec.encoding, "encoding", file)) as text:
        trails = [trail for document in _documents(text) for trail in _trails(document, _row_path(spec, document), ())]
    if any(not trail for trail in trails):
        raise BadInputError("a row is not an object", where=file.name, fix="correct rows: of the input")
    fields = spec.fields or {name: name for name in dict.fromkeys(name for trail in trails for name in trail[-1])}
    paths = [[name] if not spec.fields else re.findall(r"\.\.|[^./\[\]]+", path) for name, path in fields.items()]
    return list(fields), [[_text(_at(trail, path)) for path in paths] for trail in trails]


class _Utf8:
    """A text file as the bytes ijson wants."""

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def read(self, size: int) -> bytes:
        return self._text.read(size).encode()


def _documents(text: TextIO) -> Iterator[object]:
    return iter(ijson.items(_Utf8(text), "", multiple_values=True))


def _row_path(spec: InputSpec, document: object) -> list[str]:
    if spec.rows:
        return re.findall(r"\[\]|[^.\[\]]+", spec.rows)
    return ["[]"] if isinstance(document, list) else []


def _trails(value: object, path: list[str], above: Trail) -> Iterator[Trail]:
    if not path:
        yield (*above, value) if isinstance(value, dict) else ()
    elif isinstance(value, list) and path[0] == "[]":
        for element in value:
            yield from _trails(element, path[1:], above)
    elif isinstance(value, dict) and path[0] in value:
        yield from _trails(value[path[0]], path[1:], (*above, value))


def _at(trail: Trail, path: list[str]) -> object:
    """The value at a path like [.., cashier, name] or [payments, 0, code]."""
    up = path.count("..")
    value: object = trail[-1 - up]
    for step in path[up:]:
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _SIGNS[value]
    return str(value) if isinstance(value, int | Decimal) else "nested"
