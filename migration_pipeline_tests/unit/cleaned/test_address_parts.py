"""Addresses of suppliers and members: split, flagged where that cannot be, never mixed between rows, the text untouched."""

from collections.abc import Sequence

import pandas as pd

from migration_pipeline.contracts.datasets import MEMBERS, SUPPLIERS
from migration_pipeline.contracts.schemas import cleaned_schema
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits

WHERE = ["province", "city", "district", "street", "division_code"]


def members(address: Sequence[str | None], **more: Sequence[str | None]) -> StageOutput:
    codes = [str(number) for number in range(len(address))]
    return cleaned("members", {"members": {"member_code": codes, "address": address, **more}})


def where(output: StageOutput, name: str = "members") -> list[list[str | None]]:
    frame = output.tables[name][WHERE]
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def test_the_address_is_split_and_kept_as_written() -> None:
    output = members(["广东深圳南山区粤海街道１号"])
    assert where(output) == [["广东省", "深圳市", "南山区", "粤海街道", "440305"]]
    assert output.tables["members"]["address"].tolist() == ["广东深圳南山区粤海街道１号"]
    cleaned_schema(MEMBERS.table("members")).validate(output.tables["members"])


def test_columns_of_the_source_stand_in_front_and_stay_as_they_are() -> None:
    output = members(["文三路1号", "中央路2号"], province=["浙江", None], city=["杭州", "南京市"], district=["西湖区", "鼓楼区"])
    assert where(output) == [["浙江", "杭州", "西湖区", None, "330106"], ["江苏省", "南京市", "鼓楼区", None, "320106"]]


def test_what_cannot_be_split_is_counted_and_goes_on() -> None:
    output = members(["鼓楼区中央路2号", "北京市海淀区", None, "老地方"])
    assert hits(output, "unsplit_address") == 2
    assert len(output.tables["members"]) == 4


def test_addresses_of_another_country_are_not_counted() -> None:
    assert hits(members(["12 Orange St., London", "Calle Mayor 5"]), "unsplit_address") == 0


def test_no_addresses_leave_all_parts_missing() -> None:
    output = members([None])
    assert where(output) == [[None] * 5]
    cleaned_schema(MEMBERS.table("members")).validate(output.tables["members"])


def test_rows_of_one_key_give_no_mixture_of_two_addresses() -> None:
    """The newest address of a code counts whole: its missing district is not taken from an older row."""
    columns = {
        "supplier_code": ["V1", "V1"],
        "name": ["A", "A"],
        "address": ["浙江省杭州市西湖区文三路1号", "四川省成都市"],
        "updated_at": ["2024-01-01", "2025-01-01"],
    }
    output = cleaned("suppliers", {"suppliers": columns})
    assert where(output, "suppliers") == [["四川省", "成都市", None, None, "510100"]]
    cleaned_schema(SUPPLIERS.table("suppliers")).validate(output.tables["suppliers"])


def test_columns_of_the_source_are_not_mixed_either() -> None:
    columns = {
        "supplier_code": ["V1", "V1", "V2", "V2"],
        "name": ["A", "A", "B", "B"],
        "city": ["杭州市", "成都市", "杭州市", None],
        "district": ["西湖区", None, "西湖区", None],
        "address": ["文三路1号", "天府大道2号", "文三路3号", None],
        "updated_at": ["2024-01-01", "2025-01-01", "2024-01-01", "2025-01-01"],
    }
    output = cleaned("suppliers", {"suppliers": columns})
    assert where(output, "suppliers") == [["四川省", "成都市", None, None, "510100"], ["浙江省", "杭州市", "西湖区", None, "330106"]]
    address = output.tables["suppliers"]["address"]
    assert address.tolist() == ["天府大道2号", "文三路3号"]
    assert not (output.tables["suppliers"].select_dtypes("str") == "").any(axis=None)


def test_a_supplier_without_a_sure_place_is_counted() -> None:
    columns = {"supplier_code": ["V1"], "name": ["A"], "address": ["人民路1号"]}
    output = cleaned("suppliers", {"suppliers": columns})
    assert hits(output, "unsplit_supplier_address") == 1
    assert pd.isna(output.tables["suppliers"]["division_code"].iloc[0])
