"""Exact comparison: totals of source, ledger and ERP per table and metric, and the breaks that remain.

Belongs here: pure functions over frames. Does not belong here: taking the figures (`source_totals.py`, `erp_figures.py`), row by row
comparison (`compare_rows.py`; its names are re-exported here), tolerance: there is none.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.correction_amounts import CORRECTION, CorrectionAmount
from migration_pipeline.contracts.datasets import Dataset, Table
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.money import total
from migration_pipeline.contracts.reasons import Outcome
from migration_pipeline.reconciled.compare_rows import RowDifferences, compare_rows

__all__ = ["CORRECTION", "LEDGER_DIFFERS", "UNEXPLAINED", "RowDifferences", "breaks", "compare_rows", "measure"]

UNEXPLAINED = "unexplained"
LEDGER_DIFFERS = "ledger_differs"
FIGURES = ("source", "ledger", "target", "explained", "unexplained")
_WIDE = pa.decimal128(38, 3)
_EXACT = pd.ArrowDtype(_WIDE)
_GONE = (Outcome.EXCLUDED, Outcome.REJECTED, Outcome.UNDONE)
Corrected = dict[tuple[str, str], list[CorrectionAmount]]
"""What explains amounts that persons and policies changed: the source is measured untouched, the ledger holds the changed amounts."""
Row = tuple[str, str, str, Decimal, Decimal, Decimal, Decimal, Decimal, str]


def measure(
    dataset: Dataset, totals: pd.DataFrame, ledger: pd.DataFrame, erp: pd.DataFrame, corrections: Sequence[CorrectionAmount] = ()
) -> pd.DataFrame:
    """Source against ledger and ERP, one row per table and metric.

    Args:
        dataset: whose tables are compared; a derivable or evidence table without source and ledger rows is left out.
        totals: as `source_totals` gives it: table, rows, money, quantity, points.
        ledger: the outcome ledger of the same store x dataset.
        erp: the same columns as `totals`, as read back from the ERP; rows of master data are those this store created.
        corrections: what corrections and policies changed, as untouched minus changed; it explains that much of a difference.

    Returns:
        dataset, table, metric (rows, money, quantity or points), source, ledger, target, explained, unexplained (decimal128(38, 3)),
        status: `equal`; `explained` where reasons account for all of the difference; `break` where something is left or the ledger is
        not the source (but for what was changed).
    """
    corrected = _by_place(corrections)
    rows = [row for table in dataset.tables for row in _measured(dataset, table, (totals, ledger, erp), corrected)]
    frame = pd.DataFrame(rows, columns=["dataset", "table", "metric", *FIGURES, "status"])
    return _typed(frame)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Figures as exact decimals, all else as text."""
    columns = {}
    for name in map(str, frame.columns):
        exact = name in {*FIGURES, "amount"}
        columns[name] = pd.Series(pa.array(frame[name], _WIDE), dtype=_EXACT) if exact else frame[name].astype("str")
    return pd.DataFrame(columns)


def _by_place(corrections: Sequence[CorrectionAmount]) -> Corrected:
    places: Corrected = {}
    for found in corrections:
        places.setdefault((found.table, found.metric), []).append(found)
    return places


def _measured(
    dataset: Dataset, table: Table, figures: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], corrected: Corrected
) -> Iterator[Row]:
    """Rows of one table; `figures` are source totals, ledger and ERP."""
    totals, ledger, erp = figures
    own = ledger[ledger["table"] == table.name]
    if (table.derivable or table.evidence) and own.empty and _figure(totals, table.name, "rows") == 0:
        return
    for metric in ("rows", *MEASURES):
        if metric != "rows" and getattr(table, metric) is None:
            continue
        source, target, recorded = _figure(totals, table.name, metric), _figure(erp, table.name, metric), _sum(own, metric)
        moved = sum((found.amount for found in corrected.get((table.name, metric), ())), Decimal(0))
        explained = _sum(own[own["outcome"].isin(_explaining(metric))], metric) + moved
        left = source - target - explained
        status = "break" if left or recorded + moved != source else "equal" if source == target else "explained"
        yield dataset.name, table.name, metric, source, recorded, target, explained, left, status


def _explaining(metric: str) -> list[str]:
    """Outcomes that keep a source row, or its share, out of the ERP; what a merged row carries is in the record it was merged into."""
    return [str(outcome) for outcome in (*_GONE, Outcome.MERGED) if metric == "rows" or outcome in _GONE]


def _figure(figures: pd.DataFrame, table: str, metric: str) -> Decimal:
    """One figure; 0 for a table that is not there."""
    found = figures.loc[figures["table"] == table, metric]
    return Decimal(int(found.sum())) if metric == "rows" else total(found)


def _sum(ledger: pd.DataFrame, metric: str) -> Decimal:
    return Decimal(len(ledger)) if metric == "rows" else total(ledger[metric])


def breaks(measurements: pd.DataFrame, ledger: pd.DataFrame, corrections: Sequence[CorrectionAmount] = ()) -> pd.DataFrame:
    """Every reason for a difference between source and ERP.

    Returns:
        dataset, table, metric, reason (text), rows (int64), amount (decimal128(38, 3)). Besides the reason codes: `correction` with what
        people changed (what policies changed has reason codes of its own); `unexplained` with what is left, and `ledger_differs` with
        source minus ledger; neither of these two has rows of its own (0), for nobody knows which they are.
    """
    corrected = _by_place(corrections)
    rows = [row for found in measurements.itertuples(index=False) for row in _breaks_of(found, ledger, corrected)]
    frame = pd.DataFrame(rows, columns=["dataset", "table", "metric", "reason", "rows", "amount"])
    return _typed(frame).assign(rows=frame["rows"].astype("int64"))


def _breaks_of(found: Any, ledger: pd.DataFrame, corrected: Corrected) -> Iterator[tuple[object, ...]]:
    """Breaks of one row of measurements (a named tuple)."""
    start = (found.dataset, found.table, found.metric)
    hit = ledger[(ledger["table"] == found.table) & ledger["outcome"].isin(_explaining(found.metric))]
    for reason, rows in hit.groupby("reason", sort=True):
        if amount := _sum(rows, found.metric):
            yield *start, reason, len(rows), amount
    moved = corrected.get((found.table, found.metric), [])
    yield from ((*start, one.reason, one.rows, one.amount) for one in moved)
    if found.unexplained:
        yield *start, UNEXPLAINED, 0, found.unexplained
    if differs := found.source - found.ledger - sum((one.amount for one in moved), Decimal(0)):
        yield *start, LEDGER_DIFFERS, 0, differs
