"""Who overrode a refusal, when and why, is kept once per run and store and never changed."""

from datetime import UTC, datetime, timedelta

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import Override
from migration_pipeline.control.repository.overrides import OUTSIDE_WINDOW, OverrideRepository
from migration_pipeline.runtime.databases import Databases

START = datetime(2026, 11, 1, tzinfo=UTC)


def override(run_id: str, store: str = "S1", hours: int = 0, reason: str = "the shop is closed") -> Override:
    moment = START + timedelta(hours=hours)
    return Override(run_id=run_id, store=store, kind=OUTSIDE_WINDOW, overridden_at=moment, who="li", reason=reason, told="closed")


def test_the_first_of_a_run_and_store_stays_and_the_newest_comes_first(databases: Databases) -> None:
    upgrade(databases)
    repository = OverrideRepository(databases)
    for one in (override("a"), override("a", hours=1, reason="other words"), override("a", "S2", 2), override("b", hours=3)):
        repository.record(one)
    assert [(one.run_id, one.store, one.reason) for one in repository.overrides()] == [
        ("b", "S1", "the shop is closed"),
        ("a", "S2", "the shop is closed"),
        ("a", "S1", "the shop is closed"),
    ]
    assert [one.run_id for one in repository.overrides(store="S1")] == ["b", "a"]
    assert [one.store for one in repository.overrides(run_id="a")] == ["S2", "S1"]
