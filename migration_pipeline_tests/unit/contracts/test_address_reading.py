"""One address at a time: what must not be taken for a division, a district or a town."""

import pytest

from migration_pipeline.contracts.address_reading import read_address


@pytest.mark.parametrize("address", ["", "-", "无", "13912345678", "北京路12号", "No. 100 Nanjing Road", "解放路中段", "河南路桥"])
def test_what_is_no_address_has_no_parts(address: str) -> None:
    parts = read_address(address)
    assert (parts.province, parts.city, parts.district, parts.division_code, parts.confidence) == ("", "", "", "", "0.00")


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("上海市黄浦区南京东路街道贵州路", "南京东路街道"), ("浙江省桐乡市乌镇镇子夜路", "乌镇镇"), ("四川成都市青羊区小镇路1号", ""),
        ("上海市青浦区解放路阳光小镇", ""), ("天津市武清区杨村街道", "杨村街道"), ("武汉市洪山区街道口", ""),
        ("内蒙古额济纳旗苏泊淖尔苏木", "苏泊淖尔苏木"), ("北京市海淀区万寿路街道办事处5号", "万寿路街道"),
    ],
)  # fmt: skip
def test_streets_and_towns_are_found_by_their_suffix(address: str, street: str) -> None:
    assert read_address(address).street == street


def test_a_year_picks_the_names_that_held_then() -> None:
    """襄阳县 was gone before 襄樊 became 襄阳; the upper level is the one of its time."""
    assert read_address("湖北襄阳县张湾镇").city == "襄樊市"


def test_a_district_of_another_city_is_a_contradiction() -> None:
    parts = read_address("上海市朝阳区建国路")
    assert (parts.province, parts.district, parts.division_code, parts.confidence) == ("上海市", "朝阳区", "", "0.30")
