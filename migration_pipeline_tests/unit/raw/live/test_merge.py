"""Old and fetched rows become one snapshot, whatever names and values they have."""

from pathlib import Path

import pyarrow.parquet as pq

from migration_pipeline.raw.live.merge import merging
from migration_pipeline.raw.live.parquet import write
from migration_pipeline.raw.live.text import text_table

NAMES = ["A", "a", "mark'1"]


def written(path: Path, names: list[str], rows: list[tuple[str | None, ...]]) -> Path:
    from sqlalchemy import types

    write(path, names, [text_table(names, [types.String()] * len(names), rows, "sqlite")])
    return path


def test_new_changed_and_deleted_rows_in_the_new_order(tmp_path: Path) -> None:
    """Names that differ in case only, folders with wildcards in their name, and empty against missing are kept apart."""
    folder = tmp_path / "it's [1]*"
    folder.mkdir()
    old = written(folder / "old", NAMES, [("1", "x", "5"), ("2", "", "6"), ("3", None, "7"), ("4", "gone", "5"), ("5", "x", None)])
    now = written(folder / "now", ["A", "mark'1"], [("5", None), ("3", "7"), ("2", "8"), ("1", "5"), ("9", "9")])
    with merging(folder, NAMES, ["A"], "mark'1") as merge:
        assert merge.compare(now, old, "7") == 4
        keys = [key for part in merge.missing(2) for key in part]
        assert keys == [["5"], ["3"], ["2"], ["9"]]
        got = written(folder / "got", NAMES, [("9", "n", "9"), ("2", None, "8"), ("3", None, "7"), ("5", "x", None)])
        merged = pq.read_table(merge.put_together(got)).rename_columns(["k", "v", "m"])
        assert [tuple(row.values()) for row in merged.to_pylist()] == [
            ("5", "x", None), ("3", None, "7"), ("2", None, "8"), ("1", "x", "5"), ("9", "n", "9"),
        ]  # fmt: skip
        assert (merge.new(), merge.changed(), merge.deleted()) == (1, 1, 1)


def test_a_key_that_comes_twice_is_noticed_on_either_side(tmp_path: Path) -> None:
    once, twice = [("1", "x", "5")], [("1", "x", "5"), ("1", "y", "6")]
    for name, old_rows, now_rows in (("a", once, twice), ("b", twice, once)):
        old = written(tmp_path / f"old{name}", NAMES, list(old_rows))
        now = written(tmp_path / f"now{name}", ["A", "mark'1"], [(row[0], row[2]) for row in now_rows])
        with merging(tmp_path, NAMES, ["A"], "mark'1") as merge:
            assert merge.compare(now, old, None) == -1
