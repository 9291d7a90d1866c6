"""Missing receipt numbers are counted where numbers are a series, however it starts anew, and nowhere else."""

from random import Random

import pandas as pd

from migration_pipeline.cleaned.receipt_numbers import Gaps, gaps
from migration_pipeline.cleaned.receipt_readings import Series

NONE = pd.Series([], dtype="str")


def tickets(numbers: list[str], *, terminals: list[str] | None = None, per_day: int = 10) -> pd.DataFrame:
    """Tickets in order of time, so many a day."""
    sold = [pd.Timestamp("2026-01-01 09:00") + pd.Timedelta(days=n // per_day, minutes=n % per_day) for n in range(len(numbers))]
    moments = pd.Series(sold, dtype="datetime64[us]")
    terminal = pd.Series(terminals or [None] * len(numbers), dtype="str")
    return pd.DataFrame(
        {"ticket_no": pd.Series(numbers, dtype="str"), "sold_at": moments, "business_date": moments.dt.normalize(), "terminal": terminal}
    )


def found(frame: pd.DataFrame, others: "pd.Series[str]" = NONE) -> Gaps | None:
    return gaps(frame, others)


def test_numbers_that_count_on_have_no_gap() -> None:
    for numbers in ([f"T{n}" for n in range(1, 40)], [f"{n:08d}" for n in range(95, 140)]):
        result = found(tickets(numbers))
        assert result is not None
        assert result.missing == 0


def test_missing_numbers_are_counted_and_the_ticket_after_them_is_named() -> None:
    frame = tickets([f"T{n:04d}" for n in range(1, 60) if n not in {20, 21, 40}])
    result = found(frame)
    assert result is not None
    assert (result.missing, result.note) == (3, "2 before T0022; 1 before T0041")
    assert frame.loc[result.after, "ticket_no"].tolist() == ["T0022", "T0041"]


def test_a_number_that_only_lines_know_is_not_missing() -> None:
    frame = tickets([f"T{n:04d}" for n in range(1, 60) if n not in {20, 40}])
    result = found(frame, pd.Series(["T0020", "T0040", "T0040", None], dtype="str"))
    assert result is not None
    assert result.missing == 0


def test_tickets_of_several_files_are_one_series() -> None:
    """Put together, their columns lie in chunks."""
    first, second = (tickets([f"T{n:04d}" for n in numbers]) for numbers in (range(1, 20), range(21, 40)))
    result = found(pd.concat([first, second], ignore_index=True))
    assert result is not None
    assert result.missing == 1


def test_a_series_may_start_anew_every_day_and_terminal() -> None:
    """Terminal and day in front, as in 01260102 0007: only what is missing inside a day of a terminal counts."""
    numbers, terminals = [], []
    for day in range(1, 6):
        for number in range(1, 11):
            for terminal in ("01", "02"):
                if (day, number, terminal) != (3, 5, "02"):
                    numbers.append(f"{terminal}2601{day:02d}{number:04d}")
                    terminals.append(terminal)
    frame = tickets(numbers, terminals=terminals, per_day=20)
    result = found(frame)
    assert result is not None
    assert (result.missing, result.note) == (1, "1 before 022601030006")


def test_terminals_may_share_one_counter() -> None:
    """Each terminal's own numbers jump; the store's do not."""
    random = Random(1)  # noqa: S311 - the same every time
    terminals = [random.choice(["01", "02", "03"]) for _ in range(200)]
    numbers = [f"{terminal}26{n:05d}" for n, terminal in enumerate(terminals, 1)]
    frame = tickets(numbers, terminals=terminals)
    result = found(frame)
    assert result is not None
    assert result.missing == 0
    lost = found(frame.drop(index=[77, 78]).reset_index(drop=True))
    assert lost is not None
    assert lost.missing == 2


def test_terminals_with_counters_of_their_own_have_no_gap_between_them() -> None:
    terminals = ["01", "02"] * 50
    numbers = [str(1000 * (n % 2) + 100 + n // 2) for n in range(100)]
    result = found(tickets(numbers, terminals=terminals))
    assert result is not None
    assert result.missing == 0


def test_a_jump_farther_than_the_store_has_tickets_is_a_new_series() -> None:
    result = found(tickets([f"T{n}" for n in (*range(1, 21), *range(5000, 5020))]))
    assert result is not None
    assert result.missing == 0


def test_random_numbers_times_and_few_tickets_are_no_series() -> None:
    random = Random(2)  # noqa: S311 - the same every time
    ids = [str(random.randrange(10**17, 10**18)) for _ in range(500)]
    times = [f"202601{1 + n // 10:02d}{9 + n % 10:02d}{random.randrange(60):02d}{random.randrange(60):02d}" for n in range(100)]
    hexed = [f"{random.randrange(16**12):012x}" for _ in range(300)]
    for numbers in (ids, times, hexed, ["T1", "T2", "T3"], ["A", "B"], []):
        assert found(tickets(numbers)) is None


def dated(count: int, per_day: int) -> list[str]:
    """Terminal, day and a counter of the whole store, as in 02 260102 00017."""
    days = [pd.Timestamp("2026-01-01") + pd.Timedelta(days=n // per_day) for n in range(count)]
    return [f"{n % 3 + 1:02d}{day:%y%m%d}{n + 1:05d}" for n, day in enumerate(days)]


def test_a_digit_of_the_day_does_not_count_on() -> None:
    """Six digits of 0102 00017 step by one nearly always as well; they jump at midnight, and each jump would be a gap of thousands."""
    frame = tickets(dated(9_000, 100), per_day=100)
    result = found(frame)
    assert result is not None
    assert (result.missing, result.series) == (0, Series(5, ()))
    lost = found(frame.drop(index=[20, 21, 4_099, 4_100]).reset_index(drop=True))
    assert lost is not None
    assert (lost.missing, lost.note) == (4, "2 before 0226010100023; 2 before 0126021104102")


def test_a_small_store_whose_numbers_come_again_keeps_its_series() -> None:
    """9 of 264 tickets have another's counter: that is a repeated number, and no reason to read the day into it."""
    numbers = dated(264, 3)
    for n in range(9):
        numbers[100 + n] = numbers[100 + n][:-5] + numbers[20 + n][-5:]
    result = found(tickets(numbers, per_day=3))
    assert result is not None
    assert (result.series, result.missing) == (Series(5, ()), 9)


def test_more_than_a_store_may_have_lost_is_no_series() -> None:
    """One number in ten is not there: they are drawn from something else than tickets, and nobody is told of hundreds of gaps."""
    assert found(tickets([f"T{n:05d}" for n in range(1, 3_000) if n % 10])) is None


def test_a_daily_series_in_a_large_store_is_not_read_as_one_number() -> None:
    """From 26010109 99 to 26010200 01 it is not far compared with all tickets of a store, yet nothing is missing."""
    numbers = [f"{pd.Timestamp('2026-01-01') + pd.Timedelta(days=day):%y%m%d}{n:03d}" for day in range(60) for n in range(1, 501)]
    result = found(tickets(numbers, per_day=500))
    assert result is not None
    assert result.missing == 0
