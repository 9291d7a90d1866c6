"""What a run was made of is found again: by its end, by moment, and each version's content by its hash."""

from datetime import UTC, datetime, timedelta

import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import RunVersion
from migration_pipeline.control.repository.versions import VersionRepository
from migration_pipeline.runtime.databases import Databases

START = datetime(2026, 11, 1, tzinfo=UTC)


def made_of(run: str, day: int, store: str = "S1", sha256: str = "aa", *, reconciled: bool = False) -> RunVersion:
    """A record of products."""
    return RunVersion(
        run_id=run,
        store=store,
        dataset="products",
        migration=f"m{day}",
        extract_id="x",
        recorded_at=START + timedelta(days=day),
        reconciled_at=START + timedelta(days=day, minutes=ord(store[-1])) if reconciled else None,
        clean=True if reconciled else None,
        versions={"rules": {"sha256": sha256, "files": ["migration.yaml"]}},
    )


@pytest.fixture
def versions(databases: Databases) -> VersionRepository:
    """An empty repository."""
    upgrade(databases)
    return VersionRepository(databases)


def test_a_run_counts_as_ended_once_it_was_reconciled(versions: VersionRepository) -> None:
    versions.record(made_of("r1", 1), {})
    versions.record(made_of("r1", 1, reconciled=True), {})
    versions.record(made_of("r2", 2), {})
    assert [end.run_id for end in versions.ends()] == ["r1"]
    newest = versions.newest()["S1", "products"]
    assert (newest.run_id, newest.reconciled_at) == ("r2", None)
    assert versions.newest(["S2"]) == {}


def test_the_state_at_a_moment_is_the_last_reconciled_one_of_each_store(versions: VersionRepository) -> None:
    for run, day, store in (("r1", 1, "S1"), ("r1", 1, "S2"), ("r2", 2, "S1")):
        versions.record(made_of(run, day, store, reconciled=True), {})
    last, second, _ = versions.ends()
    assert (last.run_id, second.store) == ("r2", "S2")
    assert {pair: one.run_id for pair, one in versions.as_of(second.reconciled_at).items()} == {
        ("S1", "products"): "r1",
        ("S2", "products"): "r1",
    }
    assert versions.as_of(last.reconciled_at)["S1", "products"].run_id == "r2"


def test_a_later_record_of_the_run_replaces_and_contents_are_kept_once(versions: VersionRepository) -> None:
    versions.record(made_of("r1", 1), {("rules", "aa"): {"policies.x": "flag"}})
    versions.record(made_of("r1", 1, sha256="bb"), {("rules", "aa"): {"policies.x": "flag"}, ("rules", "bb"): {}})
    assert versions.newest()["S1", "products"].versions["rules"]["sha256"] == "bb"
    assert versions.contents([("rules", "aa"), ("rules", "cc")]) == {("rules", "aa"): {"policies.x": "flag"}}
    assert versions.contents([]) == {}
