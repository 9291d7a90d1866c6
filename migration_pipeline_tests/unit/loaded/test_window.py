"""Hours are those of the store's own clock, past midnight and over clock changes; quiet hours are far from all sales."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from migration_pipeline.loaded.window import Hours, Window, quiet_hours

SHOP = (*[0] * 9, *[40] * 12, *[0] * 3)
"""Sells from nine in the morning to nine in the evening."""


def window(*hours: str, zone: str = "Asia/Shanghai") -> Window:
    return Window(tuple(map(Hours.of, hours)), zone)


def there(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """A moment by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [
        ("21:59", False),
        ("22:00", True),
        ("23:59", True),
        ("00:00", True),
        ("05:59", True),
        ("06:00", False),
        ("12:30", True),
        ("13:00", False),
    ],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last_also_past_midnight(clock: str, is_open: bool) -> None:
    assert window("22:00-06:00", "12:00-13:00").is_open(there(f"2026-03-01 {clock}")) is is_open


def test_the_whole_day_is_open_always() -> None:
    assert all(window("00:00-24:00").is_open(there(f"2026-03-01 {hour:02d}:59")) for hour in range(24))


def test_it_is_the_stores_clock_that_counts() -> None:
    """23:00 in Shanghai is 15:00 in London."""
    moment = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
    assert window("22:00-06:00").is_open(moment)
    assert not window("22:00-06:00", zone="Europe/London").is_open(moment)


@pytest.mark.parametrize(
    ("now", "opens"),
    [("2026-03-01 14:00", "2026-03-01 22:00"), ("2026-03-01 06:00", "2026-03-01 12:00"), ("2026-03-01 21:59", "2026-03-01 22:00")],
)
def test_the_next_opening_is_the_nearest_one(now: str, opens: str) -> None:
    found = window("22:00-06:00", "12:00-13:00").opens(there(now))
    assert found.strftime("%Y-%m-%d %H:%M") == opens


def test_the_opening_after_the_last_of_a_day_is_tomorrows() -> None:
    assert window("01:00-02:00").opens(there("2026-12-31 23:30")).strftime("%Y-%m-%d %H:%M") == "2027-01-01 01:00"


def test_an_hour_that_the_clock_shows_twice_is_open_twice_and_one_that_it_skips_opens_after_the_change() -> None:
    """London: 2026-10-25 01:30 comes twice; 2026-03-29 01:30 never."""
    night = window("01:00-02:00", zone="Europe/London")
    assert [night.is_open(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1, 2)] == [True, True, False]
    skipped = window("01:30-04:00", zone="Europe/London").opens(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert skipped.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    autumn = night.opens(datetime(2026, 10, 24, 12, 0, tzinfo=UTC))
    assert autumn.astimezone(UTC) == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)


def test_hours_are_shown_as_they_are_written() -> None:
    assert str(window("22:00-06:00", "00:00-24:00")) == "22:00-06:00, 00:00-24:00 (Asia/Shanghai)"


@pytest.mark.parametrize(
    ("tickets", "length", "hours"),
    [
        (SHOP, 6, "00:00-06:00"),
        (SHOP, 12, "21:00-09:00"),
        (SHOP, 1, "02:00-03:00"),
        (tuple(reversed(SHOP)), 6, "18:00-00:00"),
        ((*[5] * 3, 1, 1, *[5] * 19), 2, "03:00-05:00"),
        ((1, *[5] * 22, 1), 2, "23:00-01:00"),
        ((7,) * 24, 6, "11:00-17:00"),
    ],
)
def test_quiet_hours_are_the_fewest_tickets_and_of_equals_the_middle(tickets: tuple[int, ...], length: int, hours: str) -> None:
    assert str(quiet_hours(tickets, length)) == hours


def test_quiet_hours_never_hold_more_tickets_than_any_others() -> None:
    tickets = [13, 2, 0, 0, 1, 3, 9, 20, 31, 28, 22, 25, 40, 38, 21, 18, 22, 35, 50, 47, 30, 22, 17, 15]
    for length in range(1, 24):
        begins = quiet_hours(tickets, length).begins // 60
        sums = [sum(tickets[(begin + hour) % 24] for hour in range(length)) for begin in range(24)]
        assert sums[begins] == min(sums)


@pytest.mark.parametrize(("tickets", "length"), [((1,) * 23, 6), (SHOP, 0), (SHOP, 24)])
def test_other_than_a_day_of_hours_is_refused(tickets: tuple[int, ...], length: int) -> None:
    with pytest.raises(ValueError, match="24 hours"):
        quiet_hours(tickets, length)
