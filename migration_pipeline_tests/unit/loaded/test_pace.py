"""Batches grow while the target answers quickly and shrink when it does not, within bounds."""

from decimal import Decimal

import pytest

from migration_pipeline.loaded.pace import Pace


@pytest.mark.parametrize(
    ("rows", "seconds", "then"),
    [(1_000, 0.0, 4_000), (1_000, 5.0, 2_000), (1_000, 10.0, 1_000), (1_000, 40.0, 250), (1_000, 1e6, 100), (9_000, 0.1, 10_000)],
)
def test_the_next_batch_fits_the_time(rows: int, seconds: float, then: int) -> None:
    assert Pace(target_seconds=Decimal(10), least_rows=100, most_rows=10_000).next_rows(rows, seconds) == then


def test_a_bound_holds_for_every_batch() -> None:
    pace = Pace().bounded(100)
    assert (pace.first_rows, pace.next_rows(100, 0.0)) == (100, 100)
    assert Pace().bounded(None) == Pace()
