"""All that a report shows, as frames, and the part of it that is about one store.

Belongs here: the figures, exact sums over them. Does not belong here: reading them (`orchestration/report.py`), arranging them for the page
(`report.py`) or the workbook (`report_workbook.py`). Only counts, sums and codes get here, never a value of a source row, so a report
holds no personal data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

import pandas as pd

from migration_pipeline.project.models import Text

Row = dict[Any, Any]
DAY_COLUMNS = ("day", "source", "explained", "target", "unexplained")
STOCK_COLUMNS = ("store", "item", "source", "explained", "target", "unexplained")


def _nothing(*columns: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns), dtype=object)


@dataclass(frozen=True)
class ReportFigures:
    """All the report shows. Frames hold int counts and Decimal sums; each may be empty.

    Attributes:
        rejected_limit: rejected rows that were accepted, over all stores.
        stores: store, name_en, name_zh, dataset: one row per store x dataset that the project has.
        board: view `status_board`.
        unfinished: view `unfinished`.
        reasons: view `outcomes_by_reason`.
        totals: view `current_total`.
        findings: view `findings_by_rule`.
        breaks: view `current_break`.
        stages: view `stage_board`.
        cases: view `open_break`.
        checks: view `current_check`, those that did not pass.
        check_runs: view `check_runs`.
        days: sales by day, `DAY_COLUMNS`.
        stock: stock by store and item, `STOCK_COLUMNS`; the item empty where a point is a whole store.
        waves: store -> its waves.
        cleaning: store and dataset -> link to its cleaning report, relative to this page.
        imports: store -> link to its import report, relative to this page.
        pages: store -> link to its page, relative to this page.
        workbook: link to the same figures as .xlsx.
        store: the store that all this is about; empty: the whole migration.
        back: of a store's page, the link to the whole migration's.
    """

    title: Text
    project: str
    company: str
    currency: str
    version: str
    written_at: datetime
    rejected_limit: int
    stores: pd.DataFrame
    board: pd.DataFrame
    unfinished: pd.DataFrame
    reasons: pd.DataFrame
    totals: pd.DataFrame
    findings: pd.DataFrame
    breaks: pd.DataFrame
    stages: pd.DataFrame = field(default_factory=lambda: _nothing("store", "dataset", "stage", "verdict", "checks", "not_passed"))
    cases: pd.DataFrame = field(default_factory=lambda: _nothing("store", "dataset", "metric", "break_class", "rows", "amount", "state"))
    checks: pd.DataFrame = field(default_factory=lambda: _nothing("store", "dataset", "stage", "check_name", "verdict", "told"))
    check_runs: pd.DataFrame = field(default_factory=lambda: _nothing("migration", "store", "judged_at", "passed", "warned", "failed"))
    days: pd.DataFrame = field(default_factory=lambda: _nothing(*DAY_COLUMNS))
    stock: pd.DataFrame = field(default_factory=lambda: _nothing(*STOCK_COLUMNS))
    waves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cleaning: Mapping[tuple[str, str], str] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    workbook: str = ""
    store: str = ""
    back: str = ""

    def by_store(self, stores: list[str]) -> dict[str, "ReportFigures"]:
        """The same about one store each; days and stock are those of all, and are to be replaced."""
        about = {one.name: getattr(self, one.name) for one in fields(self)}
        parted = {name: dict(iter(frame.groupby("store"))) for name, frame in about.items() if _has_stores(frame)}
        return {
            store: replace(self, store=store, pages={}, **{name: parts.get(store, about[name].iloc[:0]) for name, parts in parted.items()})
            for store in stores
        }


def _has_stores(frame: object) -> bool:
    return isinstance(frame, pd.DataFrame) and "store" in frame.columns


def grouped(frame: pd.DataFrame, by: list[str], add: list[str]) -> list[Row]:
    """Exact sums by some columns, sorted by them; columns add up as the int and Decimal they hold.

    Added up here: pandas sums objects no faster, and a page of few rows asks this dozens of times.
    """
    sums: dict[tuple[Any, ...], list[Any]] = {}
    for key, values in zip(_tuples(frame, by), _tuples(frame, add), strict=True):
        so_far = sums.get(key)
        sums[key] = list(values) if so_far is None else [one + more for one, more in zip(so_far, values, strict=True)]
    return [dict(zip([*by, *add], [*key, *sums[key]], strict=True)) for key in sorted(sums)]


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame."""
    names = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in _tuples(frame, names)]


def _tuples(frame: pd.DataFrame, names: list[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(frame[name].tolist() for name in names), strict=True)
