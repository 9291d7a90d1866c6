"""Only what was not reachable is tried again, a few times, further apart, and one step does not wait for every store anew."""

from collections.abc import Callable

import pytest

from migration_pipeline.orchestration.retries import WAITS, Retries
from migration_pipeline.runtime.errors import BadInputError, DataError, InfrastructureError, NotNowError, Store2erpError


def failing(times: int, error: Store2erpError) -> tuple[Callable[[], str], list[int]]:
    """Work that fails so often and then succeeds, and the list its calls leave a mark in."""
    calls: list[int] = []

    def work() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return "made"

    return work, calls


def test_a_database_that_comes_back_is_waited_for_with_growing_pauses_and_told() -> None:
    told: list[str] = []
    waits: list[int] = []
    work, calls = failing(3, InfrastructureError("gone", where="erp"))
    assert Retries(told.append, waits.append).of("S1", work) == "made"
    assert len(calls) == 4
    assert all(1000 * base <= wait <= 1250 * base for base, wait in zip(WAITS, waits, strict=True))
    assert [text.split(":")[0] for text in told] == ["S1"] * 3
    assert "attempt 2 of 4" in told[1]
    assert "gone" in told[1]


def test_what_stays_away_fails_after_the_last_attempt() -> None:
    work, calls = failing(9, InfrastructureError("gone"))
    with pytest.raises(InfrastructureError):
        Retries(lambda _: None, lambda _: None).of("S1", work)
    assert len(calls) == 4


@pytest.mark.parametrize("error", [NotNowError("closed"), BadInputError("wrong"), DataError("breaks")])
def test_a_closed_window_and_wrong_input_fail_at_once(error: Store2erpError) -> None:
    waits: list[int] = []
    work, calls = failing(1, error)
    with pytest.raises(type(error)):
        Retries(lambda _: None, waits.append).of("S1", work)
    assert (len(calls), waits) == (1, [])


def test_a_step_over_many_stores_waits_a_minute_at_most() -> None:
    waits: list[int] = []
    retries = Retries(lambda _: None, waits.append)
    for store in range(20):
        with pytest.raises(InfrastructureError):
            retries.of(str(store), failing(9, InfrastructureError("gone"))[0])
    assert sum(waits) == retries.waited <= 60_000
