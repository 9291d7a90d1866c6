"""An unknown product is rejected with the reason that helps most; what is suspected is said, never done."""

import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped, with_products


def stock(crosswalk: FakeCrosswalk, *codes: str) -> StageOutput:
    return mapped("inventory", cleaned("inventory", {"stock": {"product_code": list(codes), "quantity": ["1"] * len(codes)}}), crosswalk)


def details(output: StageOutput) -> list[str]:
    return output.outcomes.sort_values("row_id")["detail"].tolist()


def test_a_code_that_lost_its_zeros_names_the_one_it_may_have_been() -> None:
    output = stock(with_products(**{"00123": "P1", "456": "P2"}), "123", "000456", "00123", "7")
    assert reasons(output, "stock") == {"stock:1": "lost_zeros", "stock:2": "lost_zeros", "stock:4": "unknown_product"}
    assert details(output) == ["product_code: 00123?", "product_code: 456?", "product_code"]
    assert output.tables["opening_stock"]["item_code"].tolist() == ["P1"]


def test_several_codes_it_may_have_been_are_all_named() -> None:
    assert details(stock(with_products(**{"0012": "P1", "012": "P2"}), "12")) == ["product_code: 0012 / 012?"]


def test_codes_of_head_office_are_looked_at_too_and_other_stores_are_not() -> None:
    crosswalk = FakeCrosswalk(keys={("products", "HQ"): {"00123": "P1"}, ("products", "S2"): {"00456": "P2"}})
    assert reasons(stock(crosswalk, "123", "456"), "stock") == {"stock:1": "lost_zeros", "stock:2": "unknown_product"}


@pytest.mark.parametrize("code", ["A12", "0", "000"])
def test_letters_and_zeros_alone_are_just_unknown(code: str) -> None:
    assert reasons(stock(with_products(**{"0A12": "P1", "00": "P2"}), code), "stock") == {"stock:1": "unknown_product"}


def test_codes_that_look_like_a_scales_ask_for_its_layout() -> None:
    output = stock(with_products(**{"00123": "P1"}), "2000123004563", "200012300456009871", "6901028075831")
    assert reasons(output, "stock") == {
        "stock:1": "weighed_unconfigured", "stock:2": "weighed_unconfigured", "stock:3": "unknown_product",
    }  # fmt: skip
