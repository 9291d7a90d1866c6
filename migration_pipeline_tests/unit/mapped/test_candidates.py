"""The records that matching compares, and what a person sees of them."""

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.mapped.candidates import PRESETS, candidates, explanation, representatives, twins
from migration_pipeline.mapped.decided import DATASETS as DECIDABLE
from migration_pipeline.mapped.matching.spec import preset


def table(dataset: str, *rows: dict[str, str]) -> pd.DataFrame:
    """A cleaned table with these values, all else missing."""
    columns = ["_row_id", *DATASETS[dataset].table(dataset).columns]
    numbered = [{"_row_id": f"f.csv:{at}", **values} for at, values in enumerate(rows, 2)]
    return pd.DataFrame(numbered, columns=columns, dtype="str")


def member(code: str, name: str, phone: str) -> dict[str, str]:
    return {"member_code": code, "name": name, "phone": phone, "birthday": "1990-01-02 00:00:00"}


def test_every_dataset_that_has_decisions_is_matched_by_a_preset() -> None:
    assert sorted(PRESETS) == sorted(DECIDABLE)
    for dataset, name in PRESETS.items():
        assert set(preset(name).columns) <= set(candidates(dataset, "A", table(dataset, {"name": "x"}))), dataset


def test_a_member_is_shown_without_being_readable() -> None:
    (found,) = candidates("members", "A", table("members", member("001", "张小明", "13912345678"))).to_dict("records")
    assert (found["id"], found["birthday"], found["phone"]) == ("A/001", "1990-01-02", "13912345678")
    assert found["_masked"] == "张••• | 1•••78 | 1•••02"
    assert found["_shown"] == "张小明 | 13912345678 | 1990-01-02"


def test_cards_of_nobody_are_not_compared_by_name_and_birthday() -> None:
    """Every store has cards opened in advance, all called 预开卡 and born on the same day: they are not one member."""
    found = candidates("members", "A", table("members", member("1", "预开卡", ""), member("2", "预开卡003", ""), member("3", "张会员", "")))
    assert found["name"].isna().tolist() == [True, True, False]
    assert found["birthday"].isna().tolist() == [True, True, False]


def test_a_placeholder_phone_and_an_invalid_barcode_say_nothing() -> None:
    assert candidates("members", "A", table("members", member("1", "a", "13800138000")))["phone"].isna().all()
    codes = [{"product_code": code, "name": "tea", "barcode": code} for code in ("6901028000017", "6901028000018")]
    assert candidates("products", "A", table("products", *codes))["gtin"].isna().tolist() == [False, True]


def test_what_mapping_merges_by_an_identifier_is_compared_once() -> None:
    people = candidates(
        "members", "A", table("members", member("1", "张小明", "13912345678"), member("2", "张 小明", "13912345678"), member("3", "", ""))
    )
    assert representatives("members", people)["id"].tolist() == ["A/1", "A/3"]
    assert twins("members", people) == [("A/2", "A/1")], "a decision about A/2 is one about A/1"


def test_the_same_barcode_in_all_its_lengths_is_one_product() -> None:
    """A UPC-A, the same as EAN-13 and the same without its leading zero are merged by mapping: not compared again."""
    rows = [{"product_code": code, "name": "tea", "barcode": code} for code in ("036000291452", "0036000291452", "36000291452")]
    found = candidates("products", "A", table("products", *rows))
    assert found["gtin"].tolist() == ["0036000291452"] * 3
    assert len(representatives("products", found)) == 1


def test_the_explanation_names_what_agrees_and_what_differs_and_no_value() -> None:
    pair = {"name": "similar", "birthday": "same", "phone": "differs", "email": "missing", "address": "missing"}
    assert explanation(pair, preset("persons")) == (
        "same 相同: birthday; similar 相近: name (similar); differs 不同: phone; unknown 缺: email, address"
    )
