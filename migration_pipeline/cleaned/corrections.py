"""Corrections laid on the untouched text of a store's rows, before anything is parsed.

Belongs here: finding the rows, demanding that they are as the correction expects, changing cells, marking excluded rows, what that changes
in the books. Does not belong here: what a correction may say (`project/corrections.py`), cleaning. Messages never name a cell's value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NoReturn

import pandas as pd

from migration_pipeline.contracts.correction_amounts import CorrectionAmount
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.money import total
from migration_pipeline.contracts.stage_output import Finding, StageOutput
from migration_pipeline.project.corrections import Correction, PlacedCorrection
from migration_pipeline.runtime.errors import BadInputError

EXCLUDED_BY = "_excluded_by"
"""Column of a corrected raw table: which correction ended the row; missing = none."""
EXCLUDED = "excluded_by_correction"
_OWN = ("_row_id", EXCLUDED_BY)


@dataclass(frozen=True)
class Hit:
    """One row that one correction touched."""

    placed: PlacedCorrection
    table: str
    row: str

    def as_fact(self) -> dict[str, object]:
        """For `StageOutput.facts`: what was done where, by whom and why; columns, but never values."""
        entry = self.placed.correction
        return {
            "file": self.placed.file,
            "line": self.placed.line,
            "table": self.table,
            "row": self.row,
            "action": entry.action,
            "columns": list(entry.set),
            "who": entry.who,
            "on": entry.on.isoformat(),
            "reason": entry.reason,
        }


@dataclass(frozen=True)
class Corrected:
    """Raw tables as corrected (with the column `EXCLUDED_BY` where a row was excluded), and every row that was touched."""

    tables: dict[str, pd.DataFrame]
    hits: tuple[Hit, ...]

    def rows(self, table: str) -> set[str]:
        """Ids of the rows of a table of which a cell was set."""
        return {hit.row for hit in self.hits if hit.table == table and hit.placed.correction.action == "set"}

    @property
    def findings(self) -> list[Finding]:
        """One hit per correction and row."""
        words = {"set": ("corrected", "set"), "exclude": (EXCLUDED, "exclude")}
        return [Finding(hit.table, hit.placed.file, *words[hit.placed.correction.action], 1) for hit in self.hits]


def corrected(raw: StageOutput, corrections: Sequence[PlacedCorrection]) -> Corrected:
    """Lay the corrections of one store x dataset on its raw tables, in order: each expects what those before it left.

    Raises:
        BadInputError: a correction names a table or column that is not there, matches no row or another number of rows, or a cell does not
            hold what it expects; `where` is the correction's file:line.
    """
    pages: dict[str, _Page] = {}
    hits = []
    for placed in corrections:
        name = placed.correction.table_name
        if name not in raw.tables:
            _refuse(placed, f"this store has no table {name!r}", f"tables are {', '.join(raw.tables)}")
        page = pages.setdefault(name, _Page(name, raw.tables[name], _ragged(raw, name)))
        hits += [Hit(placed, name, page.row_ids[place]) for place in page.correct(placed)]
    return Corrected({**raw.tables, **{name: page.result() for name, page in pages.items()}}, tuple(hits))


def excluded_at_start(raw: pd.DataFrame) -> "tuple[pd.Series[str], pd.Series[str]]":
    """Reason and detail with which the rows of a raw table enter cleaning: none, unless a correction excluded them."""
    if EXCLUDED_BY not in raw:
        return pd.Series(None, index=raw.index, dtype="str"), pd.Series("", index=raw.index, dtype="str")
    by = raw[EXCLUDED_BY]
    return pd.Series(EXCLUDED, index=raw.index, dtype="str").where(by.notna()), by.fillna("")


def amounts(done: Corrected, before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]) -> list[CorrectionAmount]:
    """Source minus ledger, per table and metric, over the rows that were set and no others.

    Args:
        done: what was corrected.
        before: the typed tables of the untouched text, with `_row_id` and the measures `_money` ...
        after: those of the corrected text.
    """
    return [found for name in after if (rows := done.rows(name)) for found in _amounts(name, rows, before[name], after[name])]


def _amounts(table: str, rows: set[str], before: pd.DataFrame, after: pd.DataFrame) -> Iterable[CorrectionAmount]:
    shares = [f"_{measure}" for measure in MEASURES]
    old, new = (frame[frame["_row_id"].isin(rows)].set_index("_row_id")[shares] for frame in (before, after))
    for measure in MEASURES:
        changed = old[f"_{measure}"] - new[f"_{measure}"].reindex(old.index)
        amount: Decimal = total(changed)
        if number := int((changed != 0).sum()):
            yield CorrectionAmount(table, measure, number, amount)


@dataclass
class _Page:
    """One raw table while corrections are laid on it."""

    name: str
    frame: pd.DataFrame
    ragged: frozenset[str]
    cells: dict[str, dict[int, str | None]] = field(default_factory=dict)
    excluded: dict[int, str] = field(default_factory=dict)

    @cached_property
    def row_ids(self) -> "pd.Index[Any]":
        found: pd.Index[Any] = pd.Index(self.frame["_row_id"])
        return found

    def correct(self, placed: PlacedCorrection) -> list[int]:
        """Places of the rows that the correction touched."""
        entry = placed.correction
        for column in (*entry.where, *entry.expect, *entry.set):
            self._demand_column(placed, column)
        places = self._by_id(placed, entry.row) if entry.row is not None else self._by_cells(placed, entry)
        for place in places:
            self._demand_expected(placed, place)
            if entry.action == "exclude":
                self._exclude(placed, place)
            for column, text in entry.set.items():
                self.cells.setdefault(column, {})[place] = text or None
        return places

    def result(self) -> pd.DataFrame:
        """The table with every change."""
        columns = {name: self._changed(self.frame[name], cells) for name, cells in self.cells.items()}
        if self.excluded:
            columns[EXCLUDED_BY] = self._changed(pd.Series(None, index=self.frame.index, dtype="str"), self.excluded)
        return self.frame.assign(**columns)

    @staticmethod
    def _changed(column: "pd.Series[Any]", cells: Mapping[int, str | None]) -> "pd.Series[Any]":
        column = column.copy()
        column.iloc[list(cells)] = pd.Series(list(cells.values()), dtype="str").array
        return column

    def _holds(self, column: str, place: int) -> str:
        """The text of a cell now; empty and missing are the same."""
        changed = self.cells.get(column, {})
        value = changed[place] if place in changed else self.frame[column].iloc[place]
        return "" if value is None or pd.isna(value) else str(value)

    def _by_id(self, placed: PlacedCorrection, row: str) -> list[int]:
        if row in self.ragged:
            what = f"row {row} has another number of columns than the header; there are no cells to correct"
            _refuse(placed, what, "mend the line in a copy of the file, and remove the correction")
        places = [int(place) for place in self.row_ids.get_indexer_for(pd.Index([row])) if place >= 0]
        if len(places) != 1:
            what = f"row {row!r} of table {self.name} is not there" if not places else f"row id {row!r} stands for {len(places)} rows"
            _refuse(placed, what, "correct row:, or remove the correction")
        return places

    def _by_cells(self, placed: PlacedCorrection, entry: Correction) -> list[int]:
        hit = pd.Series(True, index=self.frame.index, dtype=bool)
        for column, text in entry.where.items():
            now = self._changed(self.frame[column], self.cells[column]) if column in self.cells else self.frame[column]
            hit &= now.fillna("") == (text or "")
        places = [place for place, wanted in enumerate(hit.tolist()) if wanted] if hit.any() else []
        if len(places) != entry.rows:
            what = f"where: matches {len(places)} rows of table {self.name}, and rows: says {entry.rows}"
            _refuse(placed, what, "correct where: or rows:, or remove the correction")
        return places

    def _demand_column(self, placed: PlacedCorrection, column: str) -> None:
        known = [str(c) for c in self.frame.columns if c not in _OWN]
        if column not in known:
            near = get_close_matches(column, known, n=1)
            fix = f"did you mean {near[0]!r}?" if near else f"columns are {', '.join(known)}"
            _refuse(placed, f"table {self.name} has no source column {column!r}", fix)

    def _demand_expected(self, placed: PlacedCorrection, place: int) -> None:
        for column, text in placed.correction.expect.items():
            if self._holds(column, place) != (text or ""):
                what = f"column {column!r} of row {self.row_ids[place]} does not hold what expect: says"
                _refuse(placed, what, "look at the row, then write what it holds now under expect:, or remove the correction")

    def _exclude(self, placed: PlacedCorrection, place: int) -> None:
        if place in self.excluded:
            _refuse(placed, f"row {self.row_ids[place]} is already excluded by {self.excluded[place]}", "remove one of the two")
        self.excluded[place] = placed.where


def _ragged(raw: StageOutput, table: str) -> frozenset[str]:
    return frozenset(raw.outcomes.loc[raw.outcomes["table"] == table, "row_id"])


def _refuse(placed: PlacedCorrection, what: str, fix: str) -> NoReturn:
    raise BadInputError(what, where=placed.where, fix=fix)
