"""What cleaning did to one store x dataset: rules with their hits and samples, rows that ended, totals that tie to the outcome ledger.

Belongs here: arranging and masking the figures all three forms of the report share, and the JSON form. Does not belong here: reading them
(`orchestration/cleaning_report.py`), the page (`cleaning_page.py`), the workbook (`cleaning_workbook.py`). Nothing leaves this module
before the values of personal columns are masked.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import Conservation
from migration_pipeline.contracts.reasons import REASONS, Outcome, Reason
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.models import Text

MASK = "•••"
SAMPLES, ROW_IDS = 3, 5
"""So many before/after samples per rule, so many row ids per rule and reason."""
WAITING = "waiting"
"""Rows that cleaning let go on and that no load has accounted for yet."""
_BEFORE_MAPPING = ("raw", "cleaned")


@dataclass(frozen=True)
class CleaningFigures:
    """What the report is made of.

    Attributes:
        store, store_name, dataset, title, project: what it is about.
        cleaned: the stage's output.
        books: per table its source rows against the ledger (`conserved`).
        ledger: outcomes of all rows; those not loaded yet have the outcome `WAITING`.
    """

    title: Text
    project: str
    version: str
    written_at: datetime
    store: str
    store_name: Text
    dataset: str
    cleaned: StageOutput
    books: Sequence[Conservation]
    ledger: pd.DataFrame


@dataclass(frozen=True)
class Sample:
    """One change: `cells` is 1, or how many cells it stands for (`row_id` is `*` then); `from_row` is where `after` comes from."""

    row_id: str
    column: str
    source_column: str
    before: str | None
    after: str | None
    from_row: str
    cells: int


@dataclass(frozen=True)
class RuleLine:
    """One rule of one table; `cells` is how many cells it changed, 0 for a flag."""

    table: str
    rule: str
    reason: str
    action: str
    hits: int
    cells: int
    row_ids: tuple[str, ...]
    samples: tuple[Sample, ...]

    @property
    def words(self) -> Reason:
        """What the reason means; a rule of the project without one speaks for itself."""
        return REASONS.get(self.reason) or Reason(self.reason, None, self.reason, self.reason)


@dataclass(frozen=True)
class EndedLine:
    """Rows of one table that reading or cleaning ended for one reason; `where` is the column or rule."""

    table: str
    outcome: str
    reason: str
    where: str
    rows: int
    row_ids: tuple[str, ...]

    @property
    def words(self) -> Reason:
        """What the reason means."""
        return REASONS[self.reason]


@dataclass(frozen=True)
class TotalLine:
    """Source rows of one table, and where they ended by the ledger."""

    table: str
    source_rows: int
    loaded: int
    merged: int
    excluded: int
    rejected: int
    waiting: int
    holds: bool

    @property
    def accounted(self) -> int:
        """All rows with an outcome, and those still waiting for one."""
        return self.loaded + self.merged + self.excluded + self.rejected + self.waiting

    @property
    def ties(self) -> bool:
        """Both numbers are the same, and every source row is in the ledger once."""
        return self.holds and self.accounted == self.source_rows


@dataclass(frozen=True)
class CleaningReport:
    """The report, ready to be shown: `changes` has the columns of the change log, masked."""

    about: CleaningFigures
    totals: tuple[TotalLine, ...]
    rules: tuple[RuleLine, ...]
    ended: tuple[EndedLine, ...]
    changes: pd.DataFrame

    @property
    def ties(self) -> bool:
        """Every table's rows are accounted for."""
        return all(line.ties for line in self.totals)

    @property
    def cells(self) -> int:
        """Cells changed; one that several rules touched counts once per rule."""
        return int(self.changes["cells"].sum())

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able values; the change log itself stays in the lake."""
        about = self.about
        rules = [{**asdict(line), "en": line.words.en, "zh": line.words.zh} for line in self.rules]
        ended = [{**asdict(line), "en": line.words.en, "zh": line.words.zh} for line in self.ended]
        return {
            "project": about.project,
            "store": about.store,
            "dataset": about.dataset,
            "extract": about.cleaned.extract_id,
            "written_at": about.written_at.isoformat(),
            "ties": self.ties,
            "changed_cells": self.cells,
            "totals": [{**asdict(line), "accounted": line.accounted, "ties": line.ties} for line in self.totals],
            "rules": rules,
            "ended": ended,
        }


def arranged(figures: CleaningFigures) -> CleaningReport:
    """Mask, sum and sort the figures: rules with most hits first."""
    changes = masked(figures.dataset, figures.cleaned.changes)
    outcomes = figures.cleaned.outcomes
    return CleaningReport(
        figures,
        tuple(_total(book, figures.ledger) for book in figures.books),
        _rules(figures.dataset, figures.cleaned.findings, changes),
        _ended(figures.dataset, outcomes[outcomes["stage"].isin(_BEFORE_MAPPING)]),
        changes,
    )


def masked(dataset: str, changes: pd.DataFrame) -> pd.DataFrame:
    """A change log with every value of a personal column hidden; missing stays missing."""
    personal = {field.name for table in DATASETS[dataset].tables for field in table.fields if field.personal}
    hidden = changes["column"].isin(personal)
    return changes.assign(**{name: changes[name].mask(hidden & changes[name].notna(), MASK) for name in ("old", "new")})


def _total(book: Conservation, ledger: pd.DataFrame) -> TotalLine:
    counts = ledger.loc[ledger["table"] == book.table, "outcome"].value_counts()
    known = {name: int(counts.get(name, 0)) for name in (*(str(o) for o in Outcome), WAITING)}
    return TotalLine(book.table, book.source_rows, **known, holds=book.holds)


def _rules(dataset: str, findings: pd.DataFrame, changes: pd.DataFrame) -> tuple[RuleLine, ...]:
    by = ["table", "rule"]
    cells = changes.groupby(by)["cells"].sum()
    samples = _first(changes.drop_duplicates([*by, "column", "old", "new"]), by, SAMPLES)
    ids = _first(changes.drop_duplicates([*by, "row_id"]), by, ROW_IDS)
    found = []
    for row in findings.to_dict("records"):
        at = (row["table"], row["rule"])
        shown = tuple(_sample(change) for change in samples.get(at, ()))
        row_ids = tuple(str(change["row_id"]) for change in ids.get(at, ()))
        found.append(RuleLine(*at, row["reason"], row["action"], int(row["hits"]), int(cells.get(at, 0)), row_ids, shown))
    return tuple(sorted(found, key=lambda line: (_place(dataset, line.table), -line.hits, line.rule)))


def _first(rows: pd.DataFrame, by: list[str], number: int) -> dict[Any, list[dict[Any, Any]]]:
    """The first rows of each group."""
    few = rows.groupby(by, sort=False).head(number)
    return {at: part.to_dict("records") for at, part in few.groupby(by, sort=False)}


def _sample(change: dict[Any, Any]) -> Sample:
    text = {name: None if pd.isna(change[name]) else str(change[name]) for name in ("old", "new", "from_row")}
    place = (str(change["row_id"]), str(change["column"]), str(change["source_column"]))
    return Sample(*place, text["old"], text["new"], text["from_row"] or "", int(change["cells"]))


def _ended(dataset: str, outcomes: pd.DataFrame) -> tuple[EndedLine, ...]:
    by = ["table", "outcome", "reason", "where"]
    kept = outcomes.assign(where=outcomes["detail"].mask(outcomes["outcome"] == Outcome.MERGED, "").fillna(""))
    sizes = kept.groupby(by, sort=False).size().reset_index(name="rows")
    ids = _first(kept, by, ROW_IDS)
    found = []
    for row in sizes.to_dict("records"):
        table, outcome, reason, where = at = tuple(str(row[name]) for name in by)
        found.append(EndedLine(table, outcome, reason, where, int(row["rows"]), tuple(str(r["row_id"]) for r in ids[at])))
    return tuple(sorted(found, key=lambda line: (_place(dataset, line.table), line.outcome, -line.rows, line.reason, line.where)))


def _place(dataset: str, table: str) -> int:
    names = [known.name for known in DATASETS[dataset].tables]
    return names.index(table) if table in names else len(names)
