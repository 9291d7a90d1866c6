"""What means missing without being declared, and how a project adds to it or turns it off."""

import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.fields import Field
from migration_pipeline.project.placeholders import placeholders_for
from migration_pipeline.project.source import SourceSpec
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, reasons

MEMBERS, PRODUCTS = DATASETS["members"].table("members"), DATASETS["products"].table("products")


def means_missing(field: Field, value: str, **source: object) -> bool:
    return value in placeholders_for(field, SourceSpec.model_validate(source))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("email", "无"), ("email", "N/A"), ("points", "-"), ("phone", "0"),
        ("phone", "13800138000"), ("phone", "00000000000"), ("phone", "11111111111"),
        ("birthday", "1900-01-01"), ("birthday", "1900/1/1"), ("birthday", "1900-01-01 00:00:00"), ("birthday", "0000-00-00"),
        ("birthday", "1899-12-30 00:00:00"), ("updated_at", "1900-01-00"), ("birthday", "19000101"),
    ],
)  # fmt: skip
def test_usual_placeholders_need_no_declaration(column: str, value: str) -> None:
    assert means_missing(MEMBERS.field(column), value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "无"),
        ("points", "0"),
        ("email", "0"),
        ("phone", "88888888"),
        ("phone", "13888888888"),
        ("birthday", "1990-01-01"),
        ("member_code", "-"),
    ],
)
def test_what_may_be_a_value_is_left(column: str, value: str) -> None:
    assert not means_missing(MEMBERS.field(column), value)


def test_a_source_adds_to_the_defaults_and_an_empty_list_turns_them_off() -> None:
    phone = MEMBERS.field("phone")
    assert means_missing(phone, "999", placeholders={"phone": ["999"]})
    assert means_missing(phone, "13800138000", placeholders={"phone": ["999"]})
    assert not means_missing(phone, "13800138000", placeholders={"phone": []})


def test_a_word_that_the_source_maps_means_what_it_maps_to() -> None:
    unit = PRODUCTS.field("unit")
    assert means_missing(unit, "无")
    assert not means_missing(unit, "无", value_maps={"unit": {"无": "PCS"}})


def test_cleaning_clears_and_counts_them_and_a_sale_without_a_day_is_rejected() -> None:
    columns = {"member_code": ["1", "2"], "phone": ["0", "13912345678"], "birthday": ["1900-01-01", "1990-01-01"], "points": ["-", "5"]}
    output = cleaned("members", {"members": columns})
    member = output.tables["members"]
    assert member["phone"].isna().tolist() == [True, False]
    assert member["birthday"].isna().tolist() == [True, False]
    assert member["points"].astype("str").tolist() == ["0.00", "5.00"]
    assert hits(output, "placeholder.phone") == 1
    lines = {"ticket_no": ["1"], "product_code": ["1"], "quantity": ["1"], "amount": ["1"], "sold_at": ["1900-01-01 00:00:00"]}
    assert reasons(cleaned("sales", {"lines": lines}), "lines") == {"lines:1": "missing_required"}
