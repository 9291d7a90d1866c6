"""Whatever columns and words are called, the YAML says it."""

import pytest

from migration_pipeline.project.yaml_lines import parse_yaml
from migration_pipeline.raw.profiling.suggest import Note, SourceDraft, Suggestion, TableDraft
from migration_pipeline.raw.profiling.suggest_yaml import project_yaml, scalar, sources_yaml


@pytest.mark.parametrize(
    "text",
    [
        "商品编码",
        "Item Name",
        "no",
        "true",
        "12",
        "1e5",
        "*",
        "*.csv",
        "名称*",
        "a: b",
        "# x",
        "",
        " x",
        "=1",
        "2026-01-01",
        "a, b",
        "[x]",
        "~",
    ],
)
def test_names_survive_yaml(text: str) -> None:
    """A column named `no` or `12` must stay text."""
    assert parse_yaml(f"key: {scalar(text)}  # remark")["key"] == text
    assert parse_yaml(f"{scalar(text)}: 1")[text] == 1
    assert parse_yaml(f"key: {{inner: {scalar(text)}}}")["key"]["inner"] == text


def test_unknown_words_are_left_to_a_person() -> None:
    source = SourceDraft(words={"gender": {"男": "male", "X": None}}, stores={".": ()})
    source.datasets = {"members": {"members": TableDraft(["members"], {"member_code": Note("卡号", "95 %: name")})}}
    text = sources_yaml(Suggestion({"main": source}, {}, []))
    assert parse_yaml(text)["sources"]["main"]["value_maps"] == {"gender": {"男": "male"}}
    assert "# X: ?" in text


def test_nothing_recognised_is_still_yaml() -> None:
    assert set(parse_yaml(project_yaml(Suggestion({}, {"a.csv": "unknown"}, [])))) == {"version", "name", "title", "not_migrated"}
