"""What is derived from names tells goods and firms apart, and calls equal what is equal."""

import pandas as pd
import pytest

from migration_pipeline.mapped.matching.traits import TRAITS


def goods(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    """Traits of goods of name, brand, spec."""
    return TRAITS["goods"].make(pd.DataFrame([[*row, None] for row in rows], columns=["name", "brand", "spec", "barcode"], dtype="str"))


def test_one_good_written_in_three_ways_has_the_same_maker_letters_size_and_variant() -> None:
    made = goods(
        ("可口可乐零度汽水330ml罐装", "可口可乐", None), ("汽水(零度) ３３０毫升", "可口可乐", None), ("零度汽水可口可乐", None, "0.33L*1")
    )
    assert made[["maker", "letters", "size", "variant"]].drop_duplicates().to_dict("records") == [
        {"maker": "可口可乐", "letters": "".join(sorted("汽水零度")), "size": "ml:330*1", "variant": "零度"}
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("酸奶草莓味", "酸奶原味"), ("酸奶", "草莓酸奶"), ("5号电池", "7号电池"), ("五粮液52度", "五粮液39度"), ("中性笔红色", "中性笔蓝色")],
)
def test_flavours_colours_and_numbers_make_another_variant(one: str, other: str) -> None:
    made = goods((one, None, None), (other, None, None))
    assert made["variant"].nunique() == 2


def test_a_damaged_barcode_is_seen_but_is_no_gtin_and_a_shops_own_code_is_neither() -> None:
    rows = [["x", None, None, code] for code in ("6901028000017", "6901028000018", "2012345000001", "6.90103E+12", "")]
    made = TRAITS["goods"].make(pd.DataFrame(rows, columns=["name", "brand", "spec", "barcode"], dtype="str"))
    assert made["gtin"].notna().tolist() == [True, False, False, False, False]
    assert made["digits"].notna().tolist() == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("name", "core", "place", "form", "branch"),
    [
        ("上海光明乳业有限公司", "光明乳业", "上海", "company", "-"),
        ("光明乳业（上海）有限责任公司", "光明乳业", "上海", "company", "-"),
        ("光明乳业", "光明乳业", None, None, "-"),
        ("光明乳业有限公司杭州分公司", "光明乳业", None, "company", "杭州分公司"),
        ("杭州市绿洲商行", "绿洲商行", "杭州", "household", "-"),
    ],
)
def test_a_companys_name_is_taken_apart_and_a_branch_is_another_firm(
    name: str, core: str, place: str | None, form: str | None, branch: str
) -> None:
    (made,) = TRAITS["companies"].make(pd.DataFrame({"name": [name]}, dtype="str")).astype(object).to_dict("records")
    wanted = {"core": core, "place": place, "form": form, "branch": branch}
    assert {key: None if pd.isna(value) else value for key, value in made.items()} == wanted
