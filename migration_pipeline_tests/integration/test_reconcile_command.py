"""Comparing again finds what people changed in the ERP, names row and column, waits for a decision, and says what moved since."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from migration_pipeline.orchestration.build import build_defs
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.schedules import DUE_TAG
from migration_pipeline.orchestration.workspace import open_workspace
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.lake import read_stage
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

SALES = ("--dataset", "sales", "--json")
CHANGE = "UPDATE ticket_line SET amount = amount + 0.01 WHERE (ticket_no, line_no) = (SELECT min(ticket_no), 1 FROM ticket_line)"


@pytest.fixture
def loaded(tmp_path: Path, store2erp: Command) -> SmallProject:
    """One good store, loaded."""
    project = write_project(tmp_path / "shop")
    path = project.folder / "migration.yaml"
    path.write_text(path.read_text(encoding="utf-8") + 'reconciliation: {schedule: "0 3 * * *"}\n', encoding="utf-8")
    assert store2erp("reconcile", "-p", project.folder).code == 2, "nothing was loaded yet"
    ended = store2erp("run", "-p", project.folder, "--json")
    assert ended.code == 0, ended.text
    return project


def test_a_cent_changed_in_the_erp_is_named_waits_is_accepted_and_drifts(
    loaded: SmallProject, store2erp: Command, own_databases: Callable[[Home], Databases]
) -> None:
    """One story, for runs are slow: no change; one cent; the decision; another cent; a load puts it back; the schedule."""
    folder = loaded.folder
    workspace = open_workspace(folder)
    same = store2erp("reconcile", "-p", folder, *SALES)
    assert (same.code, same.json["drift"], same.json["waiting"]) == (0, [], [])

    with workspace.databases.connect(ERP) as connection:
        connection.execute(CHANGE)
    found = store2erp("reconcile", "-p", folder, *SALES)
    assert (found.code, found.json["unexplained"]) == (1, "0.00")
    wholes = {one["metric"]: (one["change"], one["break_class"], one["to"]) for one in found.json["drift"] if not one["grp"]}
    assert wholes == {
        "lines.money": ("found", "changed_in_erp_since", "-0.01"),
        "ticket_line.rows": ("found", "changed_in_erp_since", "1"),
    }
    (row,) = read_stage(workspace.home.lake, "reconciled", "sales", "A").tables["break_rows"].to_dict("records")
    assert (row["erp_table"], row["key"].count("|"), row["columns"]) == ("ticket_line", 2, "amount")
    assert row["key"] in next(one for one in found.json["waiting"] if one["metric"] == "ticket_line.rows")["sample"]

    number = str(next(one["id"] for one in found.json["waiting"] if one["metric"] == "lines.money"))
    accepted = store2erp("breaks", "accept", number, "-p", folder, "--reason", "price was wrong", "--who", "Li", "--json")
    assert {one["state"] for one in accepted.json["breaks"]} == {"accepted"}
    agreed = store2erp("reconcile", "-p", folder, *SALES)
    assert (agreed.code, agreed.json["drift"], [one["check"] for one in agreed.json["warnings"]]) == (0, [], ["reconciliation", "probes"])

    with workspace.databases.connect(ERP) as connection:
        connection.execute(CHANGE)
    again = store2erp("reconcile", "-p", folder, *SALES)
    moved = {one["metric"]: (one["change"], one["from"], one["to"]) for one in again.json["drift"] if not one["grp"]}
    assert (again.code, moved["lines.money"]) == (1, ("reopened", "-0.01", "-0.02"))
    shown = store2erp("breaks", "show", number, "-p", folder, "--json").json
    assert [event["kind"] for event in shown["history"]] == ["found", "accepted", "reopened"]

    restored = store2erp("run", "-p", folder, *SALES)
    assert (restored.code, restored.json["erp_changed_rows"]) == (0, 1), "a load puts it back"
    assert store2erp("breaks", "-p", folder, "--open", "--json").json == {"breaks": []}

    _the_schedule_asks_for_what_was_loaded(loaded, own_databases)


def _the_schedule_asks_for_what_was_loaded(loaded: SmallProject, own_databases: Callable[[Home], Databases]) -> None:
    home = Home.of(loaded.folder)
    project = MigrationResource(project_dir=str(loaded.folder))
    defs = build_defs(project)
    schedule = defs.resolve_schedule_def("reconcile_nightly")
    with open_instance(home, own_databases(home)) as instance:
        at = datetime(2026, 12, 1, 1, 15, tzinfo=UTC)
        given: dict[str, Any] = {"resources": {"migration": project}, "repository_def": defs.get_repository_def()}
        with dg.build_schedule_context(instance=instance, scheduled_execution_time=at, **given) as context:
            (request,) = schedule.evaluate_tick(context).run_requests or ()
    assert (request.partition_key, request.tags[DUE_TAG]) == ("A", "2026-11-30T19:00:00+00:00")
    assert {key.to_user_string() for key in request.asset_selection or ()} == {
        f"reconciled_{name}" for name in ("suppliers", "products", "members", "inventory", "sales")
    }
