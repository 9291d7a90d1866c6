"""Text that was damaged by a wrong encoding is found; text that only looks unusual is not."""

import pandas as pd
import pytest

from migration_pipeline.raw.mojibake import damaged_text


def through(text: str, written: str, read: str) -> str:
    return text.encode(written).decode(read, "replace")


def found(text: str) -> dict[str, int]:
    return damaged_text(pd.Series([text, None, text, "ok"], dtype="str"))


@pytest.mark.parametrize(
    "text",
    [
        through("café", "utf-8", "cp1252"),
        through("中国", "gb18030", "latin-1"),
        through("可口可乐饮料", "utf-8", "gb18030"),
        through("可口可乐", "gb18030", "utf-8"),
        through(through("可口可乐", "gb18030", "utf-8"), "utf-8", "gb18030"),
        through("Müller", "utf-8", "latin-1"),
    ],
)
def test_each_way_to_damage_a_text_is_found_and_its_cells_are_counted(text: str) -> None:
    assert found(text) == {"mojibake": 2}


@pytest.mark.parametrize("text", ["why???", "??", "可乐???瓶"])
def test_runs_of_question_marks_are_found(text: str) -> None:
    assert found(text) == {"question_marks": 2}


@pytest.mark.parametrize(
    "text",
    ["", "?", "café", "中国可乐", "联通", "Müller-Lüdenscheidt", "£5 – “x”", "©®", "Café™", "№5…“”", "ÄÖÜ", "😀", "真的吗?", "ａｂｃ"],
)
def test_unusual_text_is_no_damage(text: str) -> None:
    assert found(text) == {}


def test_one_chance_hit_among_many_chinese_names_is_no_damage() -> None:
    """Some innocent words happen to be valid UTF-8 when written in GB18030."""
    names = [f"商品{chr(0x4E00 + n)}号" for n in range(200)]
    assert damaged_text(pd.Series([*names, through("可口可乐", "utf-8", "gb18030").replace("\ue21a", "")], dtype="str")) == {}
