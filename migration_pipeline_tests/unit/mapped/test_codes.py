"""The codes that records would like to have: the first pattern whose parts are there, equal in all stores where an identifier is named."""

import re
from dataclasses import replace

import pandas as pd

from migration_pipeline.mapped.codes import DatasetCodes, collisions, wanted_codes
from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline.project.codes import DEFAULT_CODES, CodeScheme
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, context, mapped


def wanted(*patterns: str, store: str = "S1", codes: tuple[str, ...] = ("1", "2"), **some: tuple[str | None, ...]) -> list[object]:
    parts = {name: pd.Series(values, dtype="str") for name, values in some.items()}
    found = wanted_codes(CodeScheme(patterns=patterns), store, {"code": pd.Series(codes, dtype="str"), **parts})
    assert [str(column.dtype) for column in found.values()] == ["str", "int64"]
    return [*zip(found["code_hint"], found["code_digits"], strict=True)]


def test_the_first_pattern_whose_parts_a_record_has_names_it() -> None:
    assert wanted(*DEFAULT_CODES["products"].patterns, gtin=("690", None)) == [("P690", 0), ("PS1-2", 0)]
    assert wanted(*DEFAULT_CODES["members"].patterns) == [("MS1-1", 0), ("MS1-2", 0)]
    assert wanted("{code}", codes=()) == []


def test_a_running_number_is_left_to_the_crosswalk() -> None:
    assert wanted("{gtin}", "X{store}-{number:04d}", gtin=("690", None)) == [("690", 0), ("XS1-", 4)]
    assert wanted("{number:06d}") == [("", 6), ("", 6)]


def test_a_source_code_is_never_read_as_a_pattern() -> None:
    assert wanted("P{code}", codes=("{number:06d}", "{store}")) == [("P{number:06d}", 0), ("P{store}", 0)]


def test_a_hash_is_of_the_identifier_where_there_is_one_else_of_store_and_code() -> None:
    here, there = (wanted("{hash:8}", store=store, gtin=("690", None)) for store in ("S1", "S2"))
    assert here[0] == there[0]
    assert here[1] != there[1]
    assert all(re.fullmatch("[A-Z2-7]{8}", str(code)) for code, _ in [*here, *there])
    assert wanted("{hash:8}", gtin=("690", None)) == here, "the same again"
    assert wanted("{hash:8}", codes=("7",)) != wanted("{hash:8}", codes=("x",), gtin=("7",)), "a code is no GTIN"


def test_codes_that_were_taken_are_counted_and_nothing_else() -> None:
    hints = ["A", "B", "C", "D", "E"]
    frame = pd.DataFrame({"code_hint": hints, "code_digits": [0, 0, 0, 0, 3]})
    keys = pd.DataFrame({"erp_key": ["A-2", "B-2", "C", "old", "E001"], "is_owner": [True, False, True, True, True]})
    assert collisions(frame, keys) == 1


def test_two_stores_that_want_one_code_are_told_apart_by_a_suffix_and_it_is_counted() -> None:
    crosswalk = FakeCrosswalk()
    ours, theirs = ({"products": {"product_code": [code], "name": ["n"]}} for code in ("1-2", "2"))
    first = mapped("products", cleaned("products", ours), crosswalk, "A")
    second = mapped("products", cleaned("products", theirs), crosswalk, "A-1")
    assert [hits(output, "code") for output in (first, second)] == [0, 1]
    assert second.tables["item"]["item_code"].tolist() == ["PA-1-2-2"]


def test_a_projects_scheme_names_products_members_and_suppliers() -> None:
    codes = {name: DatasetCodes(CodeScheme(patterns=(f"{name[0].upper()}{{number:03d}}",))) for name in DEFAULT_CODES}
    for dataset, (table, code, key) in {
        "products": ("item", "item_code", "product_code"),
        "members": ("member", "member_code", "member_code"),
        "suppliers": ("supplier", "supplier_code", "supplier_code"),
    }.items():
        given = replace(context(FakeCrosswalk()), codes=codes)
        output = map_to_erp(dataset, cleaned(dataset, {dataset: {key: ["x", "y"], "name": ["甲乙", "丙丁"]}}), given)
        assert output.tables[table][code].tolist() == [f"{dataset[0].upper()}001", f"{dataset[0].upper()}002"], dataset
