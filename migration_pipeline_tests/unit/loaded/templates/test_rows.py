"""Rows put together speak for exactly the source cells whose value they hold."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.loaded.templates.model import Join, Rows
from migration_pipeline.loaded.templates.rows import holds_something, joined, prepared
from migration_pipeline_tests.unit.loaded.templates.conftest import Tables, table


def test_agreed_values_count_for_all_their_rows_and_others_for_none(small_chain: Tables) -> None:
    found = prepared(Rows("item_price", by=("item_code",), agreed=("sell_price", "cost_price")), small_chain)
    assert found.frame["item_code"].tolist() == ["P1", "P2"]
    assert found.frame["sell_price"].fillna(Decimal(-1)).tolist() == [Decimal(-1), Decimal("12.8000")]
    written = pd.Series([True, True])
    assert found.carried("sell_price", written).tolist() == [False, False, True]
    assert found.carried("cost_price", written).tolist() == [True, True, True]


def test_sums_count_for_all_their_rows_and_the_first_value_for_its_own(small_chain: Tables) -> None:
    sums = prepared(Rows("member_balance", by=("member_code",), sums=("points",), only="points"), small_chain)
    assert sums.frame["points"].tolist() == [Decimal("13.75")]
    assert sums.carried("points", pd.Series([True])).tolist() == [True, True]
    first = prepared(Rows("member_card", by=("member_code",), first=("card_no",)), small_chain)
    assert first.frame["card_no"].tolist() == ["0001"]
    assert first.carried("card_no", pd.Series([True])).tolist() == [True, False]


def test_rows_left_out_by_only_are_never_carried(small_chain: Tables) -> None:
    found = prepared(Rows("member_balance", only="stored_principal"), small_chain)
    assert found.place.tolist() == [0, -1]
    assert found.carried("stored_principal", pd.Series([True])).tolist() == [True, False]


def test_a_join_carries_only_the_rows_it_was_written_with(small_chain: Tables) -> None:
    rows = joined(prepared(Rows("item"), small_chain), (Join(Rows("supplier"), ("supplier_code",)),), small_chain, {"abbr": "LS"})
    assert rows.frame["supplier.name"].fillna("").tolist() == ["Tea house", "", ""]
    assert rows.frame["_abbr"].tolist() == ["LS"] * 3
    assert rows.carried("supplier.name", pd.Series([True, False, False]))[2].tolist() == [True]
    assert rows.carried("supplier.name", pd.Series([False, True, True]))[2].tolist() == [False]


def test_a_join_with_two_rows_for_one_key_is_an_error_and_no_doubled_row(small_chain: Tables) -> None:
    with pytest.raises(pd.errors.MergeError):
        joined(prepared(Rows("item"), small_chain), (Join(Rows("item_price"), ("item_code",)),), small_chain, {})


def test_zero_false_and_empty_hold_nothing() -> None:
    balances = table("supplier_balance", *({"supplier_code": "S", "store_code": "A", "balance": value} for value in ("0", "-0.01")))
    assert holds_something(balances["balance"]).tolist() == [False, True]
    assert holds_something(pd.Series(["", None, "x"], dtype="str")).tolist() == [False, False, True]
    assert holds_something(pd.Series([True, False], dtype="bool[pyarrow]")).tolist() == [True, False]
