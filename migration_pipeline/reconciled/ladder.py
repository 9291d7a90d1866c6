"""The ladder of one store x dataset: schema, counts, control totals, keys, rows, fields.

Belongs here: turning what was compared into measurements, rung by rung. Does not belong here: comparing (`compare.py`, `compare_rows.py`,
`cells.py`, `erp_shape.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.reconciled.compare_rows import RowDifferences
from migration_pipeline.reconciled.measurements import SAMPLES, ZERO, Measured, tolerance_of

_PERSONAL_KEYS = ("member", "member_card", "member_balance")
"""ERP tables whose keys say who somebody is."""
_MASK = "•••"


def whole_rungs(totals: pd.DataFrame, breaks: pd.DataFrame, tolerance: Mapping[str, Decimal]) -> Iterator[Measured]:
    """Counts and control totals of whole tables.

    Args:
        totals: as `compare.measure` gives them.
        breaks: as `compare.breaks` gives them: table, metric, reason, rows, amount; the largest become the sample.
        tolerance: metric -> what the project accepts; a ledger that is not the source is a break all the same.
    """
    for found in totals.itertuples(index=False):
        metric = f"{found.table}.{found.metric}"
        own = breaks[(breaks["table"] == found.table) & (breaks["metric"] == found.metric)]
        measured = Measured(
            rung="counts" if found.metric == "rows" else "control_totals",
            metric=metric,
            source=_exact(found.source),
            target=_exact(found.target),
            explained=_exact(found.explained),
            tolerance=tolerance_of(metric, tolerance),
            sample=reasons_sample(own.itertuples(index=False)),
        )
        ledger_differs = found.status == "break" and not found.unexplained
        yield replace(measured, broken=ledger_differs or "ledger_differs" in set(own["reason"]))


def _exact(figure: Any) -> Decimal:
    return Decimal(figure)


def reasons_sample(reasons: Iterator[Any]) -> list[dict[str, object]]:
    """The reasons with the largest amounts: reason, rows, amount (text)."""
    ranked = sorted(reasons, key=lambda one: -abs(one.amount))
    return [{"reason": one.reason, "rows": int(one.rows), "amount": f"{one.amount.normalize():f}"} for one in ranked[:SAMPLES]]


def row_rungs(rows: Mapping[str, RowDifferences], sent: Mapping[str, int]) -> Iterator[Measured]:
    """Keys, rows and fields of every ERP table.

    Args:
        rows: ERP table -> how what was mapped differs from what the ERP holds.
        sent: ERP table -> how many rows were mapped.
    """
    for name, found in rows.items():
        there = Decimal(sent[name] - found.missing)
        yield Measured("keys", f"{name}.missing", Decimal(sent[name]), there, sample=_sample(name, found, "missing"))
        yield Measured("keys", f"{name}.extra", ZERO, Decimal(found.extra), sample=_sample(name, found, "extra"))
    for name, found in rows.items():
        both = sent[name] - found.missing
        sample = _sample(name, found, "different")
        yield Measured("rows", f"{name}.differ", Decimal(both), Decimal(both - found.different), sample=sample)
    for name, found in rows.items():
        both, names = sent[name] - found.missing, erp_table(name).value_names
        wrong = len(found.columns)
        yield Measured("fields", f"{name}.fields", Decimal(len(names)), Decimal(len(names) - wrong), sample=sorted(found.columns))
        sample = _sample(name, found, "different")
        for column, differing in sorted(found.columns.items()):
            alike = Decimal(both - differing)
            yield Measured("fields", f"{name}.fields", Decimal(both), alike, by_dimension="column", grp=column, sample=sample)


def _sample(table: str, found: RowDifferences, kind: str) -> list[str]:
    keys: Sequence[str] = found.samples.get(kind, ())
    return [_masked(key) if table in _PERSONAL_KEYS else key for key in keys[:SAMPLES]]


def _masked(key: str) -> str:
    """The last two signs of each part of a person's key, where it has more than four."""
    return "|".join(_MASK + (part[-2:] if len(part) > 4 else "") for part in key.split("|"))
