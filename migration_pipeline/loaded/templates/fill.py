"""Filling one template: records of one or more lines, what the tool would refuse, and which source cells are in them.

Belongs here: layout and refusals. Does not belong here: cutting records into files and their form (`files.py`, `forms.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from migration_pipeline.loaded.templates.cells import cell_text, refusals
from migration_pipeline.loaded.templates.model import Cell, Children, Pivot, Template
from migration_pipeline.loaded.templates.rows import Joined, Prepared, joined, parent_of, prepared

_NO_PARENT = "no_parent"


@dataclass
class Marks:
    """Per ERP table, over its rows: the cells of a column that are in a file, and why a row is in none."""

    sizes: Mapping[str, int]
    carried: "dict[tuple[str, str], pd.Series[bool]]" = field(default_factory=dict)
    refused: "dict[str, pd.Series[str]]" = field(default_factory=dict)

    def carry(self, table: str, column: str, mask: "pd.Series[bool]") -> None:
        """These cells are in a file."""
        known = self.carried.get((table, column))
        self.carried[table, column] = mask if known is None else known | mask

    def refuse(self, rows: Prepared, why: "pd.Series[str]") -> None:
        """Rows of the template that the tool would refuse, for what; the first reason told of a source row stays."""
        reasons = pd.Series(["", *why], index=range(-1, len(why)))
        told = rows.place.map(reasons).astype("str")
        known = self.refused.get(rows.table)
        self.refused[rows.table] = told if known is None else known.mask(known == "", told)


@dataclass(frozen=True)
class Filled:
    """A template's records: text cells, missing ones blank; index (record, line), records numbered as they come."""

    template: Template
    lines: pd.DataFrame
    names: "pd.Series[str]"

    @property
    def records(self) -> int:
        """How many there are."""
        return len(self.names)


def fill(template: Template, tables: Mapping[str, pd.DataFrame], settings: Mapping[str, str], marks: Marks) -> Filled:
    """The template's records of these ERP tables (index 0..n-1 each); `marks` learns what went into them and what did not.

    Raises:
        KeyError: the template names a table or column that is not there.
    """
    main = joined(prepared(template.rows, tables), template.joins, tables, settings)
    columns = [_columns(line, main.frame) for line in template.lines]
    only_csv = template.forms == ("csv",)
    why = _why([one for line in template.lines for one in line], pd.concat(columns, axis=1), only_csv=only_csv)
    marks.refuse(main.main, why)
    written = why == ""
    _carry([one for line in template.lines for one in line], main, written, marks)
    for column in template.per:
        _carry([Cell("", (f"{{{column}}}",))], main, written, marks)
    parts = [_placed(cells[written], 0 + number) for number, cells in enumerate(columns)]
    frames = [pd.concat(parts)]
    beside: dict[tuple[str, ...], list[pd.DataFrame]] = {}
    for children in template.children:
        cells = _children(children, main, written, tables, settings, marks)
        beside.setdefault(tuple(map(str, cells.columns)), []).append(cells)
    frames += [_below_each_other(group) for group in beside.values()]
    if template.pivot is not None:
        frames.append(_pivot(template.pivot, main, written, tables, marks))
    lines = pd.concat([frame for frame in frames if len(frame.columns)], axis=1).sort_index()
    order = [*template.heads, *(head for head in lines.columns if head not in template.heads)]
    lines = lines.reindex(columns=order)
    return Filled(template, lines, _names(template, main.frame[written]))


def _names(template: Template, frame: pd.DataFrame) -> "pd.Series[str]":
    """Per record what its file is named after."""
    names = pd.Series("", index=frame.index, dtype="str")
    for column in template.per:
        names = names + "-" + frame[column].astype("str")
    return names


def _columns(cells: tuple[Cell, ...], frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({one.head: cell_text(one, frame) for one in cells}, index=frame.index)


def _why(cells: list[Cell], columns: pd.DataFrame, *, only_csv: bool = False) -> "pd.Series[str]":
    """Per row the first reason for which the tool would refuse it."""
    why = pd.Series("", index=columns.index, dtype="str")
    for place, one in enumerate(cells):
        why = why.mask(why == "", refusals(one, columns.iloc[:, place], only_csv=only_csv))
    return why


def _carry(cells: list[Cell], rows: Joined, written: "pd.Series[bool]", marks: Marks) -> None:
    for place in {place for one in cells for place in one.places}:
        marks.carry(*rows.carried(place, written))


def _placed(cells: pd.DataFrame, line: int) -> pd.DataFrame:
    """Cells as line `line` of the record that their index names."""
    return cells.set_axis(pd.MultiIndex.from_arrays([cells.index, [line] * len(cells)]))


def _children(
    children: Children,
    parent: Joined,
    alive: "pd.Series[bool]",
    tables: Mapping[str, pd.DataFrame],
    settings: Mapping[str, str],
    marks: Marks,
) -> pd.DataFrame:
    """The cells of a child table; index: its record."""
    rows = joined(prepared(children.rows, tables), children.joins, tables, settings)
    columns = _columns(children.cells, rows.frame)
    why = _why(list(children.cells), columns)
    at = parent_of(rows.frame, parent.frame, children.on)
    orphan = ~at.isin(alive.index[alive])
    why = why.mask((why == "") & orphan, _NO_PARENT)
    marks.refuse(rows.main, why)
    written = why == ""
    _carry(list(children.cells), rows, written, marks)
    for column in children.on:
        _carry([Cell("", (f"{{{column}}}",))], rows, written, marks)
    return columns[written].set_axis(at[written])


def _below_each_other(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Children with the same headings: the n-th child of a record stands on its n-th line."""
    cells = pd.concat(parts)
    return cells.set_axis(pd.MultiIndex.from_arrays([cells.index, cells.groupby(level=0).cumcount()]))


def _pivot(pivot: Pivot, parent: Joined, alive: "pd.Series[bool]", tables: Mapping[str, pd.DataFrame], marks: Marks) -> pd.DataFrame:
    """A column per head with the value of each record's rows."""
    rows = joined(prepared(pivot.rows, tables), (), tables, {})
    cells = (Cell("head", (pivot.head,), required=True), Cell("value", (pivot.value,), required=True))
    columns = _columns(cells, rows.frame)
    at = parent_of(rows.frame, parent.frame, pivot.on)
    why = _why(list(cells), columns)
    why = why.mask((why == "") & ~at.isin(alive.index[alive]), _NO_PARENT)
    marks.refuse(rows.main, why)
    written = why == ""
    _carry(list(cells), rows, written, marks)
    for column in pivot.on:
        _carry([Cell("", (f"{{{column}}}",))], rows, written, marks)
    wide = columns[written].assign(record=at[written]).pivot(index="record", columns="head", values="value")  # noqa: PD010
    wide = wide.rename_axis(columns=None)
    return _placed(wide, 0)
