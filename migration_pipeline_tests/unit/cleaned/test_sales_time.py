"""The business day to the second, and times of another zone: moved, in the change log, never guessed."""

import pandas as pd
import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, reasons

CHINA = {"cut_off": "04:00", "time_zone": "Asia/Shanghai"}


def sold(moments: list[str], **more: object) -> StageOutput:
    """One ticket of 1.00 at each moment."""
    numbers = [str(n) for n in range(len(moments))]
    tickets = {"ticket_no": numbers, "sold_at": moments, "total": ["1"] * len(moments)}
    lines = {"ticket_no": numbers, "product_code": ["P"] * len(moments), "quantity": ["1"] * len(moments), "amount": ["1"] * len(moments)}
    return cleaned("sales", {"tickets": tickets, "lines": lines}, **more)  # type: ignore[arg-type]


def day(moment: str, business_day: dict[str, str] | None) -> str:
    found = sold([moment], business_day=business_day).tables["tickets"]["business_date"]
    assert found.dtype == "datetime64[us]"
    return str(found.iloc[0])[:10]


@pytest.mark.parametrize(
    ("moment", "cut_off", "expected"),
    [
        ("2026-01-02 23:59:59.997", None, "2026-01-02"),
        ("2026-01-03 00:00:00", None, "2026-01-03"),
        ("2026-01-03 00:00:00.003", None, "2026-01-03"),
        ("2026-01-02 23:59:59.997", "04:00", "2026-01-02"),
        ("2026-01-03 00:00:00", "04:00", "2026-01-02"),
        ("2026-01-03 03:59:59", "04:00", "2026-01-02"),
        ("2026-01-03 03:59:59.993", "04:00", "2026-01-02"),
        ("2026-01-03 03:59:59.997", "04:00", "2026-01-02"),
        ("2026-01-03 04:00:00", "04:00", "2026-01-03"),
        ("2026-01-03 04:00:00.003", "04:00", "2026-01-03"),
        ("2026-01-03 04:00:00.007", "04:00", "2026-01-03"),
        ("2026-01-03 04:00:01", "04:00", "2026-01-03"),
        ("2026-01-01 03:00:00", "04:00", "2025-12-31"),
    ],
)
def test_a_sale_belongs_to_the_day_its_cut_off_begins(moment: str, cut_off: str | None, expected: str) -> None:
    assert day(moment, {"cut_off": cut_off} if cut_off else None) == expected


@pytest.mark.parametrize(
    ("moment", "local", "expected"),
    [
        ("2026-01-02T15:59:59.997Z", "2026-01-02 23:59:59.997000", "2026-01-02"),
        ("2026-01-02T19:59:59Z", "2026-01-03 03:59:59", "2026-01-02"),
        ("2026-01-02T20:00:00Z", "2026-01-03 04:00:00", "2026-01-03"),
    ],
)
def test_utc_is_moved_into_the_stores_zone_before_the_cut_off(moment: str, local: str, expected: str) -> None:
    ticket = sold([moment], business_day={**CHINA, "source_time_zone": "UTC"}).tables["tickets"].iloc[0]
    assert (str(ticket["sold_at"]), str(ticket["business_date"])[:10]) == (local, expected)


def test_a_zone_abroad_keeps_its_summer_time() -> None:
    """New York: four hours behind UTC in July, five in January, and the hour that its clock showed twice is two hours in UTC."""
    zone = {"time_zone": "America/New_York", "source_time_zone": "UTC"}
    moments = ["2026-07-01 16:00:00", "2026-01-01 16:00:00", "2026-11-01 05:30:00", "2026-11-01 06:30:00", "2026-03-08 07:00:00"]
    hours = sold(moments, business_day=zone).tables["tickets"]["sold_at"].dt.strftime("%H:%M").tolist()
    assert hours == ["12:00", "11:00", "01:30", "01:30", "03:00"]


def test_an_hour_that_the_sources_clock_showed_twice_or_never_is_not_guessed() -> None:
    zone = {"time_zone": "Asia/Shanghai", "source_time_zone": "America/New_York"}
    output = sold(["2026-11-01 01:30:00", "2026-03-08 02:30:00", "2026-03-08 03:30:00"], business_day=zone)
    assert reasons(output, "tickets") == {"tickets:1": "unclear_hour", "tickets:2": "unclear_hour"}
    assert output.tables["tickets"]["sold_at"].tolist() == [pd.Timestamp("2026-03-08 15:30:00")]


def test_moved_times_are_in_the_change_log_and_others_are_not() -> None:
    output = sold(["2026-01-02 16:00:00"], business_day={**CHINA, "source_time_zone": "UTC"})
    log = output.changes[output.changes["column"] == "sold_at"]
    assert log[["row_id", "old", "new", "reason"]].to_numpy().tolist() == [
        ["tickets:1", "2026-01-02 16:00:00", "2026-01-03", "time_zone_converted"]
    ]
    for same in (CHINA, {**CHINA, "source_time_zone": "Asia/Shanghai"}):
        assert sold(["2026-01-02 16:00:00"], business_day=same).changes.empty


def test_derived_tickets_have_their_lines_converted_time_and_a_business_day() -> None:
    lines = {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["1"], "amount": ["1"], "sold_at": ["2026-01-02 19:00:00"]}
    output = cleaned("sales", {"lines": lines}, business_day={**CHINA, "source_time_zone": "UTC"})
    ticket = output.tables["tickets"].iloc[0]
    assert (str(ticket["sold_at"]), str(ticket["business_date"])[:10]) == ("2026-01-03 03:00:00", "2026-01-02")
    assert hits(output, "time_zone.sold_at") == 1


def test_a_business_day_that_the_source_gives_is_kept() -> None:
    tickets = {"ticket_no": ["1", "2"], "sold_at": ["2026-01-02 01:00:00"] * 2, "total": ["1", "1"], "business_date": ["2026-01-01", None]}
    lines = {"ticket_no": ["1", "2"], "product_code": ["P", "P"], "quantity": ["1", "1"], "amount": ["1", "1"]}
    output = cleaned("sales", {"tickets": tickets, "lines": lines})
    assert output.tables["tickets"]["business_date"].dt.day.tolist() == [1, 2]
    assert hits(output, "past_midnight") == 0
