"""From what the control database holds to what channels were told: once, again when it is over, and no channel waits for a broken one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import CheckResult, Extract, Measurement, OutcomeSum
from migration_pipeline.control.models_breaks import BreakCase
from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.control.repository.alerts import AlertRepository
from migration_pipeline.control.views import build_views
from migration_pipeline.orchestration.alerts import telling
from migration_pipeline.orchestration.alerts.channels import ChannelError
from migration_pipeline.orchestration.alerts.messages import Message
from migration_pipeline.orchestration.alerts.telling import Told, alerts_now, tell_all, tell_trial
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.alert_settings import AlertChannel
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.small_project import write_project

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
ALERTS = """
alerts:
  late_hours: 24
  quarantine_growth: 3
  channels:
    good: {kind: webhook, url: "env:GOOD"}
    dead: {kind: slack, url: "env:DEAD"}
"""
_HOURS = timedelta(hours=1)


@pytest.fixture
def workspace(tmp_path: Path, databases: Databases) -> Workspace:
    """A project with two channels and an empty control database."""
    project = write_project(tmp_path / "shop")
    path = project.folder / "migration.yaml"
    path.write_text(path.read_text(encoding="utf-8") + ALERTS, encoding="utf-8")
    upgrade(databases)
    build_views(databases)
    return Workspace(load_project(project.folder), Home.of(project.folder), databases)


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What the good channel got; the other is not there."""
    messages: list[Message] = []

    def post(channel: AlertChannel, message: Message, now: datetime) -> None:
        if channel.kind == "slack":
            raise ChannelError("no answer")
        messages.append(message)

    monkeypatch.setattr(telling, "post", post)
    return messages


def measured(hours_ago: int) -> Measurement:
    """A comparison of the sales of A."""
    zero: Any = dict.fromkeys(("source", "target", "difference", "tolerance", "explained", "unexplained"), Decimal(0))
    return Measurement(
        run_id="r", taken_at=NOW - hours_ago * _HOURS, store="A", dataset="sales", rung="counts", metric="lines.rows", by_dimension="",
        grp="", status="equal", sample=[], **zero,
    )  # fmt: skip


def rejected(extract: str, hours_ago: int, rows: int) -> list[Any]:
    """An extract with so many rejected rows."""
    nothing: Any = dict.fromkeys(("money", "quantity", "points"), Decimal(0))
    place: Any = {"extract_id": extract, "store": "A", "dataset": "sales"}
    sums = {"table_name": "lines", "stage": "cleaned", "outcome": "rejected", "reason": "missing_required"}
    return [
        Extract(**place, run_id=extract, taken_at=NOW - hours_ago * _HOURS, rows=9, manifest=[]),
        OutcomeSum(**place, **sums, rows=rows, **nothing),
    ]


def checked(verdict: str, hours_ago: int) -> CheckResult:
    """A result of the check of A's sales."""
    return CheckResult(
        judged_at=NOW - hours_ago * _HOURS, run_id="r2", store="A", dataset="sales", stage="reconciled", check_name="reconciliation",
        verdict=verdict, told="", figures={},
    )  # fmt: skip


def waiting() -> BreakCase:
    """A break that waits."""
    moment = NOW - _HOURS
    return BreakCase(
        store="A", dataset="sales", metric="lines.money", grp="", reason="", break_class="unclassed", weight="fails", first_seen_at=moment,
        last_seen_at=moment, last_run="r2", runs=1, rows=1, amount=Decimal("0.01"), fingerprint="", state="open", owner="", note="",
        sample=[],
    )  # fmt: skip


def keep(databases: Databases, *rows: Any) -> None:
    """Into the control database."""
    with Session(control_engine(databases)) as session, session.begin():
        session.add_all(rows)


def test_everything_is_told_once_and_once_when_it_is_over(workspace: Workspace, arrived: list[Message]) -> None:
    stop = {"run_id": "r1", "store": "A", "asset": "loaded_sales", "stopped_at": NOW - 2 * _HOURS, "told": "Zhang San", "exit_code": 3}
    by_check = stop | {"asset": "reconciled_sales", "check_name": "reconciliation"}
    keep(
        workspace.databases, RunStop(**stop, check_name=""), RunStop(**by_check), measured(25), *rejected("e1", 50, 2),
        *rejected("e2", 26, 6),
        checked("passed", 9), checked("failed", 1), waiting(),
    )  # fmt: skip
    found = alerts_now(workspace, (), NOW)
    assert [(one.key, one.figures) for one in found] == [
        ("failed_run|A|loaded_sales", "exit 3"),
        ("failed_check|A|reconciled_sales reconciliation", "failed"),
        ("late_store|A|", "since 2026-11-30 07:00 UTC"),
        ("open_breaks|A|sales", "1"),
        ("quarantine_growth|A|sales", "2 → 6"),
    ]
    assert tell_all(workspace, found, NOW) == [Told("good", 5, 0), Told("dead", 0, 5, "no answer")]
    assert "Zhang" not in str(arrived), "what an error says may name a person"
    assert [one.link for one in arrived] == [str(workspace.report)] * 5

    soon = NOW + timedelta(seconds=30)
    assert tell_all(workspace, alerts_now(workspace, (), NOW), soon) == [Told("good", 0, 0), Told("dead", 0, 5)]
    assert len(AlertRepository(workspace.databases).sendings("dead", NOW - _HOURS)) == 1, "it is left alone for a minute"

    keep(workspace.databases, measured(0), checked("passed", 0))
    arrived.clear()
    later = NOW + timedelta(minutes=2)
    assert tell_all(workspace, alerts_now(workspace, (), NOW), later) == [Told("good", 3, 0), Told("dead", 0, 2, "no answer")]
    assert [(one.kind, one.over) for one in arrived] == [("failed_run", True), ("failed_check", True), ("late_store", True)]
    arrived.clear()
    assert tell_all(workspace, alerts_now(workspace, (), NOW), later)[0] == Told("good", 0, 0)
    assert arrived == []


def test_a_trial_goes_to_each_channel_and_changes_nothing(workspace: Workspace, arrived: list[Message]) -> None:
    assert tell_trial(workspace, ["good", "dead"]) == [Told("good", 1, 0), Told("dead", 0, 1, "no answer")]
    assert AlertRepository(workspace.databases).told("good") == {}
    assert [one.title for one in arrived] == [f"[{workspace.project.name}] test message 测试消息"]
