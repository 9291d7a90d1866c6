"""The change log: every cell whose meaning cleaning changed, with the source's text and what became of it.

A cell that several rules touched has one row per rule; `old` is always the text the source held, `new` the text of the value as cleaning
hands it on (missing where there was or is nothing). Typing alone (`12` -> 12.0000, `瓶` -> BOTTLE) is no change, nor is a default where
the source has no such column.
What a rule did alike to more than half of a column's values is not spelled out: CHAR padding of more than 100 cells is one row, and more
than 10,000 cells changed in at most 100 ways (a default for an empty column) are one row per way, each with `row_id` `*` and the number of
cells in `cells`. So per rule the `cells` always add up: to its hits, or for rules of the project to the cells that really differ now.

Belongs here: turning the cells that rules name (`Finding.cells`) into rows, and the source text of a column. Does not belong here: finding
those cells (`table.py`, `rules.py`, `folding.py`), showing them to anybody (`reconciled/cleaning_report.py`).
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from migration_pipeline.cleaned import parsing
from migration_pipeline.cleaned.corrections import Hit
from migration_pipeline.contracts.stage_output import CHANGE_COLUMNS, EVERY_ROW, Cells, Finding, empty_changes
from migration_pipeline.project.source import TableSpec

MANY_PADDED, MANY_CELLS = 100, 10_000
_MOST_WAYS = 100
_QUOTED = r"^\s*['=]"


def source_text(raw: pd.DataFrame, spec: TableSpec, name: str) -> "pd.Series[str]":
    """The source text of one canonical column: a column, the first filled of several, a constant, or nothing."""
    names = _sources(spec, name)
    if not names:
        return pd.Series(spec.constants.get(name), index=raw.index, dtype="str")
    text = raw[names[0]]
    for other in names[1:]:
        text = text.where(parsing.trim(text).notna(), raw[other])
    return text


def differing(before: "pd.Series[Any]", after: "pd.Series[Any]") -> "pd.Series[bool]":
    """Where two columns of one type differ; missing equals missing."""
    other = (before != after).fillna(False).astype(bool)
    missing, gone = before.isna(), after.isna()
    return (other & ~missing & ~gone) | (missing != gone)


def table_changes(name: str, frame: pd.DataFrame, findings: Iterable[Finding], raw: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    """The change log of one table.

    Args:
        name: the table.
        frame: its typed rows, ended ones included; same index as `raw`.
        findings: what the rules did.
        raw: the source's text.
        spec: which source column is which.
    """
    parts = [
        _rows(name, finding, cells, frame, raw, spec)
        for finding in findings
        for cells in finding.cells
        if len(cells.rows) and cells.column in frame
    ]
    return joined_changes(parts)


def corrected_cells(name: str, hits: Iterable[Hit], raw: pd.DataFrame, spec: TableSpec) -> list[Finding]:
    """What persons corrected in one table, as findings for `table_changes`: one per row, with the cells of the columns they set."""
    hits = list(hits)
    labels = dict(zip(raw["_row_id"], raw.index, strict=True)) if hits else {}
    found = []
    for hit in hits:
        if hit.table == name and hit.placed.correction.set:
            touched = hit.placed.correction.set.keys()
            columns = [column for column in spec.columns if touched & set(_sources(spec, column))]
            cells = tuple(Cells(column, pd.Index([labels[hit.row]])) for column in columns)
            found.append(Finding(name, hit.placed.file, "corrected", "set", 1, cells))
    return found


def joined_changes(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All change logs as one; no part is fine."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else empty_changes()


def value_text(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Typed values as text: decimals with all their places, moments as `2026-01-03 10:00:00` (midnight: the day alone), `true`/`false`."""
    if pd.api.types.is_datetime64_dtype(values.dtype):
        moments: pd.Series[str] = values.dt.strftime("%Y-%m-%d %H:%M:%S.%f").astype("str")
        return moments.str.removesuffix(".000000").str.removesuffix(" 00:00:00")
    text: pd.Series[str] = values.astype("str").where(values.notna())
    return text.str.lower() if "bool" in str(values.dtype) else text


def _sources(spec: TableSpec, name: str) -> tuple[str, ...]:
    source = spec.columns.get(name, ())
    return (source,) if isinstance(source, str) else tuple(source)


def _rows(name: str, finding: Finding, cells: Cells, frame: pd.DataFrame, raw: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    texts = raw[list(dict.fromkeys(_sources(spec, cells.column)))].loc[cells.rows]
    rows = pd.DataFrame(
        {
            "row_id": frame["_row_id"].loc[cells.rows],
            "source_column": _source_column(texts, _sources(spec, cells.column)),
            "old": source_text(texts, spec, cells.column),
            "new": value_text(frame[cells.column].loc[cells.rows]),
            "cells": 1,
        }
    )
    rows["from_row"] = pd.Series(None, index=rows.index, dtype="str") if cells.from_row is None else cells.from_row.loc[cells.rows]
    if cells.from_row is None and len(rows) > MANY_PADDED and len(rows) * 2 > int(frame[cells.column].notna().sum()):
        rows = _padding_as_one(rows) if finding.rule.startswith("trim.") else rows
        rows = _by_way(rows) if len(rows) > MANY_CELLS else rows
    constant = {"table": name, "column": cells.column, "rule": finding.rule, "reason": finding.reason}
    rows = rows.assign(**{key: pd.Series(value, index=rows.index, dtype="str") for key, value in constant.items()})
    return rows[[*CHANGE_COLUMNS, "cells"]]


def _source_column(texts: pd.DataFrame, names: Sequence[str]) -> "pd.Series[str]":
    """Per row the source column its text came from; empty for a constant or a column the source lacks."""
    column = pd.Series(names[0] if names else "", index=texts.index, dtype="str")
    for earlier, other in pairwise(names):
        taken = (column == earlier) & parsing.trim(texts[earlier]).isna()
        column = column.mask(taken, other)
    return column


def _padding_as_one(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells that had nothing but blanks around them as one row without values."""
    padded = ~rows["old"].str.contains(_QUOTED, regex=True, na=False)
    alike = rows[padded].assign(old=None, new=None)
    return pd.concat([_by_way(alike.astype({"old": "str", "new": "str"})), rows[~padded]], ignore_index=True)


def _by_way(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per way in which cells were changed, if the ways are few."""
    ways = rows.groupby(["source_column", "old", "new", "from_row"], dropna=False, sort=False)["cells"].sum().reset_index()
    if len(ways) > _MOST_WAYS:
        return rows
    return ways.assign(row_id=pd.Series(EVERY_ROW, index=ways.index, dtype="str"))
