"""What cleaning did to one store x dataset: rules with policy, hits, amounts and samples, rows that ended, totals that tie to the ledger.

Belongs here: arranging and masking the figures all three forms of the report share, and the JSON form. Does not belong here: its lines
(`cleaning_lines.py`), reading the figures (`orchestration/cleaning_report.py`), the page (`cleaning_page.py`), the workbook
(`cleaning_workbook.py`). Nothing leaves this module before the values of personal columns are masked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS, Dataset
from migration_pipeline.contracts.ledger import MEASURES, Conservation
from migration_pipeline.contracts.money import total
from migration_pipeline.contracts.policies import RULES, policy_of
from migration_pipeline.contracts.policy_effects import MASK, PolicyEffect, chosen_policies, policy_effects
from migration_pipeline.contracts.reasons import Outcome
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.cleaning_lines import Amounts, EndedLine, QuietRule, RuleLine, Sample, Seen, TotalLine

__all__ = ["MASK", "ROW_IDS", "SAMPLES", "WAITING", "CleaningFigures", "CleaningReport", "arranged", "masked"]

SAMPLES, ROW_IDS = 3, 50
"""So many before/after samples per rule, so many row ids per rule and reason."""
WAITING = "waiting"
"""Rows that cleaning let go on and that no load has accounted for yet."""
_BEFORE_MAPPING = ("raw", "cleaned")
_ENDS = ("exclude", "reject")
_BY = ["table", "outcome", "reason", "where"]


@dataclass(frozen=True)
class CleaningFigures:
    """What the report is made of.

    Attributes:
        store, store_name, dataset, title, project: what it is about.
        cleaned: the stage's output.
        books: per table its source rows against the ledger (`conserved`).
        ledger: outcomes of all rows with stage, detail and measures; those not loaded yet have the outcome `WAITING`.
        report: link from this page to the report of the whole migration; empty: there is none.
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
    report: str = ""


@dataclass(frozen=True)
class CleaningReport:
    """The report, ready to be shown: `changes` has the columns of the change log, masked; `quiet` are the rules that found nothing."""

    about: CleaningFigures
    totals: tuple[TotalLine, ...]
    rules: tuple[RuleLine, ...]
    quiet: tuple[QuietRule, ...]
    ended: tuple[EndedLine, ...]
    changes: pd.DataFrame

    @property
    def ties(self) -> bool:
        """Every table's rows are accounted for, and for every reason the ledger has the rows and amounts that cleaning ended."""
        return all(line.ties for line in self.totals) and all(line.ties for line in self.ended)

    @property
    def cells(self) -> int:
        """Cells changed; one that several rules touched counts once per rule."""
        return int(self.changes["cells"].sum())

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able values, amounts as text; the change log itself stays in the lake."""
        about = self.about
        return {
            "project": about.project,
            "store": about.store,
            "dataset": about.dataset,
            "extract": about.cleaned.extract_id,
            "written_at": about.written_at.isoformat(),
            "ties": self.ties,
            "changed_cells": self.cells,
            "totals": [{**asdict(line), "accounted": line.accounted, "ties": line.ties} for line in self.totals],
            "rules": [_plain({**asdict(line), **line.title.model_dump(), "means": line.words.en}) for line in self.rules],
            "quiet_rules": [{**asdict(line), "title": line.title.model_dump()} for line in self.quiet],
            "ended": [_plain({**asdict(line), "en": line.words.en, "zh": line.words.zh, "ties": line.ties}) for line in self.ended],
        }


def arranged(figures: CleaningFigures) -> CleaningReport:
    """Mask, sum and sort the figures: rules with most hits first."""
    dataset, cleaned = DATASETS[figures.dataset], figures.cleaned
    changes, effects = masked(figures.dataset, cleaned.changes), policy_effects(cleaned.facts)
    ended = _ended(dataset, cleaned.outcomes, figures.ledger)
    return CleaningReport(
        figures,
        tuple(_total(book, figures.ledger) for book in figures.books),
        _rules(dataset, cleaned.findings, changes, effects, ended),
        _quiet({*cleaned.tables, *(book.table for book in figures.books)}, chosen_policies(cleaned.facts), effects),
        ended,
        changes,
    )


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    """A line with its amounts as text, so that they stay exact."""
    return {name: {m: str(a) for m, a in value.items()} if name.endswith("amounts") else value for name, value in line.items()}


def masked(dataset: str, changes: pd.DataFrame) -> pd.DataFrame:
    """A change log with every value of a personal column hidden; missing stays missing."""
    personal = {field.name for table in DATASETS[dataset].tables for field in table.fields if field.personal}
    hidden = changes["column"].isin(personal)
    return changes.assign(**{name: changes[name].mask(hidden & changes[name].notna(), MASK) for name in ("old", "new")})


def _total(book: Conservation, ledger: pd.DataFrame) -> TotalLine:
    counts = ledger.loc[ledger["table"] == book.table, "outcome"].value_counts()
    known = {name: int(counts.get(name, 0)) for name in (*(str(o) for o in Outcome), WAITING)}
    known[WAITING] += known.pop(Outcome.UNDONE)
    return TotalLine(book.table, book.source_rows, **known, holds=book.holds)


def _rules(
    dataset: Dataset, findings: pd.DataFrame, changes: pd.DataFrame, effects: Sequence[PolicyEffect], ended: Sequence[EndedLine]
) -> tuple[RuleLine, ...]:
    """Every rule that found something: as findings count it, and those that end rows as the policy's effect tells."""
    by = ["table", "rule"]
    cells = changes.groupby(by)["cells"].sum()
    samples = _first(changes.drop_duplicates([*by, "column", "old", "new"]), by, SAMPLES)
    ids = _first(changes.drop_duplicates([*by, "row_id"]), by, ROW_IDS)
    told = {(effect.table, effect.rule): effect for effect in effects}
    found = []
    for row in findings.to_dict("records"):
        at = (str(row["table"]), str(row["rule"]))
        line = RuleLine(
            *at, str(row["reason"]), str(row["action"]), int(row["hits"]), int(cells.get(at, 0)), {}, "", chosen=False,
            row_ids=tuple(str(change["row_id"]) for change in ids.get(at, ())),
            samples=tuple(_sample(change) for change in samples.get(at, ())), seen=(),
        )  # fmt: skip
        found.append(_with_effect(line, told.pop(at)) if at in told else _with_ended(line, ended))
    found += [_with_effect(_empty_line(effect), effect) for effect in told.values()]
    return tuple(sorted(found, key=lambda line: (_place(dataset, line.table), -line.hits, line.rule)))


def _empty_line(effect: PolicyEffect) -> RuleLine:
    return RuleLine(effect.table, effect.rule, effect.reason, effect.policy, effect.rows, 0, {}, "", False, (), (), ())


def _with_effect(line: RuleLine, effect: PolicyEffect) -> RuleLine:
    """The line with what the policy did; the cells that it changed show more than the rows as they were."""
    seen = () if line.samples else tuple(Seen(row_id, cells) for row_id, cells in effect.values)
    policy = effect.policy if effect.rule in RULES else ""
    return replace(line, amounts=effect.amounts, policy=policy, chosen=effect.chosen, row_ids=effect.row_ids, seen=seen)


def _with_ended(line: RuleLine, ended: Sequence[EndedLine]) -> RuleLine:
    """A rule of the project that ends rows has the amounts that the ledger has for it."""
    own = [one for one in ended if (one.table, one.where) == (line.table, line.rule)] if line.action in _ENDS else []
    return replace(line, amounts=own[0].amounts, row_ids=own[0].row_ids) if own else line


def _quiet(tables: set[str], chosen: Mapping[str, str], effects: Sequence[PolicyEffect]) -> tuple[QuietRule, ...]:
    """The built-in rules of the tables that are there and that told nothing."""
    found = {effect.rule for effect in effects}
    return tuple(
        QuietRule(rule.table, rule.id, chosen.get(rule.id) or policy_of(rule.id, {}), rule.id in chosen, Text(en=rule.en, zh=rule.zh))
        for rule in RULES.values()
        if rule.table in tables and rule.id not in found
    )


def _first(rows: pd.DataFrame, by: list[str], number: int) -> dict[Any, list[dict[Any, Any]]]:
    """The first rows of each group."""
    few = rows.groupby(by, sort=False).head(number)
    return {at: part.to_dict("records") for at, part in few.groupby(by, sort=False)}


def _sample(change: dict[Any, Any]) -> Sample:
    text = {name: None if pd.isna(change[name]) else str(change[name]) for name in ("old", "new", "from_row")}
    place = (str(change["row_id"]), str(change["column"]), str(change["source_column"]))
    return Sample(*place, text["old"], text["new"], text["from_row"] or "", int(change["cells"]))


def _ended(dataset: Dataset, outcomes: pd.DataFrame, ledger: pd.DataFrame) -> tuple[EndedLine, ...]:
    """Rows that ended before mapping, by reason: those of cleaning beside those of the ledger, which must be the same."""
    own, booked = (_early(frame) for frame in (outcomes, ledger))
    sums, books = _sums(dataset, own), _sums(dataset, booked)
    ids = _first(own, _BY, ROW_IDS)
    found = []
    for at in {**sums, **books}:
        (rows, amounts), (there, amounts_there) = sums.get(at, (0, {})), books.get(at, (0, {}))
        row_ids = tuple(str(row["row_id"]) for row in ids.get(at, ()))
        table, outcome, reason, where = at
        found.append(EndedLine(table, outcome, reason, where, rows, amounts, there, amounts_there, row_ids))
    return tuple(sorted(found, key=lambda line: (_place(dataset, line.table), line.outcome, -line.rows, line.reason, line.where)))


def _early(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The ledger rows of reading and cleaning; of a merged row the detail names another row, not a rule."""
    early = outcomes[outcomes["stage"].isin(_BEFORE_MAPPING)]
    return early.assign(where=early["detail"].mask(early["outcome"] == Outcome.MERGED, "").fillna(""))


def _sums(dataset: Dataset, early: pd.DataFrame) -> dict[Any, tuple[int, Amounts]]:
    """Per table, outcome, reason and place the rows and the exact sums of the measures that the table has."""
    found: dict[Any, tuple[int, Amounts]] = {}
    for at, part in early.groupby(_BY, sort=False):
        table = next((table for table in dataset.tables if table.name == at[0]), None)
        has = [measure for measure in MEASURES if table is not None and getattr(table, measure)]
        found[at] = len(part), {measure: total(part[measure]) for measure in has}
    return found


def _place(dataset: Dataset, table: str) -> int:
    names = [known.name for known in dataset.tables]
    return names.index(table) if table in names else len(names)
