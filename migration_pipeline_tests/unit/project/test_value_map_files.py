"""Value maps that people fill in: their answers count, what they wrote stays, and a wrong line is refused with its number."""

from pathlib import Path

import pytest

from migration_pipeline.project.value_map_files import WordRow, add_words, duplicates, read_words, value_map_file, value_maps_of
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of two words, of which one is answered."""
    found = value_map_file(tmp_path, "shop")
    add_words(found, [WordRow("unit", "坛", rows=3), WordRow("payment_method", "刷脸", rows=9)])
    text = found.read_text(encoding="utf-8-sig")
    found.write_text(text.replace('"unit","坛",""', '"unit","坛","BOTTLE"'), encoding="utf-8-sig")
    return found


def test_only_answered_words_are_mapped(path: Path, tmp_path: Path) -> None:
    assert value_maps_of(tmp_path, "shop") == {"unit": {"坛": "BOTTLE"}}
    assert value_maps_of(tmp_path, "other") == {}


def test_new_words_are_added_and_what_people_wrote_stays(path: Path) -> None:
    assert add_words(path, [WordRow("unit", "坛", rows=8), WordRow("unit", "打")]) == 1
    assert [(row.word, row.erp_word, row.rows) for row in read_words(path)] == [("坛", "BOTTLE", 3), ("刷脸", "", 9), ("打", "", 0)]
    before = path.read_bytes()
    assert add_words(path, [WordRow("unit", "打")]) == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("unit,坛,FLASK,1,,", "no word 'FLASK' for unit"),
        ("units,坛,BOTTLE,1,,", "no vocabulary 'units'"),
        ("unit,坛,CASE,1,,", "means BOTTLE in line 2 and CASE here"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(path: Path, line: str, told: str) -> None:
    path.write_text(path.read_text(encoding="utf-8-sig") + line + "\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=told) as refused:
        read_words(path)
    assert refused.value.where == f"{path}:4"


def test_a_line_that_says_the_same_again_is_told(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8-sig") + "unit,坛,BOTTLE,1,,\n", encoding="utf-8")
    assert [row.line for row in duplicates(read_words(path))] == [4]


def test_a_file_without_its_columns_is_refused(path: Path) -> None:
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="vocabulary, word, erp_word"):
        read_words(path)
