"""Stock of one item in one warehouse is added up; value is exact, cost follows from it."""

from decimal import Decimal

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import mapped, with_products


def stock(*rows: tuple[str, str, str, str]) -> StageOutput:
    """Rows of product, warehouse, quantity, cost; the store knows A and B as item P1, C as P2."""
    names = ("product_code", "warehouse", "quantity", "unit_cost")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return mapped("inventory", cleaned("inventory", {"stock": columns}), with_products(A="P1", B="P1", C="P2"))


def test_rows_of_one_item_and_warehouse_are_added_with_their_average_cost() -> None:
    output = stock(("A", "MAIN", "1", "1.00"), ("B", "MAIN", "2", "2.00"), ("A", "QC", "5", "1"))
    erp = output.tables["opening_stock"].set_index(["item_code", "warehouse_code"])
    assert erp.loc[("P1", "MAIN")].tolist()[1:] == [Decimal(3), Decimal("1.6667"), Decimal(5)]
    assert erp.loc[("P1", "QC"), "unit_cost"] == Decimal(1)
    assert reasons(output, "stock") == {"stock:2": "folded_stock"}
    assert output.outcomes["money"].tolist() == [Decimal(4)]


def test_quantities_that_cancel_out_keep_a_cost_and_their_exact_value() -> None:
    erp = stock(("A", "MAIN", "1", "1.00"), ("B", "MAIN", "-1", "2.00")).tables["opening_stock"].iloc[0]
    assert (erp["quantity"], erp["unit_cost"], erp["value"]) == (Decimal(0), Decimal(1), Decimal(-1))


def test_an_average_that_no_column_holds_does_not_stop_the_store() -> None:
    output = stock(("A", "MAIN", "900000000", "900000"), ("B", "MAIN", "-899999999.999", "1"))
    erp = output.tables["opening_stock"].iloc[0]
    assert (erp["quantity"], erp["unit_cost"]) == (Decimal("0.001"), Decimal(900000))


def test_unknown_products_are_rejected_with_their_quantity_and_value() -> None:
    output = stock(("Z", "MAIN", "2", "3"), ("C", "MAIN", "1", "1"))
    assert reasons(output, "stock") == {"stock:1": "unknown_product"}
    assert output.outcomes[["money", "quantity"]].to_numpy().tolist() == [[Decimal(6), Decimal(2)]]


def test_warehouses_that_the_project_does_not_have_are_rejected() -> None:
    assert reasons(stock(("A", "XX", "1", "1")), "stock") == {"stock:1": "unknown_warehouse"}
