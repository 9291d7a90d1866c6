"""Files are read only when they are complete, and the cursor carries how long they have lain still."""

from pathlib import Path

from migration_pipeline.orchestration.sync import is_settled, looked, read_cursor, write_cursor


def test_files_are_settled_only_after_they_lay_still_for_long_enough(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n", encoding="utf-8")
    first = looked(None, [file], 100)
    assert not is_settled(first, [file], 105, 10)
    again = looked(read_cursor(write_cursor({"A": first}))["A"], [file], 110)
    assert (again, is_settled(again, [file], 110, 10)) == (first, True)
    file.write_text("a\nb\n", encoding="utf-8")
    grown = looked(again, [file], 111)
    assert grown.since == 111
    assert not is_settled(grown, [file], 112, 10)


def test_a_file_that_is_still_being_sent_holds_its_store(tmp_path: Path) -> None:
    part = tmp_path / "a.csv.PART"
    part.write_text("a", encoding="utf-8")
    assert not is_settled(looked(None, [part], 0), [part], 1_000, 10)
    assert read_cursor(None) == {}
