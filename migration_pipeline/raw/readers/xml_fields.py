"""Paths of XML fields, relative to the row: `Total`, `@no`, `Item/@id`, `../Header/No`, `../../@no`.

Belongs here: evaluating them exactly once per row, and noticing values that come too late. Does not belong here: parsing files.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from migration_pipeline.runtime.errors import BadInputError

_UP = re.compile(r"(?:\.\./)*")
_NAME = re.compile(r"[^\W\d][\w.-]*+(?![(|])")


class FieldPath:
    """One column's path.

    Attributes:
        up: how many elements above the row it starts; `depth` of that element, the root being 1.
        attribute: it reads an attribute of that element, which is there from the start.
    """

    def __init__(self, column: str, expression: str, row_depth: int, path: Path) -> None:
        self.column = column
        self.up = (_UP.match(expression) or [""])[0].count("../")
        self.rest = expression[3 * self.up :]
        self.depth = row_depth - self.up
        self.attribute = self.rest.startswith("@")
        if self.depth < 1 or not self.rest or self.rest.startswith("/") or any(mark in self.rest for mark in ("::", "..", "|")):
            raise _wrong_path(column, expression, path)
        try:
            self._xpath = etree.XPath(self.rest)
            self._xpath(etree.Element("probe"))
        except etree.XPathError as error:
            raise _wrong_path(column, expression, path) from error
        self._attribute_name = self.rest[1:] if self.attribute and _NAME.fullmatch(self.rest[1:]) else ""
        self._used: set[str | None] = set()

    def value(self, row: etree._Element, number: int, path: Path) -> str | None:
        """The field's text for one row; None if the path finds nothing.

        Raises:
            BadInputError: the path finds more than one value.
        """
        start = row
        for _ in range(self.up):
            start = start.getparent()
        if self._attribute_name:
            found: str | None = start.get(self._attribute_name)
            return found
        text = self._text(start, f"row {number}", path)
        if self.up and not self.attribute:
            self._used.add(text)
        return text

    def forget(self) -> None:
        """A new element begins where this path starts."""
        self._used.clear()

    def refuse_change(self, ancestor: etree._Element, path: Path) -> None:
        """Raise BadInputError if the element above the rows says something else at its end than the rows were given."""
        if self._used and self._used != {self._text(ancestor, "the last row", path)}:
            raise BadInputError(
                f"column {self.column!r} ({self.rest}) stands behind the rows it belongs to",
                where=str(path),
                fix="export it in front of the rows, or take the column out of fields:",
            )

    def _text(self, start: etree._Element, row: str, path: Path) -> str | None:
        found = self._xpath(start)
        if not isinstance(found, list):
            return str(found)
        if len(found) > 1:
            raise BadInputError(
                f"column {self.column!r} ({self.rest}) finds {len(found)} values in {row}",
                where=str(path),
                fix="name one of them, e.g. Name[1]",
            )
        if not found:
            return None
        return "".join(found[0].itertext()) if etree.iselement(found[0]) else str(found[0])


def field_paths(fields: dict[str, str], row_depth: int, path: Path) -> list[FieldPath]:
    """The fields of an input; raises BadInputError for a path that is not relative to the row or leads out of the document."""
    return [FieldPath(column, expression.strip(), row_depth, path) for column, expression in fields.items()]


def kept_below(fields: Iterable[FieldPath]) -> dict[int, frozenset[str] | None]:
    """Depth of an element above the rows -> names of its children that fields need; None if that cannot be told from the path."""
    kept: dict[int, frozenset[str] | None] = {}
    for field in fields:
        if not field.up or field.attribute:
            continue
        name, known = _NAME.match(field.rest), kept.get(field.depth, frozenset())
        kept[field.depth] = None if name is None or known is None else known | {name.group()}
    return kept


def _wrong_path(column: str, expression: str, path: Path) -> BadInputError:
    return BadInputError(
        f"the path {expression!r} of column {column!r} cannot be used",
        where=str(path),
        fix="write it relative to the row: @attribute, Name, Name/Part, ../Name, ../../@attribute",
    )
