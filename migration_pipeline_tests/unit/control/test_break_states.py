"""A break closes itself when it is gone, and one that was accepted opens again when it is another."""

from decimal import Decimal

import pytest

from migration_pipeline.control.break_states import Move, Size, moved

CENT, TWO, OTHER = Size(1, Decimal("0.01"), "a"), Size(1, Decimal("0.02"), "b"), Size(1, Decimal("0.01"), "c")


@pytest.mark.parametrize(
    ("state", "before", "now", "weight", "move"),
    [
        ("", None, CENT, "fails", Move("open", "found")),
        ("", None, CENT, "expected", Move("explained", "found")),
        ("open", CENT, CENT, "fails", Move("open", "")),
        ("open", CENT, TWO, "fails", Move("open", "moved")),
        ("acknowledged", CENT, TWO, "fails", Move("acknowledged", "moved")),
        ("accepted", CENT, CENT, "fails", Move("accepted", "")),
        ("accepted", CENT, TWO, "fails", Move("open", "reopened")),
        ("accepted", CENT, OTHER, "fails", Move("open", "reopened")),
        ("accepted", CENT, None, "fails", Move("closed", "gone")),
        ("open", CENT, None, "fails", Move("closed", "gone")),
        ("closed", CENT, None, "fails", Move("closed", "")),
        ("closed", CENT, CENT, "fails", Move("open", "returned")),
        ("closed", CENT, CENT, "expected", Move("explained", "returned")),
        ("explained", CENT, TWO, "expected", Move("explained", "moved")),
        ("explained", CENT, CENT, "fails", Move("open", "")),
    ],
)
def test_what_a_run_makes_of_a_case(state: str, before: Size | None, now: Size | None, weight: str, move: Move) -> None:
    assert moved(state, before, now, weight) == move
