"""Dates are read where there is one reading, by the value, the declared pattern or the whole column; never guessed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration_pipeline.cleaned.parsing import parse
from migration_pipeline.cleaned.parsing_dates import Patterns
from migration_pipeline.contracts.fields import Field
from migration_pipeline_tests.unit.cleaned.raw_tables import text

AT = Field("sold_at", "timestamp")


def days(*values: str | None, pattern: Patterns = None) -> list[str]:
    """What a column of texts is read as; `-` for what is not."""
    read = parse(AT, text(*values), pattern).values
    return [str(day) for day in read.dt.strftime("%Y-%m-%d").fillna("-")]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026年1月2日", "2026-01-02"),
        ("2026年01月02号", "2026-01-02"),
        ("2026年01月02日 13时05分06秒", "2026-01-02 13:05:06"),
        ("2026年1月2日13时5分", "2026-01-02 13:05"),
        ("2026年1月2日 13:05:06.5", "2026-01-02 13:05:06.5"),
        ("2026年1月2日 下午1:05", "2026-01-02 13:05"),
        ("2026年1月2日 上午9:05", "2026-01-02 09:05"),
        ("20260102", "2026-01-02"),
        ("202601021305", "2026-01-02 13:05"),
        ("20260102130506", "2026-01-02 13:05:06"),
        ("20260102 13:05:06", "2026-01-02 13:05:06"),
        ("2026.1.2", "2026-01-02"),
        ("2026.01.02 13:05", "2026-01-02 13:05"),
        ("２０２６－０１－０２", "2026-01-02"),
        ("2026-01-02T13:05:06.123Z", "2026-01-02 13:05:06.123"),
        ("2026-01-02T13:05:06.123456+08:00", "2026-01-02 13:05:06.123456"),
    ],
)
def test_moments_with_one_reading_need_no_pattern(value: str, moment: str) -> None:
    assert parse(AT, text(value)).values[0] == pd.Timestamp(moment)


@pytest.mark.parametrize(
    "value",
    [
        "2026年13月1日",
        "2026年1月2日x",
        "2026年1月2日 下午12:05",
        "2026年1月2日 下午13:05",
        "26年1月2日",
        "20260230",
        "202601",
        "45000",
        "13/04/26",
    ],
)
def test_others_stay_bad(value: str) -> None:
    assert parse(AT, text(value)).bad.tolist() == [True]


def test_one_value_that_proves_the_order_decides_for_the_column() -> None:
    assert days("03/04/2026", "13/04/2026 9:05", None, "04/04/2026") == ["2026-04-03", "2026-04-13", "-", "2026-04-04"]
    assert days("03/04/2026", "04/13/2026") == ["2026-03-04", "2026-04-13"]


def test_without_proof_day_and_month_are_never_guessed_and_the_reason_says_so() -> None:
    parsed = parse(AT, text("03/04/2026", "05/05/2026", "2026-01-02", "x"))
    assert parsed.bad.tolist() == [True, False, False, True]
    assert parsed.reasons["ambiguous_date"].tolist() == [True, False, False, False]


def test_values_that_contradict_each_other_prove_nothing_for_the_rest() -> None:
    parsed = parse(AT, text("03/04/2026", "13/04/2026", "04/13/2026"))
    assert parsed.reasons["ambiguous_date"].tolist() == [True, False, False]
    assert parsed.values[1:].tolist() == [pd.Timestamp("2026-04-13")] * 2


def test_another_sign_is_another_system_and_proves_nothing() -> None:
    assert days("03/04/2026", "13.04.2026", "13/04/2026") == ["2026-04-03", "2026-04-13", "2026-04-13"]
    assert days("03/04/2026", "13.04.2026") == ["-", "2026-04-13"]


def test_of_several_patterns_the_first_that_fits_reads() -> None:
    patterns = ("%d/%m/%Y", "%Y-%m-%d", "excel")
    assert days("03/04/2026", "2026-04-05", "45000", "April", pattern=patterns) == ["2026-04-03", "2026-04-05", "2023-03-15", "-"]


def test_a_pattern_forbids_every_other_reading() -> None:
    assert days("2026-01-02", "20260102", pattern="%d/%m/%Y") == ["-", "-"]


@pytest.mark.parametrize(
    ("serial", "moment"),
    [("45000", "2023-03-15"), ("45000.5", "2023-03-15 12:00"), ("44197.999988426", "2021-01-01 23:59:59"), ("61", "1900-03-01")],
)
def test_serial_numbers_are_read_only_where_declared(serial: str, moment: str) -> None:
    assert parse(AT, text(serial), "excel").values[0] == pd.Timestamp(moment)
    assert parse(AT, text(serial)).bad.tolist() == [True]


@pytest.mark.parametrize("serial", ["60", "1", "0", "-5", "9999999", "2026-01-02", "4.5E4", "46000" + "0" * 20])
def test_serial_numbers_of_days_that_never_were_are_bad(serial: str) -> None:
    """A spreadsheet's 60 is 29 February 1900, and below it spreadsheets disagree."""
    assert parse(AT, text(serial), "excel").bad.tolist() == [True]


def test_declared_offsets_may_differ_and_leave_the_clock_time_of_the_store() -> None:
    values = ["2026-01-02 10:00:00 +0800", "2026-01-02 10:00:00 +09:00", "2026-01-02 10:00:00Z", "2026-01-02 10:00:00"]
    parsed = parse(AT, text(*values), "%Y-%m-%d %H:%M:%S %z")
    assert parsed.values[:3].tolist() == [pd.Timestamp("2026-01-02 10:00")] * 3
    assert parsed.bad.tolist() == [False, False, False, True]


def test_an_offset_may_stand_in_the_middle() -> None:
    values = ["Fri Jan 02 10:00:00 +0800 2026", "Fri Jan 02 10:00:00 -0500 2026", "x"]
    parsed = parse(AT, text(*values), "%a %b %d %H:%M:%S %z %Y")
    assert parsed.values[:2].tolist() == [pd.Timestamp("2026-01-02 10:00")] * 2
    assert parsed.bad.tolist() == [False, False, True]


_DATES = st.datetimes(min_value=pd.Timestamp("1950-01-01").to_pydatetime(), max_value=pd.Timestamp("2050-01-01").to_pydatetime())
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H时%M分%S秒", "%Y%m%d%H%M%S", "%Y.%m.%d", "%Y-%m-%dT%H:%M:%S.%fZ")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(_DATES, st.sampled_from(_FORMS)), min_size=1, max_size=6))
def test_a_column_of_mixed_writings_gives_back_the_days_it_was_written_from(written: "list[tuple[pd.Timestamp, str]]") -> None:
    assert days(*(moment.strftime(form) for moment, form in written)) == [moment.strftime("%Y-%m-%d") for moment, _ in written]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("0123456789-/.:T Z+年月日时分秒上下午x", max_size=20), min_size=1, max_size=5),
    st.sampled_from([None, "excel", "%d/%m/%Y", "%H:%M %z"]),
)
def test_no_text_whatever_stops_the_store(values: list[str], pattern: Patterns) -> None:
    parsed = parse(AT, text(*values), pattern)
    assert str(parsed.values.dtype) == "datetime64[us]"
    assert (parsed.bad == parsed.values.isna()).all()
