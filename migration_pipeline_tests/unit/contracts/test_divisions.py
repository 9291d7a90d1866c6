"""The table of divisions: whole, consistent, and the same as the one others keep."""

import csv
import os
from pathlib import Path

import pytest

from migration_pipeline.contracts.divisions import above, divisions

SHARED = Path(os.environ.get("STORE2ERP_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "ref_cn_admin_divisions"
LEFT_OUT = {"232761", "232762", "232763", "232764", "460321", "460322", "460323", "620201", "632857"}
"""In the other table only: districts that GB/T 2260 does not list (加格达奇区 ...), and places of statistics only."""


def current() -> dict[str, str]:
    return {one.code: one.name for one in divisions() if not one.until}


def test_codes_are_six_digits_and_every_one_has_its_province() -> None:
    provinces = {one.code[:2] for one in divisions() if one.level == 1}
    assert all(len(one.code) == 6 and one.code.isdigit() and one.code[:2] in provinces for one in divisions())
    assert len(provinces) == 34
    assert len(current()) == sum(not one.until for one in divisions())


def test_a_division_knows_what_held_it_in_its_time() -> None:
    by_name = {one.name: one for one in divisions()}
    assert above(by_name["莱城区"], 2) == "莱芜市"
    assert above(by_name["海淀区"], 2) == "北京市"
    assert above(by_name["仙桃市"], 2) == ""


@pytest.mark.skipif(not SHARED.is_dir(), reason="the other table of divisions is not here")
def test_the_table_says_the_same_as_one_that_others_keep() -> None:
    """Counties and prefectures of the other table that are missing or called otherwise: only the known ones (zones of statistics apart)."""
    ours, other = current(), {}
    for name, end in (("areas", ""), ("cities", "00")):
        with (SHARED / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            other |= {row["code"] + end: row["name"] for row in csv.DictReader(lines)}
    real = {code: name for code, name in other.items() if code[4] != "7" and "直辖" not in name and name not in {"市辖区", "县"}}
    assert {code for code, name in real.items() if ours.get(code) != name} == LEFT_OUT
    assert {code for code in ours if code[:2] not in {"71", "81", "82"} and code not in other and code[2:] != "0000"} == set()
