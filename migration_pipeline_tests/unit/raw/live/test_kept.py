"""A store's live tables are read once per run, and the next run builds on what this one kept."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import InputSpec, SourceSpec
from migration_pipeline.raw.live import kept
from migration_pipeline.raw.live.kept import LivePlaces, live_tables
from migration_pipeline.raw.live.snapshot import LiveTable, snapshot

NAMES = frozenset({"cards"})
STORE = StoreSpec(id="s1", source="x")


@pytest.fixture
def source(tmp_path: Path) -> SourceSpec:
    with closing(sqlite3.connect(tmp_path / "pos.db")) as database:
        database.execute("CREATE TABLE card (no TEXT PRIMARY KEY, points INT)")
        database.execute("INSERT INTO card VALUES ('1', 5)")
        database.commit()
    cards = {"format": "database", "url": f"sqlite:///{tmp_path}/pos.db", "table": "card"}
    return SourceSpec.model_validate({"inputs": {"cards": cards}})


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Path]]:
    """What each snapshot that was really taken could build on."""
    seen: list[Mapping[str, Path]] = []

    def counted(
        inputs: Mapping[str, InputSpec], connection: Mapping[str, str], folder: Path, previous: Mapping[str, Path]
    ) -> dict[str, LiveTable]:
        assert all(path.exists() for path in previous.values())
        seen.append(previous)
        return snapshot(inputs, connection, folder, previous)

    monkeypatch.setattr(kept, "snapshot", counted)
    return seen


def test_one_run_reads_once_and_gets_the_same_answer_again(source: SourceSpec, tmp_path: Path, taken: list[Mapping[str, Path]]) -> None:
    places = LivePlaces(tmp_path / "live", "run1")
    first = live_tables(NAMES, source, STORE, places)
    assert live_tables(NAMES, source, STORE, places) == first
    assert len(taken) == 1


def test_the_next_run_builds_on_the_one_before_and_only_the_newest_is_kept(
    source: SourceSpec, tmp_path: Path, taken: list[Mapping[str, Path]]
) -> None:
    first = live_tables(NAMES, source, STORE, LivePlaces(tmp_path / "live", "run1"))["cards"].path
    second = live_tables(NAMES, source, STORE, LivePlaces(tmp_path / "live", "run2"))["cards"].path
    assert taken == [{}, {"cards": first}]
    assert second.exists()
    assert not first.exists()


def test_without_a_run_every_call_asks_the_database(source: SourceSpec, tmp_path: Path, taken: list[Mapping[str, Path]]) -> None:
    for _ in range(2):
        live_tables(NAMES, source, STORE, LivePlaces(tmp_path / "live", ""))
    assert len(taken) == 2


def test_a_lost_snapshot_file_is_taken_again_as_a_whole(source: SourceSpec, tmp_path: Path, taken: list[Mapping[str, Path]]) -> None:
    live_tables(NAMES, source, STORE, LivePlaces(tmp_path / "live", "run1"))["cards"].path.unlink()
    assert live_tables(NAMES, source, STORE, LivePlaces(tmp_path / "live", "run2"))["cards"].rows == 1
    assert taken == [{}, {}]
