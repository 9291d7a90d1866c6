"""JSON text read a piece at a time."""

from pathlib import Path

import pytest

from migration_pipeline.raw.readers import json_text
from migration_pipeline.raw.readers.json_text import JsonText
from migration_pipeline.runtime.errors import BadInputError

PATH = Path("x.json")


def _text(*chunks: str) -> JsonText:
    return JsonText(chunks, PATH)


@pytest.mark.parametrize("value", ["12.50", "true", '"a\\u00e9b"', "[1,2]", '{"a":{}}', "-0"])
def test_a_value_cut_into_pieces_is_taken_whole(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WHOLE", 1)
    assert _text(*value, "\n").value() == _text(value).value()
    assert repr(_text(value).value()).strip("'") == {"12.50": "12.50", "-0": "-0"}.get(value, repr(_text(value).value()).strip("'"))


def test_small_takes_a_short_value_and_leaves_a_long_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WHOLE", 4)
    text = _text("[1] ", "[1,2", ",3]")
    assert text.small() == (True, ["1"])
    assert text.small() == (False, None)
    assert [text.value() for _ in text.elements()] == ["1", "2", "3"]
    assert text.peek() == ""


def test_members_and_elements_step_over_what_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WHOLE", 2)
    text, seen = _text(*'{"a": [1, {"b": "}"}], "c": {"d": []}, "e": 7}'), {}
    for key in text.members():
        if key == "e":
            seen[key] = text.value()
        else:
            text.skip()
            seen[key] = None
    assert seen == {"a": None, "c": None, "e": "7"}


def test_errors_name_the_line_also_after_text_was_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WHOLE", 1)
    text = _text("1\n", "2\n", "\n", "x")
    assert [text.value(), text.value()] == ["1", "2"]
    with pytest.raises(BadInputError) as caught:
        text.value()
    assert caught.value.where == "x.json:4"
