"""Rows of the ERP that are not as they were loaded are named with key, columns and amount; who says so decides the reason."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.reconciled.erp_changes import ErpChanges, Sides, changes_of, late_tickets

STOCK, ITEM, TICKET = ERP_TABLES["opening_stock"], ERP_TABLES["item"], ERP_TABLES["ticket"]


def stock(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Item, quantity, value."""
    frame = pd.DataFrame(
        [("S1", "MAIN", item, Decimal(n), Decimal(1), Decimal(value)) for item, n, value in rows], columns=STOCK.column_names
    )
    exact = {c.name: decimal_dtype(c.scale) for c in STOCK.numeric_columns}
    return frame.astype({"store_code": "str", "warehouse_code": "str", "item_code": "str", **exact})


SENT = stock(("A", "1", "10.00"), ("B", "2", "20.00"), ("C", "3", "30.00"))


def rows_of(changes: ErpChanges) -> set[tuple[str, str, str]]:
    return set(changes.rows[["reason", "key", "columns"]].itertuples(index=False, name=None))


def test_every_kind_of_change_is_named_with_key_column_and_amount() -> None:
    there = stock(("A", "1", "10.01"), ("B", "2", "20.00"), ("D", "1", "4.00"))
    found = changes_of(Sides(STOCK, SENT, there, touched={"S1|MAIN|A", "S1|MAIN|D"}))
    assert rows_of(found) == {
        ("erp_row_changed", "S1|MAIN|A", "value"),
        ("erp_row_deleted", "S1|MAIN|C", ""),
        ("erp_row_added", "S1|MAIN|D", ""),
    }
    amounts = {reason: found.amounts["opening_stock", reason, "value"] for _, reason, name in found.amounts if name == "value"}
    assert amounts == {"erp_row_changed": Decimal("-0.01"), "erp_row_deleted": Decimal(30), "erp_row_added": Decimal(-4)}
    assert found.amounts["opening_stock", "erp_row_changed", "quantity"] == 0


@pytest.mark.parametrize(
    ("touched", "reason"), [(None, "erp_row_changed"), ({"S1|MAIN|A"}, "erp_row_changed"), (set(), "loaded_otherwise")]
)
def test_a_row_that_nobody_touched_since_its_load_was_loaded_wrong(touched: Collection[str] | None, reason: str) -> None:
    """The ERP's own journal says so; where it cannot tell, the row counts as changed."""
    there = stock(("A", "1", "10.01"), ("B", "2", "20.00"), ("C", "3", "30.00"))
    assert rows_of(changes_of(Sides(STOCK, SENT, there, touched=touched))) == {(reason, "S1|MAIN|A", "value")}


def test_another_change_of_the_same_size_has_another_print() -> None:
    one, other = (changes_of(Sides(STOCK, SENT, stock(*rows))) for rows in (
        (("A", "1", "10.01"), ("B", "2", "20.00"), ("C", "3", "30.00")), (("A", "1", "10.00"), ("B", "2", "20.01"), ("C", "3", "30.00")),
    ))  # fmt: skip
    assert one.amounts == other.amounts
    assert one.prints != other.prints


def items(**names: str | None) -> pd.DataFrame:
    frame = pd.DataFrame({column: pd.Series([None] * len(names), dtype="str") for column in ITEM.column_names})
    return frame.assign(item_code=pd.Series(list(names), dtype="str"), name=pd.Series(list(names.values()), dtype="str"))


def test_a_company_wide_value_that_some_store_says_is_no_change() -> None:
    def said(_table: str, keys: pd.DataFrame) -> pd.DataFrame:
        return items(A="tea of S2", B="cake").loc[lambda frame: frame["item_code"].isin(keys["item_code"])].reset_index(drop=True)

    sent, there = items(A="tea", B="cake"), items(A="tea of S2", B="pie")
    assert rows_of(changes_of(Sides(ITEM, sent, there, said=said))) == {("erp_text_changed", "B", "name")}


def tickets(**sold: str) -> pd.DataFrame:
    columns: dict[str, Any] = {"store_code": "S1", "ticket_no": list(sold), "sold_at": pd.to_datetime(list(sold.values()))}
    return pd.DataFrame({"store_code": "S1", "ticket_no": columns["ticket_no"], "sold_at": columns["sold_at"]})


def test_a_ticket_sold_after_the_last_of_the_extract_is_late_and_an_earlier_one_was_added() -> None:
    sent, there = tickets(T1="2026-01-02 10:00"), tickets(T1="2026-01-02 10:00", T2="2026-01-02 10:01", T0="2026-01-01 09:00")
    late = late_tickets(sent, there)
    assert late == {"T2"}
    assert late_tickets(sent.head(0), there) == set()
    full = {c: pd.Series(dtype="str") for c in TICKET.column_names}
    blank = [
        pd.DataFrame(full | {name: frame[name] for name in frame}).assign(total=Decimal(0), rounding=Decimal(0)) for frame in (sent, there)
    ]
    typed = [
        one.astype({"total": decimal_dtype(2), "rounding": decimal_dtype(2), "ticket_no": "str", "store_code": "str"}) for one in blank
    ]
    found = changes_of(Sides(TICKET, *typed, late=late))
    assert rows_of(found) == {("late_ticket", "S1|T2", ""), ("erp_row_added", "S1|T0", "")}
