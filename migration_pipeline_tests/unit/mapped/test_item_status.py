"""Sales and stock of inactive items are counted, and what merely looks like it is not."""

import pytest

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

STATUS = {"item_status": {"1": "active", "0": "inactive"}}


def items(status: str, updated_at: str | None) -> FakeCrosswalk:
    """A crosswalk that knows P1 as given and P2 as active."""
    crosswalk = FakeCrosswalk()
    columns = {"product_code": ["P1", "P2"], "name": ["a", "b"], "unit": ["PCS", "PCS"]}
    products = cleaned("products", {"products": {**columns, "status": [status, "1"], "updated_at": [updated_at, updated_at]}})
    mapped("products", products, crosswalk, **STATUS)
    return crosswalk


def sold(crosswalk: FakeCrosswalk, sold_at: str, quantity: str = "1") -> int:
    """How many lines of P1 and P2, sold together, are found."""
    amount = quantity
    tickets = {"ticket_no": ["T1"], "sold_at": [sold_at], "kind": ["return" if quantity.startswith("-") else "sale"]}
    lines = {"ticket_no": ["T1", "T1"], "product_code": ["P1", "P2"], "quantity": [quantity] * 2, "amount": [amount] * 2}
    output = mapped("sales", cleaned("sales", {"tickets": tickets, "lines": lines}), crosswalk)
    assert len(output.tables["ticket_line"]) == 2
    return int(output.findings.loc[output.findings["reason"] == "sold_after_deletion", "hits"].sum())


@pytest.mark.parametrize(("sold_at", "found"), [("2026-03-01 00:00:00", 1), ("2026-02-28 23:59:59", 0), ("2025-01-01 10:00:00", 0)])
def test_only_what_was_sold_after_the_day_of_the_deletion_is_found(sold_at: str, found: int) -> None:
    """The sale of an item that was still on sale is history, not a defect; the day itself is in doubt."""
    assert sold(items("0", "2026-02-28 12:00:00"), sold_at) == found


def test_active_items_returns_and_unknown_days_are_not_found() -> None:
    assert sold(items("1", "2026-02-28"), "2026-03-05 10:00:00") == 0
    assert sold(items("0", "2026-02-28"), "2026-03-05 10:00:00", quantity="-1") == 0
    assert sold(items("0", None), "2026-03-05 10:00:00") == 0


@pytest.mark.parametrize(("status", "quantity", "found"), [("0", "3", 1), ("0", "-3", 1), ("0", "0", 0), ("1", "3", 0)])
def test_stock_of_an_inactive_item_is_found_unless_there_is_none(status: str, quantity: str, found: int) -> None:
    stock = cleaned("inventory", {"stock": {"product_code": ["P1", "P2"], "quantity": [quantity, "5"]}})
    output = mapped("inventory", stock, items(status, None))
    assert hits(output, "item_status") == found
    assert len(output.tables["opening_stock"]) == 2
