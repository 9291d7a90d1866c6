"""Stores and extracts are registered once, however often a run repeats."""

from datetime import UTC, datetime

import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import Extract, ProjectStore
from migration_pipeline.control.repository.runs import RunRepository
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import InfrastructureError

NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def runs(databases: Databases) -> RunRepository:
    upgrade(databases)
    return RunRepository(databases)


def store(code: str, name: str = "n", at: datetime = NOW) -> ProjectStore:
    return ProjectStore(store=code, name=name, source="siss", kind="store", registered_at=at)


def extract(extract_id: str, dataset: str = "sales", rows: int = 1) -> Extract:
    manifest = [{"file": "a.csv", "sha256": "0" * 64, "size": 12}]
    return Extract(extract_id=extract_id, store="S1", dataset=dataset, run_id="r", taken_at=NOW, rows=rows, manifest=manifest)


def test_registering_again_changes_only_what_differs_and_keeps_the_first_date(runs: RunRepository) -> None:
    assert runs.register_stores([]) == 0
    assert runs.register_stores([store("S2"), store("S1")]) == 2
    assert runs.register_stores([store("S1", at=datetime(2030, 1, 1, tzinfo=UTC)), store("S2", name="new")]) == 1
    assert [(s.store, s.name, s.registered_at) for s in runs.stores()] == [("S1", "n", NOW), ("S2", "new", NOW)]


def test_an_extract_is_immutable(runs: RunRepository) -> None:
    assert runs.record_extract(extract("e1"))
    assert not runs.record_extract(extract("e1", rows=2))
    assert runs.record_extract(extract("e2", dataset="members"))
    assert runs.extracts(dataset="sales") == [extract("e1")]
    assert len(runs.extracts(store="S1")) == 2
    assert runs.extracts(run_id="other") == []


def test_a_server_that_is_not_there_is_an_infrastructure_error() -> None:
    with pytest.raises(InfrastructureError):
        RunRepository(Databases("postgresql://nobody@127.0.0.1:1/")).stores()
