"""YAML as people mean it, with the line of everything in it."""

from pathlib import Path

import pytest

from migration_pipeline.project.yaml_lines import line_of, parse_yaml, read_yaml
from migration_pipeline.runtime.errors import BadInputError


def file(folder: Path, text: str) -> Path:
    path = folder / "migration.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_that_old_yaml_takes_for_booleans_and_dates_stay_text() -> None:
    values = parse_yaml("on: {a: b}\nno: off\nyes: Y\nday: 2026-01-01\nflag: true\n")
    assert values == {"on": {"a": "b"}, "no": "off", "yes": "Y", "day": "2026-01-01", "flag": True}


def test_every_key_and_list_item_has_its_line(tmp_path: Path) -> None:
    _, lines = read_yaml(file(tmp_path, "a:\n  - b: 1\n  - c:\n      d: 2\n"))
    assert lines["a",] == 1
    assert lines["a", "1", "c"] == 3
    assert lines["a", "1", "c", "d"] == 4


def test_a_path_that_is_not_in_the_file_has_the_line_of_its_nearest_parent(tmp_path: Path) -> None:
    _, lines = read_yaml(file(tmp_path, "a:\n  b:\n    c: 1\n"))
    assert line_of(lines, ("a", "b", "x", "y")) == 2
    assert line_of(lines, ("x",)) is None


def test_a_key_that_comes_twice_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        read_yaml(file(tmp_path, "a:\n  b: 1\n  c: 2\n  b: 3\n"))
    assert caught.value.where.endswith(":4")
    assert "line 2" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1\nb: 2\n", 2), ("a: 1\n b: 2\n", 2), ("a: !!python/name:os.system x\n", 1), ("a: 1\n? [x, y]\n: 1\n", 2), ("a: *none\n", 1)],
)
def test_what_is_no_yaml_is_bad_input_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(BadInputError) as caught:
        read_yaml(file(tmp_path, text))
    assert caught.value.where.endswith(f":{line}")


@pytest.mark.parametrize("text", ["", "- a\n", "just words\n", "# nothing\n", "a: \x00\n"])
def test_what_holds_no_mapping_is_bad_input(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInputError):
        read_yaml(file(tmp_path, text))


def test_files_that_cannot_be_read_as_text_are_bad_input(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: Müller".encode("latin-1"))
    (tmp_path / "folder.yaml").mkdir()
    for name in ("latin.yaml", "folder.yaml", "absent.yaml"):
        with pytest.raises(BadInputError):
            read_yaml(tmp_path / name)
