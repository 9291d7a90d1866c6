"""The schema of corrections: what may be said, and errors that name file and line but no value."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from migration_pipeline.project.corrections import demand_known_stores, load_corrections
from migration_pipeline.runtime.errors import BadInputError

GOOD = {
    "store": "S01",
    "dataset": "sales",
    "table": "lines",
    "row": "lines.csv:4",
    "action": "set",
    "expect": '{amount: "7.00"}',
    "set": '{amount: "8.00"}',
    "reason": "typed wrong",
    "who": "Li Na",
    "on": "2026-11-22",
}


def write(folder: Path, *entries: Mapping[str, str | None], name: str = "a.yaml") -> Path:
    """A project folder with one file of corrections, one key per line; None leaves a key out."""
    path = folder / "corrections" / name
    path.parent.mkdir(exist_ok=True)
    parts = ["\n    ".join(f"{key}: {value}" for key, value in entry.items() if value is not None) for entry in entries]
    path.write_text("corrections:\n" + "".join(f"  - {part}\n" for part in parts), encoding="utf-8")
    return folder


def test_a_project_without_corrections_has_none(tmp_path: Path) -> None:
    assert load_corrections(tmp_path) == ()


def test_files_apply_by_name_and_every_entry_knows_its_line(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "who": "B"}, name="b.yaml")
    found = load_corrections(write(tmp_path, {**GOOD, "who": "A1"}, {**GOOD, "who": "A2"}))
    assert [(placed.correction.who, placed.where) for placed in found] == [
        ("A1", "corrections/a.yaml:2"),
        ("A2", "corrections/a.yaml:12"),
        ("B", "corrections/b.yaml:2"),
    ]
    assert (found[0].correction.on.isoformat(), found[0].correction.set) == ("2026-11-22", {"amount": "8.00"})


def test_the_table_is_the_first_of_the_dataset_if_none_is_named(tmp_path: Path) -> None:
    (placed,) = load_corrections(write(tmp_path, {**GOOD, "dataset": "inventory", "table": None}))
    assert placed.correction.table_name == "stock"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    assert len(load_corrections(write(tmp_path, GOOD))) == 1
    assert len(load_corrections(write(tmp_path, GOOD, GOOD))) == 2


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        ({"who": None}, 2, "corrections.0.who: Field required"),
        ({"reason": '" "'}, 9, "reason"),
        ({"on": "22/11/2026"}, 11, "not a day like 2026-11-22"),
        ({"on": "20261122"}, 11, "not a day like 2026-11-22"),
        ({"set": "{amount: 8.00}"}, 8, "put the value in quotes"),
        ({"expect": None}, 7, "'expect' does not say what column 'amount' holds now"),
        ({"set": None, "expect": None}, 2, "action set needs 'set'"),
        ({"action": "exclude"}, 8, "action exclude has no 'set'"),
        ({"action": "accept"}, 6, "'set' or 'exclude'"),
        ({"row": None}, 2, "either 'row' or 'where'"),
        ({"where": "{amount: '7.00'}"}, 2, "either 'row' or 'where'"),
        ({"rows": "2"}, 12, "'rows' goes with 'where'"),
        ({"dataset": "mebmers"}, 3, "there is no dataset 'mebmers'"),
        ({"table": "stock"}, 4, "there is no table 'stock'"),
        ({"reasn": "x"}, 12, "did you mean 'reason'?"),
    ],
)
def test_an_error_names_file_and_line(change: dict[str, str | None], line: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        load_corrections(write(tmp_path, {**GOOD, **change}))
    assert (caught.value.where, words in str(caught.value)) == (f"{tmp_path / 'corrections' / 'a.yaml'}:{line}", True), str(caught.value)


def test_an_error_names_no_cell(tmp_path: Path) -> None:
    """Old and new values may be members' data."""
    with pytest.raises(BadInputError) as caught:
        load_corrections(write(tmp_path, {**GOOD, "set": "{phone: 13899990000}", "expect": "{phone: 13899990001}"}))
    assert "1389999" not in str(caught.value)


def test_a_store_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    found = load_corrections(write(tmp_path, GOOD))
    demand_known_stores(found, ["S01"])
    with pytest.raises(BadInputError, match="there is no store 'S01'") as caught:
        demand_known_stores(found, ["S02"])
    assert caught.value.where == "corrections/a.yaml:2"
