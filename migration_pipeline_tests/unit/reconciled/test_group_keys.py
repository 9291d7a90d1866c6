"""Days, rates and words are read from the source's text by SQL, or said to be unread; never guessed."""

import duckdb
import pytest

from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.project.sales_settings import BusinessDay
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.reconciled.group_keys import key_expressions
from migration_pipeline.reconciled.source_select import database

TICKETS, LINES = SALES.table("tickets"), SALES.table("lines")


def read(key: str, text: str | None, spec: TableSpec, day: BusinessDay | None = None, given: str | None = None) -> str | None:
    table = TICKETS if key == "day" else LINES
    expression = key_expressions(table, spec, SourceSpec(business_day=day), TICKETS)[key]
    cursor: duckdb.DuckDBPyConnection = database().cursor()
    query = f"SELECT {expression} FROM (SELECT $1::VARCHAR AS a, $2::VARCHAR AS b)"  # noqa: S608 - the expression is the thing under test
    row = cursor.execute(query, [text, given]).fetchall()[0]
    cursor.close()
    found: str | None = row[0]
    return found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-02 23:59:59.997", "2026-01-02"),
        (" 2026/1/2 9:05", "2026-01-02"),
        ("2026-01-02T23:30:00+08:00", "2026-01-02"),
        ("2026-01-02T23:30:00Z", "2026-01-02"),
        ("20260102", "2026-01-02"),
        ("20260102130506", "2026-01-02"),
        ("2026年1月2日 13时05分", "2026-01-02"),
        ("２０２６-０１-０２", "2026-01-02"),
        ("13/01/2026", "2026-01-13"),
        ("02/01/2026", "?"),
        ("2026-02-30", "?"),
        ("yesterday", "?"),
        ("  ", None),
        ("1900-01-01", None),
    ],
)
def test_a_date_is_read_where_it_reads_in_one_way_only(text: str, day: str | None) -> None:
    assert read("day", text, TableSpec(inputs=(), columns={"sold_at": "a"})) == day


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("%d/%m/%Y %H:%M", "02/01/2026 09:05"), ("excel", "46024.5"), ("%Y%m%d%z", "20260102+0800"), (("%d.%m.%Y", "%Y|%m|%d"), "2026|01|02")],
)
def test_declared_patterns_are_followed(pattern: str | tuple[str, ...], text: str) -> None:
    spec = TableSpec(inputs=(), columns={"sold_at": "a"}, dates={"sold_at": pattern})
    assert read("day", text, spec) == "2026-01-02"
    assert read("day", "2026-13-41", spec) == "?"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-01-03 03:59:59.999", "2026-01-02"), ("2026-01-03 04:00:00", "2026-01-03"), ("2026-01-02 20:30:00", "2026-01-02")],
)
def test_the_cut_off_decides_the_day_unless_the_source_gives_one(text: str, day: str) -> None:
    spec = TableSpec(inputs=(), columns={"sold_at": "a", "business_date": "b"})
    cut_off = BusinessDay(cut_off="04:00")
    assert read("day", text, spec, cut_off) == day
    assert read("day", text, spec, cut_off, "2026-01-09") == "2026-01-09"


def test_times_of_another_clock_are_moved_to_the_stores() -> None:
    utc = BusinessDay(time_zone="Asia/Shanghai", source_time_zone="UTC")
    spec = TableSpec(inputs=(), columns={"sold_at": "a"})
    assert read("day", "2026-01-02 16:00:00", spec, utc) == "2026-01-03"
    assert read("day", "2026-01-02 15:59:59", spec, utc) == "2026-01-02"


@pytest.mark.parametrize(("text", "rate"), [("13", "13.00"), ("９%", "9.00"), ("0", "0.00"), ("-1", "-"), ("x", "?"), ("", None)])
def test_a_rate_is_percent_and_what_is_none_is_said(text: str, rate: str | None) -> None:
    assert read("tax", text, TableSpec(inputs=(), columns={"tax_rate": "a"})) == rate


@pytest.mark.parametrize(("text", "code"), [(" Ａ１ ", "A1"), ("'007", "007"), ('="12"', "12"), ("12.0", "12"), ("a\nb", "ab")])
def test_codes_are_compared_as_people_do(text: str, code: str) -> None:
    assert read("product", text, TableSpec(inputs=(), columns={"product_code": "a"})) == code


def test_what_the_project_computes_is_unread() -> None:
    spec = TableSpec(inputs=(), columns={"product_code": "made"}, computed={"made": 'join("-", "a", "b")'})
    assert read("product", "x", spec) == "?"
