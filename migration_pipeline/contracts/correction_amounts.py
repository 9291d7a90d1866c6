"""What corrections change in the books: source minus ledger per table and metric, handed on from cleaning to reconciliation in `facts`.

Belongs here: the figure and its way through JSON. Does not belong here: computing it (`cleaned/corrections.py`), comparing
(`reconciled/compare.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

FACT = "correction_amounts"


@dataclass(frozen=True)
class CorrectionAmount:
    """One table's corrected rows in one metric (money, quantity or points): text as it came minus text as corrected.

    Attributes:
        rows: corrected rows whose share changed.
    """

    table: str
    metric: str
    rows: int
    amount: Decimal


def as_fact(amounts: Iterable[CorrectionAmount]) -> list[dict[str, object]]:
    """For `StageOutput.facts[FACT]`; the amount as text, so that it stays exact."""
    return [{"table": a.table, "metric": a.metric, "rows": a.rows, "amount": str(a.amount)} for a in amounts]


def correction_amounts(facts: Mapping[str, object]) -> tuple[CorrectionAmount, ...]:
    """The amounts in the facts of a stage's output; none if nothing was corrected."""
    found = facts.get(FACT, [])
    if not isinstance(found, list):
        raise TypeError(f"{FACT} is no list")
    return tuple(CorrectionAmount(str(a["table"]), str(a["metric"]), int(a["rows"]), Decimal(str(a["amount"]))) for a in found)
