"""A wave is signed only when its figures are clean, the signature falls with them, and the next wave waits for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from psycopg import sql

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.audit import AuditLog
from migration_pipeline.control.repository.overrides import OverrideRepository
from migration_pipeline.control.views import build_views
from migration_pipeline.orchestration.approvals import approve, demand_approved, signatures_of, without_approval_tags
from migration_pipeline.orchestration.load_gate import load_gate
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import DataError
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.unit.project.project_text import GOOD

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, databases: Databases) -> Workspace:
    """S1 moves first, S2 after it, S3 with S2, S4 in no wave; each has suppliers only."""
    upgrade(databases)
    build_views(databases)
    text = GOOD.replace(
        "  - {id: S1, source: till}\n", "".join(f"  - {{id: S{n}, source: till, datasets: [suppliers]}}\n" for n in (1, 3, 4))
    )
    (tmp_path / "migration.yaml").write_text(text + "waves: {pilot: [S1], rest: [S2, S3]}\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    return Workspace(load_project(tmp_path), Home(tmp_path / "home"), databases)


def put(workspace: Workspace, table: str, values: Mapping[str, object]) -> None:
    columns, given = (sql.SQL(", ").join(map(kind, parts)) for kind, parts in ((sql.Identifier, values), (sql.Literal, values.values())))
    with workspace.databases.connect(CONTROL) as connection:
        connection.execute(sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, given))


def load(workspace: Workspace, store: str, day: int, changed: int = 3) -> None:
    at = {"run_id": f"r{day}", "store": store, "dataset": "suppliers"}
    counts = {"rows": 3, "inserted": changed, "updated": 0, "unchanged": 3 - changed, "money": 0, "number": 1, "attempts": 1}
    when = {"started_at": START + timedelta(days=day), "ended_at": START + timedelta(days=day)}
    put(workspace, "load_batch", {**at, **counts, **when, "batch_id": f"{store}-{day}", "status": "committed", "hash_before": ""})


def reconcile(workspace: Workspace, store: str, day: int, unexplained: str = "0") -> None:
    at = {"run_id": f"m{day}", "store": store, "dataset": "suppliers"}
    when = START + timedelta(days=day, hours=1)
    extract = {**at, "extract_id": f"{store}-x", "taken_at": START - timedelta(days=9), "rows": 3, "manifest": "[]"}
    with workspace.databases.connect(CONTROL) as connection:
        known = connection.execute("SELECT 1 FROM extract WHERE store = %s", (store,)).fetchone()
    if not known:
        put(workspace, "extract", extract)
        sums = {"store": store, "dataset": "suppliers", "extract_id": f"{store}-x", "table_name": "suppliers", "stage": "loaded"}
        put(workspace, "outcome_sum", {**sums, "outcome": "loaded", "reason": "loaded", "rows": 3, "money": 0, "quantity": 0, "points": 0})
    figures = {"source": 10, "target": 10, "difference": 0, "explained": 0, "unexplained": unexplained}
    status = "equal" if unexplained == "0" else "break"
    put(
        workspace,
        "measurement",
        {
            **at,
            **figures,
            "taken_at": when,
            "rung": "control_totals",
            "metric": "suppliers.money",
            "by_dimension": "",
            "grp": "",
            "tolerance": 0,
            "status": status,
            "sample": "[]",
        },
    )


def broken(workspace: Workspace, state: str) -> None:
    """A break of S1 in this state, in the place of what there was."""
    with workspace.databases.connect(CONTROL) as connection:
        connection.execute("DELETE FROM break_case")
    when = {"first_seen_at": START, "last_seen_at": START, "last_run": "m3", "runs": 1}
    what = {"metric": "x", "grp": "", "reason": "odd", "break_class": "changed_in_erp_since", "weight": "fails", "fingerprint": ""}
    size = {"rows": 1, "amount": 0, "owner": "", "note": "", "sample": "[]", "state": state}
    put(workspace, "break_case", {"store": "S1", "dataset": "suppliers", **when, **what, **size})


def refusal(workspace: Workspace, *stores: str) -> str:
    with pytest.raises(DataError) as refused:
        approve(workspace, stores, wave="pilot")
    assert refused.value.exit_code == 1
    return str(refused.value)


def test_only_clean_figures_can_be_signed(workspace: Workspace) -> None:
    assert "S1: suppliers has not come to its end" in refusal(workspace, "S1")
    load(workspace, "S1", 1)
    reconcile(workspace, "S1", 1, unexplained="0.01")
    assert "S1: suppliers: 1 breaks, unexplained 0.01" in refusal(workspace, "S1")
    reconcile(workspace, "S1", 2)
    load(workspace, "S1", 3)
    assert "S1: suppliers was not compared since its last load" in refusal(workspace, "S1")
    reconcile(workspace, "S1", 3)
    broken(workspace, "open")
    assert "S1: 1 open breaks: odd" in refusal(workspace, "S1")
    broken(workspace, "accepted")
    assert signatures_of(workspace) == {}
    reconcile(workspace, "S1", 4)
    (signed,) = approve(workspace, ["S1"], wave="pilot", who="王芳", note="go")
    (found,) = signatures_of(workspace).values()
    assert (found.void, found.as_json()["who"], found.as_json()["figures_sha256"]) == ("", "王芳", signed.figures_sha256)
    (entry,) = AuditLog(workspace.databases).entries({"action": "approved"})
    assert (entry["who"], entry["subject"], entry["store"], entry["why"]) == ("王芳", "pilot", "S1", "go")


def test_a_signature_falls_with_its_figures_and_not_with_a_load_that_changed_nothing(workspace: Workspace) -> None:
    load(workspace, "S1", 1)
    reconcile(workspace, "S1", 1)
    approve(workspace, ["S1"])

    def void() -> str:
        return signatures_of(workspace)["S1"].void

    load(workspace, "S1", 2, changed=0)
    reconcile(workspace, "S1", 2)
    assert void() == ""
    load(workspace, "S1", 3)
    assert "not compared since" in void()
    reconcile(workspace, "S1", 3)
    assert "the figures have changed since" in void()
    approve(workspace, ["S1"])
    assert void() == ""
    reconcile(workspace, "S1", 4, unexplained="-0.01")
    assert "unexplained 0.01" in void()
    reconcile(workspace, "S1", 5)
    assert void() == ""
    with workspace.databases.connect(CONTROL) as connection:
        connection.execute("UPDATE load_batch SET status = 'undone', undone_at = %s WHERE batch_id = 'S1-3'", (START + timedelta(days=6),))
    reconcile(workspace, "S1", 6)
    assert "the figures have changed since" in void()


def test_what_a_sync_brings_leaves_an_approval_standing_while_it_is_clean(workspace: Workspace) -> None:
    """A store that lives goes on selling: its syncs do not hold later waves, but a break, another load or taking one back does."""
    load(workspace, "S1", 1)
    reconcile(workspace, "S1", 1)
    with workspace.databases.connect(CONTROL) as connection:
        connection.execute("UPDATE load_batch SET started_at = '2020-01-01', ended_at = '2020-01-01'")
    approve(workspace, ["S1"], wave="pilot")
    soon = (datetime.now(UTC) - START).days + 2

    def synced(day: int) -> None:
        load(workspace, "S1", day)
        at = {"run_id": f"r{day}", "store": "S1", "dataset": "suppliers", "migration": "sync-0a1b"}
        put(workspace, "run_version", {**at, "extract_id": "x", "recorded_at": START + timedelta(days=day), "versions": "{}"})

    synced(soon)
    assert "not compared since" in signatures_of(workspace)["S1"].void
    reconcile(workspace, "S1", soon)
    demand_approved(workspace, ["S2"], {}, "run")
    reconcile(workspace, "S1", soon + 1, unexplained="0.01")
    assert "unexplained 0.01" in signatures_of(workspace)["S1"].void
    reconcile(workspace, "S1", soon + 2)
    assert signatures_of(workspace)["S1"].void == ""
    load(workspace, "S1", soon + 3)
    reconcile(workspace, "S1", soon + 3)
    assert "the figures have changed since" in signatures_of(workspace)["S1"].void


def test_a_wave_waits_for_those_before_it_and_nobody_else_waits(workspace: Workspace) -> None:
    for free in ("S1", "S4"):
        demand_approved(workspace, [free], {})
    with pytest.raises(DataError, match=r"wave pilot is not clean and approved \(not approved: S1\)") as refused:
        demand_approved(workspace, ["S2"], {}, "run")
    assert "store2erp approve --wave pilot" in refused.value.fix
    demand_approved(replace(workspace, sandbox="0a1b2c3d"), ["S2"], {}, "run")
    load(workspace, "S1", 1)
    reconcile(workspace, "S1", 1)
    approve(workspace, workspace.wave("pilot"), wave="pilot")
    demand_approved(workspace, ["S2", "S3"], {}, "run")
    load(workspace, "S1", 2)
    with pytest.raises(DataError, match=r"approval void: S1: suppliers was not compared"):
        demand_approved(workspace, ["S3"], {}, "other")
    load(workspace, "S3", 7)
    demand_approved(workspace, ["S3"], {}, "r7")
    assert OverrideRepository(workspace.databases).overrides() == []


def test_a_reason_lets_a_wave_start_and_is_on_record(workspace: Workspace) -> None:
    tags = without_approval_tags(" the board said so ")
    demand_approved(workspace, ["S2"], tags)
    assert OverrideRepository(workspace.databases).overrides() == []
    for _ in range(2):
        demand_approved(workspace, ["S2"], tags, "run")
    (one,) = OverrideRepository(workspace.databases).overrides()
    assert (one.kind, one.run_id, one.store, one.reason) == ("without_approval", "run", "S2", "the board said so")
    assert "wave pilot" in one.told
    (entry,) = AuditLog(workspace.databases).entries({"action": "override"})
    assert (entry["run_id"], entry["subject"], entry["why"]) == ("run", "without_approval", "the board said so")
    assert without_approval_tags(" ") == {}


def test_the_gate_of_the_loads_holds_however_a_run_was_started(workspace: Workspace) -> None:
    """A run from Dagster's UI has no command before it that refuses."""
    job = dg.DagsterRun(job_name="migrate", run_id="a", tags={})
    with pytest.raises(DataError, match="wave pilot"), load_gate(workspace, "S2", job):
        pytest.fail("the store was let in")
    with load_gate(workspace, "S2", dg.DagsterRun(job_name="migrate", run_id="b", tags={"without_approval": "said so"})):
        assert [one.run_id for one in OverrideRepository(workspace.databases).overrides()] == ["b"]
