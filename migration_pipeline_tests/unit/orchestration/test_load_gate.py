"""Stores share the pace of their project, and one that says its own has its own; the gate lets in whom the window lets in."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.orchestration.load_gate import load_gate, throttle_of
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import NotNowError
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.unit.project.project_text import GOOD


def opened(folder: Path, databases: Databases, loading: str, own: str = "{}") -> Workspace:
    """S1 as the project says, S2 with words of its own."""
    text = GOOD.replace("stores:\n", f"loading: {loading}\nstores:\n", 1)
    text = text.replace("  - id: S2\n", f"  - id: S2\n    loading: {own}\n")
    (folder / "migration.yaml").write_text(text, encoding="utf-8")
    (folder / "data").mkdir()
    return Workspace(load_project(folder), Home(folder / "home"), databases)


def test_stores_share_one_pace_but_for_those_that_say_their_own(tmp_path: Path) -> None:
    """Two stores of one command must not send twice what the project allows."""
    workspace = opened(tmp_path, Databases(""), "{rows_per_second: 100, batch_rows: 50}", "{rows_per_second: 100}")
    shared = throttle_of(workspace, "S1")
    assert throttle_of(workspace, "S1") is shared
    assert throttle_of(workspace, "S2") is not shared
    assert (shared.rows_per_second, workspace.loading("S2").batch_rows) == (100, 50)
    assert throttle_of(replace(workspace, home=Home(tmp_path / "other")), "S1") is not shared


def test_the_gate_holds_one_of_the_places_while_a_store_is_loaded(tmp_path: Path, databases: Databases) -> None:
    upgrade(databases)
    workspace = opened(tmp_path, databases, "{parallel: 1, rows_per_second: 7}")
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 735051"
    query = f"{locks} AND database = (SELECT oid FROM pg_database WHERE datname = %s)"  # noqa: S608
    held = []
    with databases.connect_server() as connection:
        with load_gate(workspace, "S1", dg.DagsterRun(job_name="migrate", run_id="r")) as gate:
            held.append(connection.execute(query, (databases.real_name(CONTROL),)).fetchone())
        held.append(connection.execute(query, (databases.real_name(CONTROL),)).fetchone())
    assert held == [(1,), (0,)]
    assert gate.throttle is throttle_of(workspace, "S1")
    assert gate.loading.parallel == 1


def test_a_closed_window_stops_a_store_and_no_other(tmp_path: Path, databases: Databases) -> None:
    upgrade(databases)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    later = "-".join(f"{now + timedelta(hours=ahead):%H:%M}" for ahead in (4, 8))
    workspace = opened(tmp_path, databases, "{}", f'{{hours: ["{later}"]}}')
    run = dg.DagsterRun(job_name="migrate", run_id="r")
    with load_gate(workspace, "S1", run):
        pass
    with pytest.raises(NotNowError), load_gate(workspace, "S2", run):
        pass
