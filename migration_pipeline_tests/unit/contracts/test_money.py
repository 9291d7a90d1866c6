"""Money is exact: rounding half away from zero, products and sums without a float."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.contracts.money import decimal_dtype, from_units, in_units, product, quotient, rounded, total, zeros


def numbers(*values: str | None, scale: int = 4) -> "pd.Series[Decimal]":
    return pd.Series([None if v is None else Decimal(v) for v in values], dtype=decimal_dtype(scale))


@pytest.mark.parametrize(("value", "cents"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00"), ("2.675", "2.68")])
def test_rounding_goes_half_away_from_zero(value: str, cents: str) -> None:
    assert rounded(numbers(value), 2).tolist() == [Decimal(cents)]


def test_rounding_keeps_missing_values_and_the_index() -> None:
    values = numbers("1.2345", None)
    values.index = pd.Index([7, 9])
    found = rounded(values, 2)
    assert found.index.tolist() == [7, 9]
    assert found.isna().tolist() == [False, True]
    assert found.dtype == decimal_dtype(2)


def test_products_are_exact_then_rounded_once() -> None:
    """0.125 x 0.04 is 0.005 exactly; a float would be below it. With a discount there is no rounding in between."""
    assert product(numbers("0.125", scale=3), numbers("0.04"), 2).tolist() == [Decimal("0.01")]
    assert product(numbers("3", scale=3), numbers("9.8"), 2, numbers("0.8333")).tolist() == [Decimal("24.50")]


def test_products_that_are_no_money_are_missing_and_disturb_no_other_row() -> None:
    big = numbers("999999999999.999", "2", scale=3)
    assert product(big, numbers("99999999999", "3"), 2).isna().tolist() == [True, False]
    assert product(big, numbers("1", "3"), 2).tolist() == [Decimal("1000000000000.00"), Decimal(6)]
    assert product(numbers("1", "2", scale=3), numbers("100000000000", "3"), 2).isna().tolist() == [True, False]
    assert product(numbers("1", scale=3), numbers("1"), 2, numbers("20260101")).isna().tolist() == [True]
    assert product(numbers(None, scale=3), numbers("1"), 2).isna().tolist() == [True]


def test_quotients_are_rounded_half_away_from_zero_and_never_floats() -> None:
    found = quotient(numbers("1", "2", "-2", "0.0001"), numbers("3", "3", "3", "2"), 4)
    assert found.tolist() == [Decimal("0.3333"), Decimal("0.6667"), Decimal("-0.6667"), Decimal("0.0001")]
    assert quotient(numbers("99999999999999", scale=2), numbers("0.001", scale=3), 4).isna().tolist() == [True]


def test_totals_are_exact_decimals_also_of_nothing() -> None:
    cents = pd.Series([Decimal("0.10")] * 3 + [None], dtype=decimal_dtype(2))
    assert total(cents) == Decimal("0.30")
    assert total(cents.iloc[:0]) == 0
    assert isinstance(total(cents.iloc[:0]), Decimal)


def test_zeros_are_exact_and_aligned() -> None:
    found = zeros(pd.Index([3, 4]), 3)
    assert found.to_dict() == {3: Decimal(0), 4: Decimal(0)}
    assert found.dtype == pd.ArrowDtype(pa.decimal128(18, 3))


@given(st.lists(st.one_of(st.none(), st.integers(-(10**18) + 1, 10**18 - 1)), max_size=20), st.integers(0, 3))
def test_decimals_are_whole_numbers_of_their_last_place_and_back(values: list[int | None], start: int) -> None:
    cents = pd.Series([None if v is None else Decimal(v).scaleb(-2) for v in values], dtype=decimal_dtype(2)).iloc[start:]
    units, there = in_units(cents)
    assert units[there].tolist() == [v for v in values[start:] if v is not None]
    assert there.tolist() == [v is not None for v in values[start:]]
    pd.testing.assert_series_equal(from_units(np.array(units), there, 2, cents.index), cents)
