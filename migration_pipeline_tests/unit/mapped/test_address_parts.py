"""One golden record has one address: never the city of one source record with the district of another."""

import pandas as pd

from migration_pipeline.mapped.address_parts import PACKED, unpacked
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

COLUMNS = ["address", "province", "city", "district", "street", "division_code"]


def member(address: str | None, updated: str) -> dict[str, list[str | None]]:
    return {"member_code": ["1"], "name": ["李四"], "phone": ["13912345678"], "address": [address], "updated_at": [updated]}


def parts_of(*rows: dict[str, list[str | None]]) -> list[str | None]:
    """The address of the golden record that one store after another contributes to."""
    crosswalk = FakeCrosswalk()
    for place, columns in enumerate(rows):
        output = mapped("members", cleaned("members", {"members": columns}), crosswalk, f"S{place}")
    (found,) = output.tables["member"][COLUMNS].astype(object).to_numpy().tolist()
    return [None if pd.isna(value) else value for value in found]


def test_the_newest_address_counts_with_its_own_parts_only() -> None:
    old, new = member("浙江省杭州市西湖区文新街道1号", "2024-01-01"), member("四川省成都市", "2025-01-01")
    assert parts_of(old, new) == ["四川省成都市", "四川省", "成都市", None, None, "510100"]
    assert parts_of(new, old) == ["四川省成都市", "四川省", "成都市", None, None, "510100"]


def test_a_newer_record_without_an_address_takes_none_away() -> None:
    old = member("浙江省杭州市西湖区文新街道1号", "2024-01-01")
    assert parts_of(old, member(None, "2025-01-01")) == [
        "浙江省杭州市西湖区文新街道1号", "浙江省", "杭州市", "西湖区", "文新街道", "330106",
    ]  # fmt: skip


def test_records_of_before_there_were_parts_keep_their_text() -> None:
    """A control database that knows an address as plain text still gives it."""
    golden = pd.DataFrame({"erp_key": ["A", "B"], "address": ["old", "older"], PACKED: ['{"address": "北京市"}', None]}, dtype="str")
    assert unpacked(golden)["address"].tolist() == ["北京市", "older"]
    assert unpacked(golden.drop(columns=PACKED))["address"].tolist() == ["old", "older"]
