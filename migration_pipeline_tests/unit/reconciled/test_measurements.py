"""A status follows from the figures, exactly, and nothing that was not measured is called equal."""

from decimal import Decimal
from typing import Any

import pytest

from migration_pipeline.reconciled.measurements import COLUMNS, FIGURES, Measured, frame_of

D = Decimal


@pytest.mark.parametrize(
    ("figures", "status"),
    [
        ({}, "equal"),
        ({"source": D(5), "target": D(3), "explained": D(2)}, "explained"),
        ({"source": D("5.01"), "target": D(3), "explained": D(2)}, "break"),
        ({"source": D("5.01"), "target": D(3), "explained": D(2), "tolerance": D("0.01")}, "within_tolerance"),
        ({"source": D(3), "target": D("5.02"), "tolerance": D("2.01")}, "break"),
        ({"unmeasured": True}, "not_measurable"),
        ({"broken": True}, "break"),
    ],
)
def test_the_status_follows_from_the_figures(figures: dict[str, Any], status: str) -> None:
    assert Measured("control_totals", "lines.money", **figures).status == status


def test_a_frame_holds_figures_exactly_and_at_most_five_samples() -> None:
    wide = D("1234567890123456789012345678901234.5678")
    frame = frame_of([Measured("keys", "item.extra", target=wide, sample=["键", *"abcdefg"])])
    assert list(frame.columns) == list(COLUMNS)
    assert {str(frame[name].dtype) for name in FIGURES} == {"decimal128(38, 4)[pyarrow]"}
    assert (frame["difference"][0], frame["sample"][0]) == (-wide, '["键", "a", "b", "c", "d"]')
