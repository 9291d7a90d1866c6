"""How a break moves from state to state when a run sees it, another size of it, or that it is gone.

Belongs here: the decision, from values to values. Does not belong here: keeping cases, what people do to them
(`repository/break_cases.py`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

State = Literal["explained", "open", "acknowledged", "accepted", "closed"]
Kind = Literal["", "found", "moved", "gone", "returned", "reopened"]


@dataclass(frozen=True)
class Size:
    """How large a difference is; `fingerprint` tells two of the same size apart, empty where nobody could."""

    rows: int
    amount: Decimal
    fingerprint: str = ""


@dataclass(frozen=True)
class Move:
    """What a run makes of a case: its state now, and what happened (empty: nothing)."""

    state: State
    kind: Kind


GONE = Size(0, Decimal(0))


def first_state(weight: str) -> State:
    """Of a case that nobody has seen before."""
    return "explained" if weight == "expected" else "open"


def moved(state: str, before: Size | None, now: Size | None, weight: str) -> Move:
    """What becomes of a case.

    Args:
        state: as it was; of a new case any.
        before: its size when it was seen last; None: it is new.
        now: its size in this run; None: the run did not see it.
        weight: of its class.
    """
    if now is None:
        return Move("closed", "" if state == "closed" else "gone")
    if before is None:
        return Move(first_state(weight), "found")
    if state == "closed":
        return Move(first_state(weight), "returned")
    if weight == "expected":
        return Move("explained", "moved" if now != before else "")
    if now == before:
        return Move(_known(state), "")
    return Move("open", "reopened") if state == "accepted" else Move(_known(state), "moved")


def _known(state: str) -> State:
    """What was only explained before and is not any more is open."""
    return "acknowledged" if state == "acknowledged" else "accepted" if state == "accepted" else "open"
