"""Numbers as people and systems write them; what the control totals read must be the same, value by value."""

from decimal import Decimal

import duckdb
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migration_pipeline.cleaned.parsing import parse, trim
from migration_pipeline.contracts.fields import Field
from migration_pipeline.runtime.sql_files import sql_text
from migration_pipeline_tests.unit.cleaned.raw_tables import text

MONEY = Field("amount", "decimal", scale=4)
DISCOUNT, TAX = Field("discount_rate", "decimal", scale=4), Field("tax_rate", "decimal", scale=2)


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(sql_text("control_totals/macros.sql"))
    return connection


def read(field: Field, value: str) -> Decimal | None:
    parsed = parse(field, trim(text(value)))
    assert bool(parsed.bad[0]) == bool(pd.isna(parsed.values[0]) and trim(text(value)).notna()[0])
    return None if pd.isna(parsed.values[0]) else parsed.values[0]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("￥1,234.50元", "1234.5"), ("RMB 5", "5"), ("5 rmb", "5"), ("CNY-5", "-5"), ("USD1,000", "1000"), ("5EUR", "5"), ("€5", "5"),
        ("12.50-", "-12.5"), ("1,234-", "-1234"), ("５－", "-5"), ("5-元", "-5"), ("5元-", "-5"), ("−5", "-5"),
        ("(12.50)", "-12.5"), ("（１２．５）", "-12.5"), ("(¥12.50)", "-12.5"), ("¥(12.50)", "-12.5"), ("(12.50)元", "-12.5"),
        ("(12.50元)", "-12.5"), ("0.12345678901234567890123元", "0.1235"),
    ],
)  # fmt: skip
def test_other_plain_ways_to_write_a_number(value: str, number: str) -> None:
    assert read(MONEY, value) == Decimal(number)


@pytest.mark.parametrize(
    "value", ["-(5)", "(-5)", "(5-", "(5", "5)", "-5-", "()", "1.234,50", "1,23-", "- 5", "5 -", "5¥", "元5", "RM5", "CNYCNY5", "5%", "8折"]
)
def test_two_readings_are_none(value: str) -> None:
    assert read(MONEY, value) is None


@pytest.mark.parametrize(
    ("value", "share"),
    [
        ("10%", "0.1"), ("10 %", "0.1"), ("１０％", "0.1"), ("12.5%", "0.125"), ("100%", "1"),
        ("8折", "0.2"), ("8.5折", "0.15"), ("85折", "0.15"), ("九折", "0.1"), ("八五折", "0.15"), ("７折", "0.3"),
        ("0.8", "0.8"), ("80", "80"), ("0", "0"),
    ],
)  # fmt: skip
def test_discount_rates_are_shares_and_plain_numbers_keep_their_meaning(value: str, share: str) -> None:
    assert read(DISCOUNT, value) == Decimal(share)


@pytest.mark.parametrize("value", ["10折", "80折", "0折", "折", "%", "十折", "一%", "8折%", "1000%", "-8折"])
def test_discounts_that_can_be_read_in_two_ways_are_bad(value: str) -> None:
    assert read(DISCOUNT, value) is None


@pytest.mark.parametrize(("value", "percent"), [("13%", "13"), ("13", "13"), ("13.5 %", "13.5"), ("0.13", "0.13"), ("９％", "9")])
def test_tax_rates_are_numbers_of_percent(value: str, percent: str) -> None:
    assert read(TAX, value) == Decimal(percent)


@pytest.mark.parametrize(
    ("value", "percent"), [("999.99", "999.99"), ("1000", None), ("-1000", None), ("1300%", None), ("99999999999", None)]
)
def test_a_tax_rate_that_the_erp_could_not_hold_is_none(value: str, percent: str | None) -> None:
    """Mapping would end with an error of Arrow instead of rejecting one row."""
    assert read(TAX, value) == (None if percent is None else Decimal(percent))


def test_a_column_of_all_kinds_of_rates_keeps_its_rows_in_place() -> None:
    parsed = parse(DISCOUNT, text("10%", None, "x", "九折", "0.5"))
    assert parsed.values.astype("str").fillna("-").tolist() == ["0.1000", "-", "-", "0.1000", "0.5000"]
    assert parsed.bad.tolist() == [False, False, True, False, False]


_SIGNS = ["", "", "-", "+", "−", "－"]
_MARKS = ["", "", "¥", "￥", "$", "＄", "RMB", "cny ", "ＵＳＤ", "€ ", "(", "（", "'", "\u3000"]
_ENDS = ["", "", "-", "－", "元", " 元", "RMB", " eur", ")", "）", "元)", ")元", "\u00a0", "%"]
_DIGITS = st.from_regex(
    r"[0-9]{1,11}([.][0-9]{0,20})?|[1-9][0-9]{0,2}(,[0-9]{3}){1,3}([.][0-9]{1,3})?|[０-９]{1,4}|[.][0-9]{1,4}", fullmatch=True
)
_WRITTEN = st.builds(
    "".join,
    st.tuples(*(st.sampled_from(part) for part in (_MARKS, _SIGNS, _MARKS, _SIGNS)), _DIGITS, *(st.sampled_from(_ENDS) for _ in "ab")),
)
_ANY = st.text("0123456789.,+-−()（）¥￥$元RMBcny eE'=\"%折\u3000\u200b１２，", max_size=14)


@settings(max_examples=400, deadline=None)
@given(st.one_of(_WRITTEN, _ANY))
@example('="(12.50)"')
@example("\ufeff12-\x00")
def test_the_control_totals_read_what_cleaning_reads(database: duckdb.DuckDBPyConnection, value: str) -> None:
    """Cleaning may refuse more (12 digits, say), never the other way round, and never with another value."""
    cleaned = read(MONEY, value)
    control = database.execute("SELECT round(num(bare(?)), 4)", [value]).fetchall()[0][0]
    assert cleaned is None or control == cleaned


_RATES = st.from_regex(r"[0-9]{1,3}([.][0-9]{0,4})?|[一二三四五六七八九]{1,2}|[１-９]", fullmatch=True)
_RATE_ENDS = st.sampled_from(["%", "％", " %", "折", " 折", ""])


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.builds("".join, st.tuples(_RATES, _RATE_ENDS)), st.text("0123456789.%折八五 -", max_size=6)))
@example("'八折")
@example('="10%"')
def test_the_control_totals_read_discounts_as_cleaning_does(database: duckdb.DuckDBPyConnection, value: str) -> None:
    cleaned = read(DISCOUNT, value)
    control = database.execute("SELECT round(off(bare(?)), 4)", [value]).fetchall()[0][0]
    assert cleaned is None or control == cleaned
