"""Stock: value is quantity times cost, to the cent; negative stock is loaded and counted."""

from decimal import Decimal

from migration_pipeline.contracts.correction_amounts import correction_amounts
from migration_pipeline.contracts.policy_effects import policy_effects
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, reasons


def test_value_is_rounded_half_away_from_zero() -> None:
    output = cleaned("inventory", {"stock": {"product_code": ["1", "2"], "quantity": ["0.125", "-0.125"], "unit_cost": ["0.04", "0.04"]}})
    assert output.tables["stock"]["value"].tolist() == [Decimal("0.01"), Decimal("-0.01")]
    assert output.tables["stock"]["_money"].tolist() == [Decimal("0.01"), Decimal("-0.01")]


def test_negative_stock_goes_on_and_is_counted() -> None:
    output = cleaned("inventory", {"stock": {"product_code": ["1", "2"], "quantity": ["-3", "x"]}})
    assert output.tables["stock"]["quantity"].tolist() == [Decimal(-3)]
    assert hits(output, "negative_stock") == 1
    assert reasons(output, "stock") == {"stock:2": "bad_number"}


def test_equal_items_are_not_folded_here() -> None:
    output = cleaned("inventory", {"stock": {"product_code": ["1", "1"], "quantity": ["1", "2"]}})
    assert len(output.tables["stock"]) == 2


def test_absurd_figures_are_rejected_and_do_not_stop_the_store() -> None:
    """A barcode typed as a quantity, a value that no money column holds."""
    columns = {
        "product_code": ["1", "2", "3", "4"],
        "quantity": ["99999999999", "1", "999999999", "-1000000000"],
        "unit_cost": ["99999999999.99999", "2", "99999999999", "0"],
    }
    output = cleaned("inventory", {"stock": columns})
    assert reasons(output, "stock") == {
        "stock:1": "implausible_quantity",
        "stock:3": "bad_number",
        "stock:4": "implausible_quantity",
    }


def test_the_money_of_flagged_rows_is_told_exactly() -> None:
    """What a person must know to choose a policy; of rows that end it is what the ledger has."""
    columns = {"product_code": ["1", "2", "3"], "quantity": ["-3", "-2", "5"], "unit_cost": ["1.10", "0.25", "9"]}
    (flagged,) = policy_effects(cleaned("inventory", {"stock": columns}).facts)
    assert flagged.amounts == {"money": Decimal("-3.80"), "quantity": Decimal("-5.000")}
    rejected = cleaned("inventory", {"stock": columns}, policies={"negative_stock": "reject"})
    assert policy_effects(rejected.facts)[0].amounts == flagged.amounts
    assert rejected.outcomes["money"].tolist() == [Decimal("-3.30"), Decimal("-0.50")]
    assert set(rejected.outcomes["reason"]) == {"negative_stock_rejected"}


def test_negative_stock_may_be_set_to_0_and_the_books_are_told() -> None:
    """The row goes on with nothing in it; source minus ledger is what the policy says it changed, and not a cent more."""
    columns = {"product_code": ["1", "2", "3"], "quantity": ["-3", "-2", "5"], "unit_cost": ["1.10", "0.25", "9"]}
    output = cleaned("inventory", {"stock": columns}, policies={"negative_stock": "zero"})
    stock = output.tables["stock"]
    assert stock["quantity"].tolist() == [0, 0, 5]
    assert stock["value"].tolist() == stock["_money"].tolist() == [0, 0, 45]
    assert {a.metric: a.amount for a in correction_amounts(output.facts)} == {"money": Decimal("-3.80"), "quantity": Decimal(-5)}
    assert output.changes[["row_id", "column", "old", "new", "reason"]].values.tolist() == [
        ["stock:1", "quantity", "-3", "0.000", "negative_stock_zeroed"], ["stock:2", "quantity", "-2", "0.000", "negative_stock_zeroed"],
    ]  # fmt: skip


def test_a_barcode_typed_as_quantity_is_called_one() -> None:
    """Whether its check digit is right or not; a damaged number stays one."""
    quantities = ["6901028075831", " 6901028075830.000", "012345678905", "10614141000415", "1.2.3", "123456789012345"]
    output = cleaned("inventory", {"stock": {"product_code": [*"123456"], "quantity": quantities, "unit_cost": ["1"] * 6}})
    assert [*reasons(output, "stock").values()] == ["barcode_as_quantity"] * 4 + ["bad_number"] * 2
