"""What an import template is made of, as data: cells, the rows they come from, the file they go into.

Belongs here: the words in which `erpnext.py`, `odoo.py` and `jsherp.py` describe their tools. Does not belong here: filling a template
(`fill.py`), the form of files (`forms.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from migration_pipeline.project.models import Text

Form = Literal["csv", "xlsx", "xls"]
PLACE = re.compile(r"\{([\w.]+)(?::(id|\+|-|0))?\}")
"""`{column}` or `{table.column}` in a pattern, `{_setting}` for a setting of the export. `:id` escapes it for an external id, `:+` and
`:-` keep only what is above or below zero (without the sign), `:0` says 1 for zero and else 0."""
CELL_LIMIT = 32_767
"""Characters that a cell of a workbook holds."""


@dataclass(frozen=True)
class Cell:
    """One column of a template.

    Attributes:
        head: its heading, as the tool matches it.
        values: patterns; the first whose places all hold something is written, none: the cell stays blank.
        words: what the tool calls a value (empty: it stays blank); a value without a word stays as it is.
        required: a row without it cannot be imported.
        shortest, longest: characters the tool takes.
        positive: the tool refuses what is below zero.
    """

    head: str
    values: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    shortest: int = 0
    longest: int = CELL_LIMIT
    positive: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """Columns that its patterns name, without those of settings."""
        found = dict.fromkeys(name for value in self.values for name, _ in PLACE.findall(value))
        return tuple(name for name in found if not name.startswith("_"))


def cell(
    head: str,
    *values: str,
    words: Mapping[str, str] | None = None,
    required: bool = False,
    shortest: int = 0,
    longest: int = CELL_LIMIT,
    positive: bool = False,
) -> Cell:
    """A column of a template, its patterns one after the other."""
    return Cell(head, values, words or {}, required, shortest, longest, positive)


@dataclass(frozen=True)
class Rows:
    """Rows of one ERP table, as they are or put together.

    Attributes:
        by: one row per these columns; empty: the table's own rows.
        agreed: columns that count where they say the same in all rows put together, and are missing where they do not.
        sums: columns that are added up.
        first: columns of which the first value counts; the others have no place.
        only: rows where this column holds something (a number: other than 0).
    """

    table: str
    by: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    only: str = ""


@dataclass(frozen=True)
class Join:
    """Columns of another table, named `{table.column}` in patterns; at most one row for each `on`."""

    rows: Rows
    on: tuple[str, ...]


@dataclass(frozen=True)
class Children:
    """A child table: its rows stand beside and below their parent's row, where the parent's cells are blank."""

    rows: Rows
    on: tuple[str, ...]
    cells: tuple[Cell, ...]
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True)
class Pivot:
    """A column for each different head, with the value of the rows of the parent."""

    rows: Rows
    on: tuple[str, ...]
    head: str
    value: str


@dataclass(frozen=True)
class Template:
    """One kind of file.

    Attributes:
        name: of the files, which adds what `per` says and a number.
        into: what the tool calls the records.
        lines: the cells of a record's own lines, mostly one.
        per: columns that must be the same within a file; they count as written, for the file's name says them.
        limit: most lines of a file without its headings; a record is never cut.
        above: lines above the headings.
        below: lines between the headings and the rows.
        forms: what the tool takes, the best first.
    """

    name: str
    into: str
    rows: Rows
    lines: tuple[tuple[Cell, ...], ...]
    joins: tuple[Join, ...] = ()
    children: tuple[Children, ...] = ()
    pivot: Pivot | None = None
    per: tuple[str, ...] = ()
    limit: int = 5_000
    above: tuple[tuple[str, ...], ...] = ()
    below: tuple[tuple[str, ...], ...] = ()
    forms: tuple[Form, ...] = ("xlsx", "csv")

    @property
    def heads(self) -> tuple[str, ...]:
        """Headings in order, without those of the pivot."""
        own = [one.head for line in self.lines for one in line]
        return tuple(dict.fromkeys([*own, *(one.head for child in self.children for one in child.cells)]))


@dataclass(frozen=True)
class Tool:
    """The import tool of one ERP.

    Attributes:
        templates: in the order in which the files are to be imported.
        no_place: ERP table, or `table.column`, -> why the tool cannot take it; what is named nowhere has no field there.
        steps: what a person does before, between and after.
    """

    name: str
    title: str
    version: str
    templates: tuple[Template, ...]
    no_place: Mapping[str, Text]
    steps: tuple[Text, ...]
