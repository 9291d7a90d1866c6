"""A pack says how many it holds, or it is rejected: stock would be wrong by that factor."""

from decimal import Decimal

import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, hits, reasons

COLA, TEA, CASE = "6901028075831", "6921525200017", "16901028075838"


def with_packs(packs: Columns) -> StageOutput:
    products: Columns = {"product_code": ["1", "2"], "name": ["a", "b"], "unit": ["瓶", "袋"], "barcode": [COLA, TEA]}
    return cleaned("products", {"products": products, "packs": packs})


def test_a_good_pack_goes_on_with_its_ratio_exact() -> None:
    output = with_packs({"product_code": ["1", "2"], "unit": ["箱", "包"], "ratio": ["24", "0.5"], "barcode": [CASE, None]})
    assert output.tables["packs"]["ratio"].tolist() == [Decimal(24), Decimal("0.5")]
    assert reasons(output, "packs") == {}
    assert output.findings.loc[output.findings["table"] == "packs", "rule"].tolist() == []


@pytest.mark.parametrize("ratio", ["0", "1", "1.00", "-12", None])
def test_a_ratio_that_says_nothing_rejects_the_pack(ratio: str | None) -> None:
    output = with_packs({"product_code": ["1"], "unit": ["箱"], "ratio": [ratio]})
    assert reasons(output, "packs") == {"packs:1": "bad_pack_ratio"}


def test_a_pack_in_the_base_unit_is_rejected_whatever_word_is_used() -> None:
    output = with_packs({"product_code": ["1", "1"], "unit": ["Btl.", "箱"], "ratio": ["12", "12"]})
    assert reasons(output, "packs") == {"packs:1": "pack_base_unit"}


def test_a_barcode_of_a_single_product_is_flagged() -> None:
    """Its own product's, another's, the same written with a zero before it, or a product's code."""
    barcodes: list[str | None] = [COLA, TEA, f"0{TEA}", "2", CASE, None]
    units: list[str | None] = ["箱", "包", "盒", "套", "袋", "罐"]
    output = with_packs({"product_code": ["1"] * 6, "unit": units, "ratio": ["12"] * 6, "barcode": barcodes})
    assert hits(output, "pack_barcode_on_single") == 4
    assert len(output.tables["packs"]) == 6


def test_two_ratios_of_one_unit_are_both_rejected_and_equal_ones_are_one_pack() -> None:
    units: list[str | None] = ["箱", "箱", "包", "包"]
    output = with_packs({"product_code": ["1"] * 4, "unit": units, "ratio": ["12", "24", "6", "6.0"]})
    assert reasons(output, "packs") == {"packs:1": "pack_conflict", "packs:2": "pack_conflict", "packs:3": "duplicate_key"}


def test_packs_alone_are_a_valid_products_dataset() -> None:
    output = cleaned("products", {"packs": {"product_code": ["1"], "unit": ["箱"], "ratio": ["24"]}})
    assert list(output.tables) == ["packs"]
