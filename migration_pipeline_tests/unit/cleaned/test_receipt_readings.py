"""A reading of ticket numbers counts what it cannot explain: runs, repeats, and numbers that are missing."""

import pandas as pd
import pytest

from migration_pipeline.cleaned.receipt_readings import Numbers, Reading, Series, most_missing, read_as
from migration_pipeline_tests.unit.cleaned.raw_tables import text


def read(numbers: list[str], digits: int, *scope: str, terminals: list[str | None] | None = None) -> Reading:
    """What one series makes of these numbers, all of one day."""
    terminal = text(*(terminals or [None] * len(numbers)))
    frame = pd.DataFrame({"ticket_no": text(*numbers), "terminal": terminal, "business_date": pd.Timestamp("2026-01-01")})
    return read_as(Numbers(frame), Series(digits, scope))


def test_consecutive_numbers_are_one_run_in_whatever_order() -> None:
    reading = read(["T3", "T1", "T2", "T6", "T5", "T4"], 18)
    assert (reading.runs, reading.repeats, reading.missing, reading.sound) == (1, 0, 0, True)


def test_a_gap_names_its_size_and_the_ticket_after_it() -> None:
    reading = read(["T1", "T2", "T7", "T6"], 18)
    assert (reading.runs, list(reading.sizes), list(reading.ends), list(reading.places)) == (2, [3], [6], [3])


def test_a_long_jump_is_a_new_series() -> None:
    reading = read(["T1", "T2", f"T{most_missing(4) + 4}", "T999999999999999"], 18)
    assert (reading.runs, reading.missing) == (3, 0)


def test_each_terminal_has_its_own_numbers_and_a_ticket_without_one_has_none() -> None:
    reading = read(["11", "21", "12", "22", "23"], 18, "terminal", terminals=["A", "B", "A", "B", None])
    assert (reading.numbered, reading.scopes, reading.runs) == (4, 2, 2)


def test_the_text_before_the_digits_may_start_a_series_anew() -> None:
    """A001, A002, B001: by their last three digits, B001 repeats A001; with the text before them, nothing does."""
    numbers = ["A7001", "A7002", "B7001", "B7002", "B8001"]
    assert read(numbers, 3).repeats == 3
    reading = read(numbers, 3, "prefix")
    assert (reading.repeats, reading.scopes, reading.runs) == (0, 3, 3)


def test_numbers_with_fewer_digits_or_none_are_left_out() -> None:
    assert read(["12", "123", "x", "A1234"], 3).numbered == 2
    assert read(["12", "123", "x", "A1234"], 18).numbered == 3
    assert not read(["x", "y"], 18).sound


@pytest.mark.parametrize(
    ("numbers", "sound"),
    [
        ([str(n) for n in range(10)], True),
        ([str(n) for n in range(5)], False),
        ([str(2 * n) for n in range(20)], False),
        ([*(str(n) for n in range(20)), *(f"A{n}" for n in range(4))], False),
        ([*(str(n) for n in range(20)), "A3"], True),
        ([*(str(n) for n in range(20)), "a", "b", "c"], False),
    ],
)
def test_a_sound_reading_has_steps_of_one_few_repeats_and_nearly_all_tickets(numbers: list[str], sound: bool) -> None:
    assert read(numbers, 18).sound is sound
