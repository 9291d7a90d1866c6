"""The average pace is kept whatever the size of batches, and nobody waits without need; no test sleeps."""

from dataclasses import dataclass, field

import pytest

from migration_pipeline.loaded.throttle import Throttle


@dataclass
class Time:
    """A clock that only moves when somebody sleeps or works."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def throttle(time: Time, rows_per_second: int | None) -> Throttle:
    return Throttle(rows_per_second, time.clock, time.sleep)


@pytest.mark.parametrize("sizes", [[100] * 20, [2000], [1, 1999], [700, 0, 1300]])
def test_the_average_is_kept_over_batches_of_any_size(sizes: list[int]) -> None:
    """2,000 rows at 100 a second: whoever comes next waits until second 20."""
    time = Time()
    pace = throttle(time, 100)
    for rows in sizes:
        pace.wait(rows)
    pace.wait(1)
    assert time.now == pytest.approx(120.0)


def test_the_first_batch_goes_at_once_and_work_counts_as_waiting() -> None:
    time = Time()
    pace = throttle(time, 100)
    assert pace.wait(500) == 0.0
    time.now += 3.0
    assert pace.wait(100) == pytest.approx(2.0)
    assert time.slept == pytest.approx([2.0])


def test_idle_time_is_not_saved_up_for_a_burst() -> None:
    time = Time()
    pace = throttle(time, 100)
    pace.wait(100)
    time.now += 1000.0
    pace.wait(100)
    assert pace.wait(100) == pytest.approx(1.0)


def test_without_a_limit_and_without_rows_nobody_waits() -> None:
    time = Time()
    assert throttle(time, None).wait(10**9) == 0.0
    pace = throttle(time, 1)
    pace.wait(10)
    assert pace.wait(0) == 0.0
    assert time.slept == []
