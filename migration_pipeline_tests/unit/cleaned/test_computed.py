"""Computed columns: exact numbers, text as people expect it, rows that are no numbers marked and never guessed."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.cleaned.computed import BAD, FUNCTIONS, with_computed
from migration_pipeline.project import functions
from migration_pipeline.project.expressions import SIGNATURES
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.project.installed_functions import install

ROWS = pd.DataFrame(
    {
        "数量": ["2", "-1", "0.5", None, "1 2", "1,000"],
        "单价": ["3.335", "10", "￥7.01", "5", "5", "0.1"],
        "名": [" 牛奶 ", "苹果", None, "a/b/c", "A-1", ""],
    },
    dtype="str",
)


def computed(text: str, frame: pd.DataFrame = ROWS) -> list[str | None]:
    """One computed column; missing as None."""
    return [None if pd.isna(value) else value for value in with_computed(frame, {"new": text})["new"]]


def test_every_signature_has_a_function_and_every_function_a_signature() -> None:
    assert set(FUNCTIONS) == set(SIGNATURES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round(数量 * 单价, 2)", ["6.67", "-10", "3.51", None, None, "100"]),
        ("'退' if 数量 < 0 else '销'", ["销", "退", "销", "销", "销", "销"]),
        ("coalesce(名, '无')", ["牛奶", "苹果", "无", "a/b/c", "A-1", "无"]),
        ("part(名, '/', 2)", [None, None, None, "b", None, None]),
        ("extract(名, '([A-Z])-')", [None, None, None, None, "A", None]),
        ("upper(名)", ["牛奶", "苹果", None, "A/B/C", "A-1", None]),
        ("join('|', 名, 单价)", ["牛奶|3.335", "苹果|10", "￥7.01", "a/b/c|5", "A-1|5", "0.1"]),
        ("pad(left(单价, 2), 4, '0')", ["003.", "0010", "00￥7", "0005", "0005", "000."]),
        ("right(单价, 2)", ["35", "10", "01", "5", "5", ".1"]),
        ("'x' if missing(名) else 'y'", ["y", "y", "x", "y", "y", "x"]),
        ("'x' if 名 in ('苹果', 'A-1') else 'y'", ["y", "x", "y", "y", "x", "y"]),
        ("'x' if matches(名, '^[a-z]') and not missing(数量) or 单价 == 10.00 else 'y'", ["y", "x", "y", "y", "y", "y"]),
        ("replace(名, '/', '')", ["牛奶", "苹果", None, "abc", "A-1", None]),
        ("round(net(单价, 13), 2)", ["2.95", "8.85", "6.2", "4.42", "4.42", "0.09"]),
        ("abs(-数量)", ["2", "1", "0.5", None, None, "1000"]),
    ],
)
def test_what_functions_give(text: str, expected: list[str | None]) -> None:
    assert computed(text) == expected


def test_a_text_that_is_no_number_marks_its_row_and_a_missing_one_does_not() -> None:
    marked = with_computed(ROWS, {"new": "数量 * 单价", "other": "round(new, 1)"})
    assert marked[BAD].dropna().to_dict() == {4: "new"}


def test_a_division_by_nothing_is_bad() -> None:
    frame = pd.DataFrame({"a": ["1", "2"], "b": ["0", "3"]}, dtype="str")
    done = with_computed(frame, {"new": "a / b"})
    assert (done["new"].isna().tolist(), done[BAD].tolist()[0], done["new"].tolist()[1]) == ([True, False], "new", "0.666666666666667")


@given(st.decimals(-99999, 99999, places=3), st.decimals(-99999, 99999, places=4), st.decimals(0, 99, places=2))
def test_arithmetic_is_exact(quantity: Decimal, price: Decimal, rate: Decimal) -> None:
    """Against Python's Decimal, for any quantity, price and rate."""
    frame = pd.DataFrame({"q": [str(quantity)], "p": [str(price)], "r": [str(rate)]}, dtype="str")
    found = with_computed(frame, {"amount": "round(q * p, 2)", "net": "round(net(p, r), 2)"})
    cent = Decimal("0.01")
    assert Decimal(found["amount"][0]) == (quantity * price).quantize(cent, ROUND_HALF_UP)
    exact = price * 100 / (100 + rate)
    if abs(exact * 100 % 1) != Decimal("0.5"):
        assert Decimal(found["net"][0]) == exact.quantize(cent, ROUND_HALF_UP)


def test_nothing_computed_leaves_the_table_as_it_is() -> None:
    assert with_computed(ROWS, {}) is ROWS


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package with functions of its own."""
    names = ("doubled", "fee", "late", "short", "floating", "listed", "failing")
    install(tmp_path, monkeypatch, "shop_computed", *(f"{name}={name}" for name in names))
    yield
    functions._entry_points.cache_clear()


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("doubled(名)", ["牛奶/牛奶", "苹果/苹果", None, "a/b/c/a/b/c", "A-1/A-1", None]),
        ("fee(数量, 1)", ["3", "0", "1.5", None, None, "1001"]),
        ("'晚' if late(missing(名)) else '早'", ["晚", "晚", "早", "晚", "晚", "早"]),
    ],
)
def test_a_function_of_a_package_gets_its_declared_kinds(text: str, expected: list[str | None]) -> None:
    assert computed(text) == expected


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("short(名)", "function short.*1 values for 6 rows"),
        ("number(floating(名))", "function floating.*type double, but declares number"),
        ("listed(名)", "function listed.*gave a list"),
        ("failing(名)", "function failing.*ended with ArrowInvalid"),
    ],
)
def test_a_function_of_a_package_that_breaks_its_word_is_named_and_no_value_told(text: str, told: str) -> None:
    with pytest.raises(BadInputError) as raised:
        computed(text)
    assert re.search(told, f"{raised.value.where} {raised.value.what}")
    assert "牛奶" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_parts_of_an_address_are_columns_and_what_it_does_not_say_is_missing() -> None:
    frame = pd.DataFrame({"地址": ["广东省深圳市南山区科技路1号", "某路5号", None]}, dtype="str")
    found = [computed(f"{part}(地址)", frame) for part in ("province", "city", "district")]
    assert found == [["广东省", None, None], ["深圳市", None, None], ["南山区", None, None]]


def test_nothing_and_tiny_numbers_are_plain_digits() -> None:
    """Arrow writes such decimals as 0E-15 and 1.0E-7, which no later step takes for a number."""
    frame = pd.DataFrame({"a": ["1", "0.0000001", "-0.0000003", "5"]}, dtype="str")
    assert computed("a - 1", frame) == ["0", "-0.9999999", "-1.0000003", "4"]
    assert computed("a * 1", frame) == ["1", "0.0000001", "-0.0000003", "5"]
