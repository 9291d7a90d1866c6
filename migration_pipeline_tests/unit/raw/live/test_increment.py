"""When an increment is possible. (That it equals a full read: integration.)"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live import increment as increment_module
from migration_pipeline.raw.live.snapshot import LiveTable, snapshot


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    changed(path, "CREATE TABLE t (no INTEGER NOT NULL PRIMARY KEY, at INTEGER, name TEXT); INSERT INTO t VALUES (1, 1, 'a'), (2, 5, 'b')")
    return path


def changed(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


def take(path: Path, folder: str, previous: LiveTable | None = None, **options: Any) -> LiveTable:
    spec = InputSpec.model_validate({"format": "database", "url": f"sqlite:///{path}", "table": "t", "key": ("no",), **options})
    return snapshot({"t": spec}, {}, path.parent / folder, {"t": previous.path} if previous else {})["t"]


def test_only_what_changed_is_fetched(shop: Path) -> None:
    first = take(shop, "a", watermark="at")
    changed(shop, "INSERT INTO t VALUES (3, 6, 'c'); UPDATE t SET at = 7, name = 'A' WHERE no = 1")
    second = take(shop, "b", first, watermark="at")
    assert (second.new, second.changed, second.deleted, second.fetched) == (1, 1, 0, 3)
    assert second.high == {"no": "3", "at": "7"}


def test_a_change_within_the_tick_of_the_last_snapshot_is_seen(shop: Path) -> None:
    first = take(shop, "a", watermark="at")
    changed(shop, "UPDATE t SET name = 'later' WHERE no = 2")
    assert take(shop, "b", first, watermark="at").changed == 1


def test_the_new_file_may_replace_the_previous_one(shop: Path) -> None:
    first = take(shop, "a", watermark="at")
    changed(shop, "DELETE FROM t WHERE no = 1")
    second = take(shop, "a", first, watermark="at")
    assert (second.path, second.deleted, second.rows) == (first.path, 1, 1)


def test_many_changes_are_cheaper_to_read_in_full(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(increment_module, "_FEW", 0)
    first = take(shop, "a", watermark="at")
    changed(shop, "UPDATE t SET at = 9")
    assert take(shop, "b", first, watermark="at").notes == ("read in full: most rows are new or changed",)


def test_without_watermark_and_append_only_all_is_read_and_nothing_noted(shop: Path) -> None:
    second = take(shop, "b", take(shop, "a"))
    assert (second.fetched, second.notes) == (2, ())


def test_another_database_or_watermark_is_no_previous_one(shop: Path) -> None:
    first = take(shop, "a", watermark="at")
    other = shop.with_name("other.db")
    other.write_bytes(shop.read_bytes())
    for again in (take(other, "b", first, watermark="at"), take(shop, "c", first, watermark="name")):
        assert again.notes[0].startswith("read in full: the previous snapshot is of another table")
