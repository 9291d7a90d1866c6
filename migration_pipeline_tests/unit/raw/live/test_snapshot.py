"""A snapshot as a whole, on SQLite: which inputs, which files, what is refused. (The servers: integration.)"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live import snapshot as snapshot_module
from migration_pipeline.raw.live.snapshot import snapshot
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as shop:
        shop.executescript(
            "CREATE TABLE items (no INTEGER NOT NULL PRIMARY KEY, price NUMERIC, name TEXT);"
            "INSERT INTO items VALUES (2, 1.5, NULL), (1, 12, ' x ');"
            "CREATE TABLE log (line TEXT); INSERT INTO log VALUES ('b'), ('a')"
        )
    return path


def live(path: Path, **options: object) -> InputSpec:
    return InputSpec.model_validate({"format": "database", "url": f"sqlite:///{path}", **options})


def test_live_inputs_become_files_of_text_and_others_are_left(database: Path, tmp_path: Path) -> None:
    inputs = {"货品": live(database, table="items"), "file": InputSpec(format="csv", file="x.csv"), "log": live(database, table="log")}
    tables = snapshot(inputs, {}, tmp_path / "out", {})
    assert list(tables) == ["货品", "log"]
    assert pq.read_table(tables["货品"].path).to_pylist() == [
        {"no": "1", "price": "12", "name": " x "},
        {"no": "2", "price": "1.5", "name": None},
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["log.parquet", "货品.parquet"]
    assert tables["货品"].high == {"no": "2"}


def test_the_same_rows_give_the_same_file(database: Path, tmp_path: Path) -> None:
    first, second = (snapshot({"t": live(database, table="items")}, {}, tmp_path / name, {})["t"].path for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_inputs_of_one_database_share_one_transaction(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(database.read_bytes())
    begin, begun = snapshot_module.begin, []
    monkeypatch.setattr(snapshot_module, "begin", lambda connection: (begun.append(1), begin(connection))[1])
    snapshot(
        {"a": live(database, table="items"), "b": live(other, table="log"), "c": live(database, table="log")}, {}, tmp_path / "out", {}
    )
    assert len(begun) == 2


def test_no_file_is_replaced_where_one_table_fails(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = snapshot({"a": live(database, table="items")}, {}, out, {})["a"].path.read_bytes()
    with closing(sqlite3.connect(database)) as shop:
        shop.executescript("DELETE FROM items")
    with pytest.raises(BadInputError, match="no table 'absent'"):
        snapshot({"a": live(database, table="items"), "b": live(database, table="absent")}, {}, out, {})
    assert [path.name for path in out.iterdir()] == ["a.parquet"]
    assert (out / "a.parquet").read_bytes() == before


def test_a_name_that_leads_out_of_the_folder_is_refused(database: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="name of a file"):
        snapshot({"../x": live(database, table="items")}, {}, tmp_path / "out", {})


def test_a_folder_that_cannot_be_written_may_be_tried_again(database: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InfrastructureError, match="cannot be written"):
        snapshot({"a": live(database, table="items")}, {}, tmp_path / "out", {})
