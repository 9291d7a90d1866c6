"""The inputs of a store are found wherever they lie: in its folder, in shared files, in a live database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.gather import Places, datasets_of, gather, inputs_of, inputs_of_store

TABLES = {
    "products": {"products": {"inputs": ["items"], "lookups": {"c": {"input": "classes", "on": {"cls": "no"}}}}},
    "members": {"members": {"inputs": ["cards"]}},
}
INPUTS = {
    "items": {"format": "csv", "file": "items.csv"},
    "classes": {"format": "csv", "file": "classes.csv", "shared": True, "store_column": "shop"},
}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "data" / "a").mkdir(parents=True)
    (tmp_path / "data" / "a" / "items.csv").write_text("no\n1\n2\n", encoding="utf-8")
    (tmp_path / "data" / "classes.csv").write_text("no,shop\nx,s1\ny,s2\n", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("CREATE TABLE card (no TEXT PRIMARY KEY, points INT)")
        database.executemany("INSERT INTO card VALUES (?, ?)", [("007", 5), ("008", None)])
        database.commit()
    return Places(tmp_path / "data", Archive(tmp_path / "archive"), tmp_path / "cache", tmp_path / "live", run="r1")


def source(folder: Path) -> SourceSpec:
    cards = {"format": "database", "url": f"sqlite:///{folder}/{{base}}.db", "table": "card"}
    return SourceSpec.model_validate({"inputs": {**INPUTS, "cards": cards}, "datasets": TABLES})


def test_each_input_comes_from_where_it_lies(places: Places) -> None:
    store = StoreSpec(id="s1", source="x", path="a", connection={"base": "a"})
    found = gather(["items", "classes", "cards"], source(places.data.parent), store, places)
    assert found["items"].frame["no"].tolist() == ["1", "2"]
    assert found["classes"].frame["no"].tolist() == ["x"]
    assert found["cards"].frame[["no", "points"]].fillna("").to_numpy().tolist() == [["007", "5"], ["008", ""]]
    (file,) = found["cards"].files
    assert (file.rows, file.options["rows_counted"]) == (2, 2)


def test_live_tables_are_those_of_one_moment_of_a_run(places: Places) -> None:
    """Products read now and sales read a minute later must not tell of two different states of the shop."""
    store = StoreSpec(id="s1", source="x", path="a", connection={"base": "a"})
    spec = source(places.data.parent)
    before = gather(["cards"], spec, store, places)["cards"].frame
    with closing(sqlite3.connect(places.data.parent / "a.db")) as database:
        database.execute("DELETE FROM card WHERE no = '007'")
        database.commit()
    assert gather(["cards"], spec, store, places)["cards"].frame.equals(before)
    later = Places(places.data, places.archive, places.cache, places.live, run="r2")
    assert gather(["cards"], spec, store, later)["cards"].frame["no"].tolist() == ["008"]


def test_the_inputs_of_a_store_are_those_of_its_datasets_with_their_lookups() -> None:
    spec = source(Path("x"))
    assert inputs_of(spec.datasets["products"].values()) == ["classes", "items"]
    assert inputs_of_store(StoreSpec(id="s1", source="x", datasets=("members",)), spec) == ["cards"]


def test_a_store_has_the_datasets_of_its_source_or_those_it_names() -> None:
    spec = source(Path("x"))
    assert datasets_of(StoreSpec(id="s1", source="x"), spec) == ["products", "members"]
    assert datasets_of(StoreSpec(id="s1", source="x", datasets=("members",)), spec) == ["members"]
