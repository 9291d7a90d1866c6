"""What corrections and policies change in the books: source minus ledger per table and metric; from cleaning to reconciliation.

Belongs here: the figure and its way through JSON. Does not belong here: computing it (`cleaned/corrections.py`, `cleaned/policies.py`),
comparing (`reconciled/compare.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

FACT, POLICY_FACT, UNIT_FACT = "correction_amounts", "policy_amounts", "unit_amounts"
CORRECTION = "correction"
"""The reason of what a person changed."""
UNIT_CONVERSION = "unit_conversion"
"""The reason of quantities that count base units in the place of packs."""


@dataclass(frozen=True)
class CorrectionAmount:
    """Changed rows of one table in one metric (money, quantity or points): text as it came minus text as changed.

    Attributes:
        rows: changed rows whose share changed.
        reason: `CORRECTION`, or the reason code of the policy that changed them.
    """

    table: str
    metric: str
    rows: int
    amount: Decimal
    reason: str = CORRECTION


def as_fact(amounts: Iterable[CorrectionAmount]) -> list[dict[str, object]]:
    """For `StageOutput.facts[FACT]` and `[POLICY_FACT]`; the amount as text, so that it stays exact."""
    return [{"table": a.table, "metric": a.metric, "rows": a.rows, "amount": str(a.amount), "reason": a.reason} for a in amounts]


def correction_amounts(facts: Mapping[str, object]) -> tuple[CorrectionAmount, ...]:
    """The amounts in the facts of a stage's output: of corrections, of policies, of packs in base units; none if nothing was changed."""
    return tuple(amount for name in (FACT, POLICY_FACT, UNIT_FACT) for amount in _amounts(facts, name))


def _amounts(facts: Mapping[str, object], name: str) -> tuple[CorrectionAmount, ...]:
    found = facts.get(name, [])
    if not isinstance(found, list):
        raise TypeError(f"{name} is no list")
    return tuple(
        CorrectionAmount(str(a["table"]), str(a["metric"]), int(a["rows"]), Decimal(str(a["amount"])), str(a.get("reason", CORRECTION)))
        for a in found
    )
