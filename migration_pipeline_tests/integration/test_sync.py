"""Daily files that arrive one by one, shuffled and some twice, end in the same ERP state as one full load."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.run import register_stores, run_stores
from migration_pipeline.orchestration.sync_sensor import Tick, requests, tick, tried, under_way
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.project.sync_settings import Sync
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

DAYS, SETTINGS = 3, Sync(settle_seconds=10)


def by_day(folder: Path, days: int) -> SmallProject:
    """One store whose three files of sales come as one of each per day."""
    project = write_project(folder)
    path = folder / "migration.yaml"
    text = path.read_text(encoding="utf-8")
    for name in ("tickets", "lines", "payments"):
        text = text.replace(f"file: {name}.csv", f'file: "{name}-*.csv"')
        project.file("A", name).unlink()
    path.write_text(text + "sync: {settle_seconds: 10}\n", encoding="utf-8")
    for day in range(days):
        drop(project, day)
    return project


def drop(project: SmallProject, day: int) -> None:
    """One day's files arrive, or arrive again."""
    no = f"AT{day}"
    project.file("A", f"tickets-{day}").write_text(f"no,at,card,total\n{no},2026-01-{day + 1:02d} 10:00:00,A-M,7.00\n", encoding="utf-8")
    project.file("A", f"lines-{day}").write_text(f"no,line,code,quantity,price,amount\n{no},1,A-1,2,3.5000,7.00\n", encoding="utf-8")
    project.file("A", f"payments-{day}").write_text(f"no,payment,method,amount\n{no},1,cash,7.00\n", encoding="utf-8")


def state(workspace: Workspace) -> str:
    """Hash of what the ERP holds of the store."""
    return workspace.target.state_hash("A")


@pytest.mark.slow
def test_files_one_by_one_come_to_the_same_state_as_one_load(
    tmp_path: Path, own_databases: Callable[[Home], Databases], store2erp: Command
) -> None:
    whole = by_day(tmp_path / "whole", DAYS)
    assert store2erp("run", "-p", whole.folder).code == 0
    expected = state(open_workspace(whole.folder))
    project = by_day(tmp_path / "daily", 1)
    workspace = open_workspace(project.folder)
    with open_instance(workspace.home, own_databases(workspace.home)) as instance:
        register_stores(instance, workspace)
        assert tick(workspace, SETTINGS, None, 0).due == {}, "a store that was never migrated is left to run"
        assert run_stores(workspace, instance, ["A"])[0].ok
        cursor, now = "", 1000
        arrivals = [*range(1, DAYS), 2]
        random.Random(7).shuffle(arrivals)  # noqa: S311 - an order, no secret
        seen: set[int] = set()
        for day in arrivals:
            drop(project, day)
            waiting = tick(workspace, SETTINGS, cursor, now)
            assert waiting.due == {}
            found = tick(workspace, SETTINGS, waiting.cursor, now + 10)
            assert bool(found.due) == (day not in seen)
            for asked in _asked(workspace, instance, found):
                # a tick whose cursor was not kept asks for the same again, which Dagster drops by its key
                again = tick(workspace, SETTINGS, waiting.cursor, now + 11)
                assert [one.run_key for one in _asked(workspace, instance, again)] == [asked.run_key]
                assert run_stores(workspace, instance, ["A"], tags=asked.tags)[0].ok
            seen.add(day)
            cursor, now = found.cursor, now + 60
        assert under_way(instance, datetime.now(UTC)) == set()
    assert state(workspace) == expected
    (shown,) = store2erp("sync", "status", "-p", project.folder, "--json").json["stores"]
    assert (shown["waiting"], shown["by_sync"]) == (False, True)
    drop(project, DAYS)
    (shown,) = store2erp("sync", "status", "-p", project.folder, "--json").json["stores"]
    assert shown["waiting"]


def _asked(workspace: Workspace, instance: dg.DagsterInstance, found: Tick) -> list[dg.RunRequest]:
    asked = list(requests(workspace, found.due, lambda content: tried(instance, content, datetime.now(UTC))))
    assert all(one.tags[MIGRATION].startswith("sync-") for one in asked)
    return asked
