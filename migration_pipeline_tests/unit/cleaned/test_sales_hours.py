"""Clocks in another zone show in a store's hours; honest hours of day shops, night shops and round-the-clock shops do not."""

from random import Random

import pandas as pd
import pytest

from migration_pipeline.cleaned.sales_hours import past_midnight, shifted


def tickets(hours: list[int], *, terminal: str = "01", file: str = "a.csv") -> pd.DataFrame:
    """Tickets at these hours, with minutes."""
    random = Random(len(hours))  # noqa: S311 - the same every time
    moments = [pd.Timestamp("2026-01-05") + pd.Timedelta(hours=hour, minutes=random.randrange(1, 60)) for hour in hours]
    frame = pd.DataFrame({"sold_at": pd.Series(moments, dtype="datetime64[us]")})
    rows = pd.Series([f"{file}:{n + 2}" for n in range(len(hours))], dtype="str")
    return frame.assign(terminal=pd.Series(terminal, index=frame.index, dtype="str"), _row_id=rows)


def shop(first: int, last: int, count: int = 400, by: int = 0) -> list[int]:
    """Hours of a shop that is open from `first` until `last`, on a clock that is `by` hours off."""
    random = Random(3)  # noqa: S311 - the same every time
    return [(random.randrange(first, last) + by) % 24 for _ in range(count)]


def both(*parts: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("hours", [shop(8, 22), shop(6, 24), shop(10, 26), shop(0, 24), shop(5, 21), shop(8, 22, 99, by=-8)])
def test_usual_hours_are_no_suspicion(hours: list[int]) -> None:
    assert not shifted(tickets([hour % 24 for hour in hours])).rows.any()


def test_a_store_that_seems_to_sleep_by_day_is_suspected_as_a_whole() -> None:
    found = shifted(tickets(shop(8, 22, by=-8)))
    assert found.rows.all()
    assert found.note == "all: perhaps +8 h"


def test_a_night_shop_that_has_declared_its_cut_off_is_believed() -> None:
    bar = tickets(shop(20, 30, by=0))
    assert shifted(bar).rows.all()
    assert not shifted(bar, open_at_night=True).rows.any()


def test_one_terminal_or_file_in_another_zone_is_found_among_the_others() -> None:
    wrong = tickets(shop(8, 22, 200, by=-8), terminal="02", file="b.csv")
    found = shifted(both(tickets(shop(8, 22)), wrong))
    assert found.rows.tolist() == [False] * 400 + [True] * 200
    assert found.note == "terminal 02: perhaps +8 h; file b.csv: perhaps +8 h"


def test_a_terminal_with_shorter_hours_is_not_another_zone() -> None:
    assert not shifted(both(tickets(shop(8, 22)), tickets(shop(17, 22, 200), terminal="02"))).rows.any()


def test_dates_without_a_time_of_day_say_nothing() -> None:
    frame = tickets(shop(8, 22))
    assert not shifted(frame.assign(sold_at=frame["sold_at"].dt.normalize())).rows.any()


def test_sales_after_midnight_are_found_and_a_cut_off_is_proposed() -> None:
    frame = tickets([hour % 24 for hour in shop(10, 26)])
    nothing = pd.Series(False, index=frame.index)
    found = past_midnight(frame, nothing)
    assert set(frame.loc[found.rows, "sold_at"].dt.hour) == {0, 1}
    assert found.note.startswith('business_day: {cut_off: "06:00"}')
    assert not past_midnight(frame, ~nothing).rows.any()


@pytest.mark.parametrize("hours", [shop(8, 22), shop(5, 21), shop(4, 20)])
def test_an_early_shop_does_not_sell_after_midnight(hours: list[int]) -> None:
    frame = tickets(hours)
    assert not past_midnight(frame, pd.Series(False, index=frame.index)).rows.any()


def test_midnight_itself_may_be_a_date_without_a_time() -> None:
    frame = tickets([0] * 3).assign(sold_at=pd.Series([pd.Timestamp("2026-01-05")] * 3, dtype="datetime64[us]"))
    assert not past_midnight(frame, pd.Series(False, index=frame.index)).rows.any()
