"""Addresses are split as well as they were, nothing is guessed, and a column keeps its rows."""

import pandas as pd
import pytest

from migration_pipeline.contracts.addresses import CONFIDENCE, PARTS, split_addresses
from migration_pipeline_tests.benchmarks.address_accuracy import HALVES, LEVELS, accuracy, ours, truth

REACHED = {
    "looked at": {"province": 1.0, "city": 1.0, "district": 0.99, "street": 1.0, "code": 0.99},
    "held out": {"province": 0.989, "city": 0.989, "district": 0.973, "street": 0.989, "code": 0.968},
}


def split(*addresses: str | None) -> pd.DataFrame:
    return split_addresses(pd.Series(addresses, dtype="str"))


@pytest.mark.parametrize("half", HALVES)
def test_every_level_is_right_as_often_as_it_was(half: str) -> None:
    """The accuracy reached on the set made by hand is not lost, on the half for tuning and on the other."""
    rows = truth()
    rows = rows[rows["half"] == half]
    reached = accuracy(ours(rows["address"]), rows)
    assert {level: reached[level] >= REACHED[half][level] for level in LEVELS} == dict.fromkeys(LEVELS, True)


def test_the_set_is_large_and_repeats_nothing() -> None:
    """Fewer addresses, or the same one often, would make the figures worth less."""
    addresses = truth()["address"]
    assert len(addresses) >= 300
    assert addresses.is_unique


@pytest.mark.parametrize(
    ("address", "code", "confidence"),
    [
        ("广东省深圳市南山区科苑路1号", "440305", "1.00"),
        ("广东深圳南山", "440305", "0.90"),
        ("浦东新区世纪大道1号", "310115", "0.80"),
        ("中山路3号 广东省深圳市南山区", "440305", "0.80"),
        ("上海市闸北区共和新路", "310108", "0.70"),
        ("成都高新区天府大道", "510100", "0.60"),
        ("广东省", "440000", "0.60"),
        ("鼓楼区中央路", None, "0.30"),
        ("江苏鼓楼区中央路", None, "0.30"),
        ("广东省杭州市西湖区", None, "0.30"),
        ("人民路1号", None, "0.00"),
    ],
)
def test_every_confidence_means_what_it_says(address: str, code: str | None, confidence: str) -> None:
    """A code is given only where one place fits, and each step of the scale is used as documented."""
    found = split(address).iloc[0]
    assert (found["division_code"] if pd.notna(found["division_code"]) else None, str(found["address_confidence"])) == (code, confidence)
    assert confidence in CONFIDENCE


def test_a_former_division_keeps_its_name_and_says_its_year() -> None:
    found = split("北京市崇文区珠市口东大街").iloc[0]
    assert found[["district", "division_code", "division_vintage"]].tolist() == ["崇文区", "110103", "2009"]


def test_nothing_of_the_text_is_lost_after_the_parts() -> None:
    found = split("广东省深圳市南山区粤海街道科苑路８８号ａ座").iloc[0]
    assert found[["street", "rest"]].tolist() == ["粤海街道", "科苑路88号a座"]


def test_rows_labels_types_and_missing_values_stay() -> None:
    """A frame can take the columns as they are, whatever its index; repeated and missing addresses included."""
    addresses = pd.Series(["北京市海淀区", None, "北京市海淀区"], index=[7, 3, 3], dtype="str")
    found = split_addresses(addresses)
    assert found.index.tolist() == [7, 3, 3]
    assert found["division_code"].fillna("-").tolist() == ["110108", "-", "110108"]
    assert found["address_confidence"].isna().tolist() == [False, True, False]
    assert {str(found[name].dtype) for name in PARTS} == {"str"}


def test_no_addresses_are_no_rows() -> None:
    assert split().empty
    assert split(None)["province"].isna().all()
