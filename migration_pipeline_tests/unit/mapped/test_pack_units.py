"""Rows that name a pack's barcode count base units in the ERP; amounts stay, and the change of quantity is handed on to be explained."""

from decimal import Decimal

import pytest

from migration_pipeline.contracts.correction_amounts import CorrectionAmount, correction_amounts
from migration_pipeline.contracts.ledger import ledger_total
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, hits, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

COLA, CASE, SIX = "6901028075831", "16901028075838", "2000123004563"


@pytest.fixture
def crosswalk() -> FakeCrosswalk:
    """Store S1 sells cola by the bottle, the case of 24 and the pack of 6, and half kilograms of rice."""
    known = FakeCrosswalk()
    products: Columns = {"product_code": ["1", "2"], "name": ["a", "b"], "barcode": [COLA, None], "unit": ["瓶", "公斤"]}
    packs = {"product_code": ["1", "1", "2"], "unit": ["箱", "包", "袋"], "ratio": ["24", "6", "0.5"], "barcode": [CASE, SIX, "77"]}
    mapped("products", cleaned("products", {"products": products, "packs": packs}), known)
    return known


def stock(crosswalk: FakeCrosswalk, **columns: list[str]) -> StageOutput:
    return mapped("inventory", cleaned("inventory", {"stock": columns}), crosswalk)


def lines(crosswalk: FakeCrosswalk, codes: list[str], quantities: list[str], amounts: list[str], prices: list[str]) -> StageOutput:
    count = [str(n) for n in range(len(codes))]
    columns = {"ticket_no": count, "sold_at": ["2026-01-01 10:00:00"] * len(codes), "product_code": codes, "quantity": quantities}
    return mapped("sales", cleaned("sales", {"lines": {**columns, "amount": amounts, "unit_price": prices}}), crosswalk)


def test_two_cases_are_forty_eight_bottles_for_the_same_money(crosswalk: FakeCrosswalk) -> None:
    output = lines(crosswalk, [CASE, "1", SIX], ["2", "1", "-1"], ["144", "3.5", "-19"], ["72", "3.5", "19"])
    line = output.tables["ticket_line"]
    assert line["item_code"].tolist() == [f"P{COLA}"] * 3
    assert line["quantity"].tolist() == [Decimal(48), Decimal(1), Decimal(-6)]
    assert line["unit_price"].tolist() == [Decimal(3), Decimal("3.5"), Decimal("3.1667")]
    assert line["amount"].tolist() == [Decimal(144), Decimal("3.5"), Decimal(-19)]
    assert hits(output, "pack_barcode") == 2


def test_source_less_what_the_conversion_took_is_what_the_ledger_holds(crosswalk: FakeCrosswalk) -> None:
    output = lines(crosswalk, [CASE, "1"], ["2", "1"], ["144", "3.5"], ["72", "3.5"])
    assert correction_amounts(output.facts) == (CorrectionAmount("lines", "quantity", 1, Decimal(-46), "unit_conversion"),)
    assert ledger_total(output.tables[PENDING], "lines", "quantity") == Decimal(49) == Decimal(3) - Decimal(-46)
    assert ledger_total(output.tables[PENDING], "lines", "money") == Decimal("147.5")


def test_a_converted_row_that_is_rejected_keeps_the_books_whole(crosswalk: FakeCrosswalk) -> None:
    output = stock(crosswalk, product_code=[CASE, "1"], quantity=["2", "1"], warehouse=["NOWHERE", "MAIN"])
    assert reasons(output, "stock") == {"stock:1": "unknown_warehouse"}
    (found,) = correction_amounts(output.facts)
    assert ledger_total(output.outcomes, "stock", "quantity") + found.amount == Decimal(2)


def test_stock_of_packs_is_stock_of_the_item_and_its_value_stays(crosswalk: FakeCrosswalk) -> None:
    output = stock(crosswalk, product_code=[CASE, "1", "77"], quantity=["2", "3", "5"], unit_cost=["48", "2", "1"])
    rows = output.tables["opening_stock"].sort_values("item_code")
    assert rows["quantity"].tolist() == [Decimal(51), Decimal("2.5")]
    assert rows["value"].tolist() == [Decimal(102), Decimal(5)]
    assert rows["unit_cost"].tolist() == [Decimal(2), Decimal(2)]
    assert reasons(output, "stock") == {"stock:2": "folded_stock"}


def test_a_barcode_that_is_a_product_of_its_own_is_not_taken_for_a_pack(crosswalk: FakeCrosswalk) -> None:
    crosswalk.keys["products", "S1"][CASE] = "OWN"
    output = stock(crosswalk, product_code=[CASE], quantity=["2"])
    assert output.tables["opening_stock"][["item_code", "quantity"]].to_numpy().tolist() == [["OWN", Decimal(2)]]
    assert correction_amounts(output.facts) == ()


def test_a_quantity_that_would_not_be_exact_is_not_converted(crosswalk: FakeCrosswalk) -> None:
    output = stock(crosswalk, product_code=["77"], quantity=["0.001"])
    assert reasons(output, "stock") == {"stock:1": "unknown_product"}


def test_a_barcode_on_two_packs_names_neither() -> None:
    known = FakeCrosswalk()
    packs = {"product_code": ["1", "1"], "unit": ["箱", "包"], "ratio": ["24", "6"], "barcode": [CASE, CASE]}
    mapped("products", cleaned("products", {"products": {"product_code": ["1"], "name": ["a"]}, "packs": packs}), known)
    assert reasons(stock(known, product_code=[CASE], quantity=["2"]), "stock") == {"stock:1": "unknown_product"}
