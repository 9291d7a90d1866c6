"""The rows a template asks for: a table's own, or several put together, and which source cells each of them speaks for.

Belongs here: choosing and putting together. Does not belong here: text (`cells.py`), layout (`fill.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from migration_pipeline.loaded.templates.model import Join, Rows

Masks = dict[str, "pd.Series[bool]"]


@dataclass(frozen=True)
class Prepared:
    """Rows ready for a template.

    Attributes:
        frame: index 0..n-1.
        place: per row of the source table the row of `frame` it belongs to; -1: none.
        told: column -> mask over the source table: its value there is the one that `frame` holds.
    """

    table: str
    frame: pd.DataFrame
    place: "pd.Series[int]"
    told: Masks

    def carried(self, column: str, written: "pd.Series[bool]") -> "pd.Series[bool]":
        """Source cells of a column that are in a file once the given rows of `frame` are written."""
        found = pd.Series(written.to_numpy(dtype=bool)[self.place.to_numpy()] if len(written) else False, index=self.place.index)
        return found & (self.place >= 0) & self.told[column]


def holds_something(values: "pd.Series[Any]") -> "pd.Series[bool]":
    """Neither missing nor empty nor 0 nor False."""
    there = values.notna().to_numpy(dtype=bool)
    if "decimal" in str(values.dtype):
        return pd.Series(there & (values != 0).to_numpy(dtype=bool, na_value=False), index=values.index)
    if values.dtype in ("str", "object"):
        return pd.Series(there & (values.fillna("") != "").to_numpy(dtype=bool), index=values.index)
    if str(values.dtype).startswith("bool"):
        return pd.Series(values.to_numpy(dtype=bool, na_value=False), index=values.index)
    return pd.Series(there, index=values.index)


def prepared(rows: Rows, tables: Mapping[str, pd.DataFrame]) -> Prepared:
    """The rows that `rows` asks for; a column that is neither `by` nor one of the others is left out when rows are put together."""
    source = tables[rows.table]
    chosen = holds_something(source[rows.only]) if rows.only else pd.Series(True, index=source.index)
    own = source[chosen]
    every = pd.Series(True, index=source.index)
    if not rows.by:
        place = pd.Series(np.where(chosen, chosen.cumsum() - 1, -1), index=source.index, dtype="int64")
        return Prepared(rows.table, own.reset_index(drop=True), place, dict.fromkeys(map(str, source.columns), every))
    number = own.groupby(list(rows.by), sort=False, dropna=False).ngroup()
    first = ~number.duplicated()
    frame = own.loc[first, list(rows.by)].reset_index(drop=True)
    told: Masks = dict.fromkeys(rows.by, every)
    groups = own.groupby(number, sort=True)
    for column in rows.sums:
        frame[column] = groups[column].sum().reset_index(drop=True)
        told[column] = every
    for column in rows.first:
        frame[column] = own.loc[first, column].reset_index(drop=True)
        told[column] = pd.Series(first.reindex(source.index, fill_value=False), index=source.index)
    for column in rows.agreed:
        same = groups[column].nunique(dropna=True) <= 1  # noqa: PD101
        frame[column] = groups[column].first().where(same).reset_index(drop=True)
        told[column] = number.map(same).reindex(source.index, fill_value=False).astype(bool)
    return Prepared(rows.table, frame, number.reindex(source.index, fill_value=-1).astype("int64"), told)


@dataclass(frozen=True)
class Joined:
    """Rows with the columns of their joins.

    Attributes:
        frame: that of `main`, with `table.column` columns.
        found: per join what it read and, per row of `frame`, the row of it; -1: none.
    """

    main: Prepared
    frame: pd.DataFrame
    found: "tuple[tuple[Prepared, pd.Series[int]], ...]" = ()

    def carried(self, place: str, written: "pd.Series[bool]") -> "tuple[str, str, pd.Series[bool]]":
        """Table, column and mask of the source cells that a place of a pattern brings into a file."""
        table, _, column = place.rpartition(".")
        if not table:
            return self.main.table, column, self.main.carried(column, written)
        other, at = next(pair for pair in self.found if pair[0].table == table)
        hit = pd.Series(False, index=other.frame.index)
        hit.loc[at[written & (at >= 0)].unique()] = True
        return table, column, other.carried(column, hit)


def joined(main: Prepared, joins: tuple[Join, ...], tables: Mapping[str, pd.DataFrame], settings: Mapping[str, str]) -> Joined:
    """`main` with what its joins add, and with the settings as columns `_name`."""
    frame = main.frame.assign(**{f"_{name}": value for name, value in settings.items()})
    found = []
    for join in joins:
        other = prepared(join.rows, tables)
        at = _row_of(main.frame, other.frame, join.on)
        for column in other.frame.columns:
            cells = other.frame[column].reindex(at.where(at >= 0))
            frame[f"{other.table}.{column}"] = cells.set_axis(frame.index)
        found.append((other, at))
    return Joined(main, frame, tuple(found))


def _row_of(left: pd.DataFrame, right: pd.DataFrame, on: tuple[str, ...]) -> "pd.Series[int]":
    """Per row of `left` the row of `right` with the same key; -1 where there is none.

    Raises:
        pandas.errors.MergeError: `right` has two rows for one key.
    """
    keys = right[list(on)].astype("str").assign(_at=range(len(right)))
    own = left[list(on)].astype("str")
    at = own.merge(keys, on=list(on), how="left", validate="m:1")["_at"]
    return at.fillna(-1).astype("int64").set_axis(left.index)


def parent_of(child: pd.DataFrame, parent: pd.DataFrame, on: tuple[str, ...]) -> "pd.Series[int]":
    """Per child row the row of its parent; -1 where it has none."""
    return _row_of(child, parent, on)
