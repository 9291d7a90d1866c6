"""Whole columns of text at once give what pandas gives cell by cell."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.texts import (
    among,
    as_mask,
    as_text,
    each_word,
    has_other,
    joined_texts,
    looked_up,
    numbered,
    repeated,
    runs_among,
    sums_of,
    with_cells,
)

CELLS = st.lists(st.sampled_from([None, "", "a", "王", "a1", "\x00", "𠮷"]), max_size=12)


def column(values: list[str | None], start: int = 0) -> "pd.Series[str]":
    """A column of text whose labels do not begin at 0."""
    return pd.Series(values, index=range(start, start + len(values)), dtype="str")


@given(CELLS, CELLS)
def test_membership_is_that_of_isin_but_missing_is_never_among(values: list[str | None], known: list[str | None]) -> None:
    found = among(column(values, 5), column(known))
    pd.testing.assert_series_equal(found, column(values, 5).isin([k for k in known if k is not None]))


@given(CELLS, st.lists(st.sampled_from(["", "a", "王", "a1", "\x00"]), unique=True))
def test_looking_up_is_that_of_map_and_missing_finds_nothing(values: list[str | None], keys: list[str]) -> None:
    cells = {key: f"cell {key}" if key else None for key in keys}
    found = looked_up(column(values, 5), column(list(keys), 2), column(list(cells.values())))
    pd.testing.assert_series_equal(found, column([None if value is None else cells.get(value) for value in values], 5))


@given(CELLS)
def test_each_different_text_is_asked_for_its_meaning_once(values: list[str | None]) -> None:
    asked: list[str] = []

    def meaning(word: str) -> str | None:
        asked.append(word)
        return word.upper() or None

    found = each_word(column(values, 5), meaning)
    assert found.isna().tolist() == [not value for value in values]
    assert found.dropna().tolist() == [value.upper() for value in values if value]
    assert sorted(asked) == sorted({value for value in values if value is not None})


def test_parts_are_joined_with_whole_numbers_and_missing_where_one_is() -> None:
    numbers = pd.Series([1, None, 3], dtype="int64[pyarrow]", index=[4, 5, 6])
    pd.testing.assert_series_equal(joined_texts([column(["T", "T", None], 4), numbers], "|"), column(["T|1", None, None], 4))


def test_one_text_fills_a_column_of_any_length() -> None:
    pd.testing.assert_series_equal(repeated("王", pd.RangeIndex(4, 6)), column(["王", "王"], 4))
    pd.testing.assert_series_equal(repeated("a", pd.RangeIndex(0)), column([]))


@given(CELLS, st.data())
def test_only_the_cells_of_the_mask_are_replaced_in_order(values: list[str | None], data: st.DataObject) -> None:
    mask = pd.Series(
        data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))), index=range(3, 3 + len(values)), dtype=bool
    )
    new = [None if n % 3 == 0 else f"new{n}" for n in range(int(mask.sum()))]
    left = iter(new)
    expected = [next(left) if hit else value for value, hit in zip(values, mask, strict=True)]
    pd.testing.assert_series_equal(with_cells(column(values, 3), mask, column(new)), column(expected, 3))


@pytest.mark.parametrize(("value", "other"), [("12.5", False), ("1a2", True), ("a", True), ("１", True), ("", False), (None, False)])
def test_a_character_that_is_none_of_these_is_found_wherever_it_stands(value: str | None, other: bool) -> None:
    assert has_other(column([value]), "0123456789.").tolist() == [other]


def test_sums_are_exact_and_stand_where_they_are_asked_for() -> None:
    numbers = pd.Series([Decimal("0.10"), Decimal("0.20"), None, Decimal("9007199254740993.01")], dtype=decimal_dtype(2))
    found = sums_of(column(["a", "a", "b", None]), numbers, column(["z", "b", None, "a", "a"], 7))
    assert found.tolist() == [0, 0, 0, Decimal("0.30"), Decimal("0.30")]
    assert (found.index.tolist(), found.dtype) == ([7, 8, 9, 10, 11], decimal_dtype(2))


def test_nothing_sums_to_nothing() -> None:
    numbers = pd.Series([], dtype=decimal_dtype(2))
    assert sums_of(column([]), numbers, column(["a"])).tolist() == [0]
    assert sums_of(column([]), numbers, column([])).dtype == decimal_dtype(2)


def test_arrow_arrays_become_columns_of_the_house() -> None:
    index = pd.RangeIndex(2, 4)
    pd.testing.assert_series_equal(as_text(pa.array(["a", None]), index), column(["a", None], 2))
    assert as_mask(pa.array([True, None]), index).tolist() == [True, False]


@given(CELLS, CELLS)
def test_looking_up_the_first_of_each_run_finds_what_looking_up_all_of_them_does(values: list[str | None], known: list[str | None]) -> None:
    pd.testing.assert_series_equal(runs_among(column(values, 3), column(known)), among(column(values, 3), column(known)))


@given(CELLS)
def test_equal_texts_get_equal_numbers_in_order_of_appearance_wherever_they_stand(values: list[str | None]) -> None:
    first = list(dict.fromkeys(values))
    assert numbered(column(values, 3)).tolist() == [first.index(value) for value in values]
    assert numbered(column(sorted({value or "" for value in values}))).tolist() == list(range(len({value or "" for value in values})))
