"""Dagster's history is complete and in order although a step's events are written together."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from migration_pipeline.orchestration.storage import PooledEventLogStorage, PooledRunStorage
from migration_pipeline.runtime.databases import DAGSTER, Databases


@pytest.fixture
def storage(databases: Databases) -> Iterator[PooledEventLogStorage]:
    """The storage of an empty history."""
    databases.ensure(DAGSTER)
    made = PooledEventLogStorage(postgres_url=databases.dagster_url(DAGSTER))
    yield made
    made._engine.dispose()


@dg.multi_asset_check(specs=[dg.AssetCheckSpec(name, asset="thing", blocking=True) for name in ("one", "two")])
def both() -> Iterator[dg.AssetCheckResult]:
    """One that passes, one that does not."""
    yield dg.AssetCheckResult(passed=True, asset_key="thing", check_name="one")
    yield dg.AssetCheckResult(passed=False, asset_key="thing", check_name="two")


@dg.asset
def thing() -> dg.MaterializeResult[None]:
    """An asset with a tag."""
    return dg.MaterializeResult(data_version=dg.DataVersion("v1"))


@dg.asset(deps=[thing])
def after() -> None:
    """Not reached: a check before it fails."""


def ran(storage: SqlEventLogStorage, monkeypatch: pytest.MonkeyPatch, databases: Databases) -> tuple[list[str], list[str]]:
    """A run that fails at a check: its events as they happened, and as the history tells them."""
    heard: list[str] = []
    run_storage = PooledRunStorage(postgres_url=databases.dagster_url(DAGSTER))
    with dg.instance_for_test() as instance:
        monkeypatch.setattr(instance, "_event_storage", storage)
        monkeypatch.setattr(instance, "_run_storage", run_storage)
        storage.register_instance(instance)
        run_storage.register_instance(instance)
        job = dg.Definitions([thing, after], asset_checks=[both], executor=dg.in_process_executor).resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        heard = [event.event_type_value for event in result.all_events]
        told = [entry.get_dagster_event().event_type_value for entry in storage.get_logs_for_run(result.run_id) if entry.is_dagster_event]
        assert not result.success
    run_storage._engine.dispose()
    return heard, told


def test_the_history_of_a_failed_run_tells_every_event_in_its_order(
    storage: PooledEventLogStorage, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, told = ran(storage, monkeypatch, databases)
    assert [event for event in told if event in set(heard)] == heard
    assert {"ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "STEP_FAILURE", "PIPELINE_FAILURE"} <= set(told)
    record = storage.get_asset_records([dg.AssetKey("thing")])[0].asset_entry
    assert record.last_materialization is not None
    checks = [dg.AssetCheckKey(dg.AssetKey("thing"), name) for name in ("one", "two")]
    found = storage.get_latest_asset_check_execution_by_key(checks)
    assert [found[key].status.value for key in checks] == ["SUCCEEDED", "FAILED"]
    tags = storage.get_event_tags_for_asset(dg.AssetKey("thing"))
    assert any("v1" in one.values() for one in tags)


def test_events_are_written_with_the_end_of_their_step_and_not_one_by_one(
    storage: PooledEventLogStorage, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writes per step, its start and its end, beside those of the run: what makes small stores cheap."""
    sizes: list[int] = []
    write = storage._write

    def counted(events: list[EventLogEntry]) -> None:
        sizes.append(sum(entry.is_dagster_event for entry in events))
        write(events)

    monkeypatch.setattr(storage, "_write", counted)
    heard, told = ran(storage, monkeypatch, databases)
    assert sum(sizes) == len(told)
    within = [name for name in heard if name in {"STEP_OUTPUT", "ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "HANDLED_OUTPUT"}]
    assert len([size for size in sizes if size]) == len(told) - len(within)


def test_an_event_that_cannot_be_written_keeps_no_other_out_of_the_history(
    storage: PooledEventLogStorage, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses a NUL; the step of that event fails, and the run's end is told."""
    as_row = storage._event_to_row

    def broken(entry: EventLogEntry) -> dict[str, Any]:
        row = as_row(entry)
        return row | {"partition": "\0"} if row["dagster_event_type"] == "STEP_OUTPUT" and entry.step_key == "thing" else row

    monkeypatch.setattr(storage, "_event_to_row", broken)
    heard, told = ran(storage, monkeypatch, databases)
    assert {"ASSET_MATERIALIZATION", "STEP_FAILURE", "PIPELINE_FAILURE"} <= set(told)
    assert "STEP_OUTPUT" not in told
    assert "STEP_OUTPUT" in heard


def test_what_another_process_adds_is_seen_within_a_second(
    storage: PooledEventLogStorage, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("migration_pipeline.orchestration.storage.time.monotonic", lambda: now[0])
    other = PooledEventLogStorage(postgres_url=databases.dagster_url(DAGSTER))
    assert not storage.has_dynamic_partition("stores", "A")
    other.add_dynamic_partitions("stores", ["A"])
    assert not storage.has_dynamic_partition("stores", "A")
    now[0] = 1.5
    assert storage.has_dynamic_partition("stores", "A")
    storage.add_dynamic_partitions("stores", ["B"])
    assert storage.has_dynamic_partition("stores", "B")
    other._engine.dispose()
