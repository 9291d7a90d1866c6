"""Text becomes the value it plainly is, or it is bad; nothing is guessed."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.cleaned.parsing import Parsed, parse, trim
from migration_pipeline.contracts.fields import Field
from migration_pipeline_tests.unit.cleaned.raw_tables import text

MONEY = Field("amount", "decimal", scale=4)


def one(field: Field, value: str, pattern: str | tuple[str, ...] | None = None) -> tuple[object, bool, bool]:
    """(value or None, bad, changed) of one text."""
    parsed = parse(field, text(value), pattern)
    return (None if pd.isna(parsed.values[0]) else parsed.values[0]), bool(parsed.bad[0]), bool(parsed.changed[0])


@pytest.mark.parametrize(
    "dirty",
    ["001  ", "\t001", "'001", '="001"', '  ="001" ', "\u00a0001\u00a0", "\u3000001", "\ufeff001", "001\u200b", "'\t001", "\r\n001\n"],
)
def test_trim_takes_away_what_exports_put_around_a_value(dirty: str) -> None:
    assert trim(text(dirty)).tolist() == ["001"]


@pytest.mark.parametrize("value", ["=001", 'a"b', "O'Neil", "1 2", "００１", "a'"])
def test_trim_leaves_the_inside_of_a_value_alone(value: str) -> None:
    assert trim(text(value)).tolist() == [value]


@pytest.mark.parametrize("dirty", ["\x00001\x1f", "\u202a001\u202c", "\u00ad001", "\u2009001\x7f", "'\u3000001"])
def test_trim_takes_away_what_nobody_sees(dirty: str) -> None:
    assert trim(text(dirty)).tolist() == ["001"]


@pytest.mark.parametrize("name", ["'t Hof", "'s-Gravenhage", "'n Beetje"])
def test_the_apostrophe_of_a_name_stays(name: str) -> None:
    assert trim(text(name)).tolist() == [name]


@pytest.mark.parametrize(("prefixed", "value"), [("'王芳", "王芳"), ("'A12", "A12"), ("'-5", "-5")])
def test_the_apostrophe_of_a_spreadsheet_goes(prefixed: str, value: str) -> None:
    assert trim(text(prefixed)).tolist() == [value]


@pytest.mark.parametrize("blank", ["", "   ", "\u3000", "'", '=""', "\t", None])
def test_what_is_empty_after_trimming_is_missing(blank: str | None) -> None:
    assert trim(text(blank)).isna().tolist() == [True]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,234.50", "1234.5"),
        ("-1,234,567", "-1234567"),
        ("¥12.30", "12.3"),
        ("￥12.30", "12.3"),
        ("-¥12.30", "-12.3"),
        ("12.3元", "12.3"),
        ("１２", "12"),
        ("１２．５", "12.5"),
        ("－１，２３４．５", "-1234.5"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("99999999999", "99999999999"),
        ("007", "7"),
    ],
)
def test_plain_numbers_are_read_exactly(value: str, number: str) -> None:
    assert one(MONEY, value) == (Decimal(number).quantize(Decimal("0.0001")), False, False)


@pytest.mark.parametrize(
    "value", ["1 234", "1,23", "1,2345", "1.234,50", "8.52E+11", "1e5", "12.3.4", "-(5)", "0x1", "NaN", "inf", "123456789012"]
)
def test_what_is_no_plain_number_is_bad_and_never_guessed(value: str) -> None:
    assert one(MONEY, value) == (None, True, False)


@pytest.mark.parametrize("value", ["½", "12²", "①", "٣", "元", "¥", "-", ".", "abc", "-5-", "--5", "10%", "8折", "฿5"])
def test_odd_characters_are_bad_too(value: str) -> None:
    assert one(MONEY, value) == (None, True, False)


def test_a_float_tail_is_rounded_and_counted_as_a_change() -> None:
    assert one(MONEY, "9.80000019") == (Decimal("9.8000"), False, True)
    assert one(MONEY, "9.8000") == (Decimal("9.8000"), False, False)


@pytest.mark.parametrize(("value", "cents"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049999", "0.00"), ("1.115", "1.12")])
def test_rounding_goes_half_away_from_zero(value: str, cents: str) -> None:
    assert one(Field("amount", "decimal", scale=2), value)[0] == Decimal(cents)


def test_missing_stays_missing_and_is_not_bad() -> None:
    for kind in ("decimal", "code", "text", "integer", "boolean", "date", "timestamp"):
        parsed: Parsed = parse(Field("any", kind), text(None, None))
        assert parsed.values.isna().all(), kind
        assert not parsed.bad.any(), kind


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("17850.0", "17850"),
        ("178\n50", "17850"),
        ("178\r\n50.0", "17850"),
        ("0012", "0012"),
        ("A-1", "A-1"),
        ("102066793346170331", "102066793346170331"),
    ],
)
def test_codes_lose_a_point_zero_and_line_breaks_and_nothing_else(value: str, code: str) -> None:
    assert one(Field("code", "code"), value) == (code, False, value != code)


@pytest.mark.parametrize(("value", "code"), [("６９０１０２８", "6901028"), ("Ａ－１", "A-1"), ("'ABC", "ABC")])
def test_full_width_codes_are_written_plainly_and_that_is_counted(value: str, code: str) -> None:
    parsed = parse(Field("code", "code"), text(value, "1"))
    assert parsed.values.tolist() == [code, "1"]
    assert (parsed.changed | parsed.reasons.get("rewritten", parsed.changed)).tolist() == [True, False]


@pytest.mark.parametrize("name", ["１２号店", "ＡＢＣ", "①号", "12²"])
def test_names_keep_their_width(name: str) -> None:
    assert one(Field("name", "text"), name) == (name, False, False)


@pytest.mark.parametrize("value", ["12²", "①", "㎏"])
def test_codes_are_not_folded_beyond_width(value: str) -> None:
    """NFKC would turn `12²` into 122, another code."""
    assert one(Field("code", "code"), value) == (value, False, False)


def test_codes_of_more_than_15_digits_with_a_point_zero_are_left_alone() -> None:
    """Such a number went through a float: cutting off the `.0` would make it look whole."""
    assert one(Field("code", "code"), "12345678901234567.0")[0] == "12345678901234567.0"


@pytest.mark.parametrize("value", ["8.52E+11", "6.90e12", "1E5", "8.52E\n+11"])
def test_codes_in_scientific_notation_are_damaged(value: str) -> None:
    assert one(Field("code", "code"), value)[1]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-03", "2026-01-03"),
        ("2026/1/3", "2026-01-03"),
        ("2026-01-03 23:59:59.997", "2026-01-03 23:59:59.997"),
        ("2026/1/3 9:05", "2026-01-03 09:05"),
        ("2026-01-03T10:00:00", "2026-01-03 10:00"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_iso_dates_are_read_without_a_pattern(value: str, moment: str) -> None:
    assert one(Field("at", "timestamp"), value) == (pd.Timestamp(moment), False, False)


@pytest.mark.parametrize(
    "value", ["03/04/2026", "13/01/26", "3.4.2026", "20260230", "45000.0", "2026-02-30", "2026-01", "0000-00-00", "2026-01-03x"]
)
def test_other_dates_are_bad_without_a_pattern(value: str) -> None:
    """Above all 03/04/2026: day and month are never guessed."""
    assert one(Field("at", "timestamp"), value) == (None, True, False)


def test_a_declared_pattern_alone_counts() -> None:
    parsed = parse(Field("at", "timestamp"), text("03/04/2026", "2026-04-03"), "%d/%m/%Y")
    assert parsed.values[0] == pd.Timestamp("2026-04-03")
    assert parsed.bad.tolist() == [False, True]


def test_offsets_leave_the_clock_time_of_the_store() -> None:
    """Rows with, without and with different offsets may stand in one column."""
    values = ["2026-01-03T10:00:00+08:00", "2026-01-03 10:00:00", "2026-01-03T10:00:00Z", "2026-01-03T10:00:00.5+0800"]
    parsed = parse(Field("at", "timestamp"), text(*values))
    assert parsed.values.dt.floor("s").tolist() == [pd.Timestamp("2026-01-03 10:00")] * 4


def test_a_date_column_drops_the_time_and_has_the_dtype_of_the_house() -> None:
    parsed = parse(Field("on", "date"), text("2026-01-03 23:59:59"))
    assert parsed.values[0] == pd.Timestamp("2026-01-03")
    assert str(parsed.values.dtype) == "datetime64[us]"


@pytest.mark.parametrize(
    ("value", "truth"), [("1", True), ("是", True), ("TRUE", True), ("0", False), ("否", False), ("N", False), ("0.0", False)]
)
def test_booleans_are_a_closed_list_of_words(value: str, *, truth: bool) -> None:
    assert one(Field("flag", "boolean"), value) == (truth, False, False)
    assert one(Field("flag", "boolean"), "maybe") == (None, True, False)


@pytest.mark.parametrize(("value", "number"), [("3", 3), ("3.0", 3), ("+3", 3), ("-3", -3), ("007", 7)])
def test_integers_may_carry_a_point_zero_and_a_sign(value: str, number: int) -> None:
    assert one(Field("no", "integer"), value) == (number, False, False)


@pytest.mark.parametrize("value", ["3.5", "３", "1e3", "1,000", "9999999999999999999"])
def test_other_integers_are_bad(value: str) -> None:
    assert one(Field("no", "integer"), value) == (None, True, False)
