"""The money bridge: from what the source holds to what the ERP holds, reason by reason, as a waterfall.

Belongs here: its steps and where their bars hang. Does not belong here: figures (`report_figures.py`), the chart (`report_charts.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.break_classes import BREAK_REASONS, class_of
from migration_pipeline.contracts.correction_amounts import CORRECTION
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.reconciled.report_figures import Row, grouped

_SINCE = frozenset(code for code in BREAK_REASONS if class_of(code).code not in {"unexplained", "rounding"})
"""Reasons that lie in the ERP after the load: changed, deleted or added rows."""
_HANGING = frozenset({"merged", "excluded", "rejected", "undone", "corrected", "policy", "since"})


@dataclass(frozen=True)
class Step:
    """One step of a bridge from source to ERP.

    Attributes:
        low, high: the span of its bar, in money.
        left, width: the same in thousandths of the bridge's scale.
    """

    kind: str
    reason: str
    amount: Decimal
    low: Decimal
    high: Decimal
    left: int
    width: int


def bridge(dataset: str, board: Row, reasons: pd.DataFrame, changed: Mapping[str, Decimal] | None = None) -> list[Step]:
    """From the money of the source to that of the ERP; the last step is what the reasons leave unexplained.

    Source and ERP are measured, the steps between come from the ledger, but for `changed` (reason -> before minus after, by corrections,
    by policies, in the ERP since the load). So the rest is 0.00 only if separate figures agree. Merging takes no money away, and is shown
    as such.
    """
    own = reasons[(reasons["dataset"] == dataset) & (reasons["table_name"] == DATASETS[dataset].money_table)]
    steps = [("source", "", board["money_in"])]
    if (own["outcome"] == Outcome.MERGED).any():
        steps.append(("merged", "", Decimal("0.00")))
    for outcome in (Outcome.EXCLUDED, Outcome.REJECTED, Outcome.UNDONE):
        gone = grouped(own[own["outcome"] == outcome], ["reason"], ["money"])
        steps += [(str(outcome), row["reason"], -row["money"]) for row in sorted(gone, key=lambda r: -abs(r["money"])) if row["money"]]
    steps += [(_kind(reason), reason, -amount) for reason, amount in (changed or {}).items() if amount]
    left = sum((amount for _, _, amount in steps), Decimal("0.00"))
    return _placed([*steps, ("erp", "", board["money_out"]), ("unexplained", "", left - board["money_out"])])


def changed_money(dataset: str, breaks: pd.DataFrame) -> dict[str, Decimal]:
    """What corrections, policies and people in the ERP changed in the dataset's money, over all stores, by reason: before minus after."""
    about = f"{DATASETS[dataset].money_table}.money"
    own = breaks[(breaks["dataset"] == dataset) & (breaks["metric"] == about)]
    by_policy = {code for code, reason in REASONS.items() if reason.outcome is None}
    return {
        row["reason"]: row["amount"] for row in grouped(own, ["reason"], ["amount"]) if row["reason"] in {CORRECTION, *by_policy, *_SINCE}
    }


def _kind(reason: str) -> str:
    if reason in _SINCE:
        return "since"
    return "corrected" if reason == CORRECTION else "policy"


def _placed(steps: Sequence[tuple[str, str, Decimal]]) -> list[Step]:
    """A waterfall: every change hangs where the one before it ended; source, ERP and rest start at zero."""
    spans, at = [], Decimal(0)
    for kind, _, amount in steps:
        start = at if kind in _HANGING else Decimal(0)
        at = start + amount
        spans.append((min(start, at), max(start, at)))
    low, high = min(start for start, _ in spans), max(end for _, end in spans)  # both take in zero: the source starts there
    scale = (high - low) or Decimal(1)
    return [
        Step(kind, reason, amount, start, end, int((start - low) * 1000 / scale), int((end - start) * 1000 / scale))
        for (kind, reason, amount), (start, end) in zip(steps, spans, strict=True)
    ]
