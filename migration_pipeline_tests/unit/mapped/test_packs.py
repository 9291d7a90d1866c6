"""Packs reach the ERP per store, by item and unit, with an exact ratio."""

from collections.abc import Sequence
from decimal import Decimal

from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import mapped

COLA = "6901028075831"


def with_packs(codes: list[str], barcodes: list[str], **packs: Sequence[str | None]) -> StageOutput:
    products: Columns = {"product_code": codes, "name": ["a"] * len(codes), "barcode": barcodes, "unit": ["瓶"] * len(codes)}
    return mapped("products", cleaned("products", {"products": products, "packs": packs}))


def test_a_pack_is_a_row_of_its_store_and_item() -> None:
    output = with_packs(["1"], [COLA], product_code=["1"], unit=["箱"], ratio=["24"], barcode=["036000291452"], sell_price=["80"])
    assert output.tables["item_pack"].to_numpy().tolist() == [["S1", f"P{COLA}", "CASE", Decimal(24), "0036000291452", Decimal(80)]]
    pending = output.tables[PENDING].set_index("table")
    assert pending.loc["packs", "target_key"] == f"P{COLA}|CASE"


def test_barcodes_of_the_shop_itself_stay_as_they_are() -> None:
    output = with_packs(["1"], [COLA], product_code=["1", "1"], unit=["箱", "包"], ratio=["24", "6"], barcode=["2000123004563", None])
    assert output.tables["item_pack"]["barcode"].fillna("-").tolist() == ["2000123004563", "-"]


def test_packs_of_one_item_must_agree() -> None:
    """Two codes of the store that are one item: equal packs are one, contradicting ones are both rejected."""
    packs = {"product_code": ["1", "2", "1", "2"], "unit": ["箱", "case", "包", "包"], "ratio": ["24", "24", "6", "12"]}
    output = with_packs(["1", "2"], [COLA, COLA], **packs)
    assert output.tables["item_pack"][["unit_code", "ratio"]].to_numpy().tolist() == [["CASE", Decimal(24)]]
    assert reasons(output, "packs") == {"packs:2": "same_record", "packs:3": "pack_conflict", "packs:4": "pack_conflict"}


def test_packs_of_unknown_products_and_units_are_rejected() -> None:
    output = with_packs(["01"], [COLA], product_code=["9", "1", "01"], unit=["箱", "箱", "托盘"], ratio=["24", "24", "24"])
    assert reasons(output, "packs") == {"packs:1": "unknown_product", "packs:2": "lost_zeros", "packs:3": "unmapped_value"}
    assert len(output.tables["item_pack"]) == 0
