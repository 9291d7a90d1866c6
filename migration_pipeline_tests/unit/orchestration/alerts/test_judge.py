"""What is worth telling: each kind of fact above its limit, as codes and counts, and never about a store that left the project."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from migration_pipeline.orchestration.alerts.judge import Facts, judged
from migration_pipeline.project.alert_settings import Alerts

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
COLUMNS = {
    "stops": ["store", "asset", "run_id", "exit_code"],
    "checks": ["store", "dataset", "stage", "check_name", "verdict", "run_id"],
    "reconciled": ["store", "reconciled_at"],
    "breaks": ["store", "dataset", "breaks", "print"],
    "quarantine": ["store", "dataset", "rejected", "before"],
    "died": ["store", "run_id"],
}


def facts(**rows: list[tuple[object, ...]]) -> Facts:
    """Facts with these rows, the other frames empty."""
    return Facts(**{name: pd.DataFrame(rows.get(name, []), columns=columns, dtype=object) for name, columns in COLUMNS.items()})


def keys(given: Facts, settings: Alerts | None = None) -> list[str]:
    """What is told of the stores A and B."""
    return [alert.key for alert in judged(given, settings or Alerts(), ("A", "B"), NOW)]


def test_a_stopped_store_and_a_failed_check_are_told_with_their_run() -> None:
    given = facts(
        stops=[("A", "loaded_sales", "r1", 3), ("B", "raw_sales", "r1", None), ("GONE", "raw_sales", "r1", 2)],
        checks=[("A", "sales", "reconciled", "reconciliation", "failed", "r2")],
        died=[("", "12345678-9")],
    )
    found = judged(given, Alerts(), ("A", "B"), NOW)
    assert [(one.key, one.figures, one.run_id) for one in found] == [
        ("failed_run|A|loaded_sales", "exit 3", "r1"),
        ("failed_run|B|raw_sales", "", "r1"),
        ("failed_run||run 12345678", "", "12345678-9"),
        ("failed_check|A|reconciled_sales reconciliation", "failed", "r2"),
    ]


def test_a_store_is_late_only_past_the_hours_the_project_names() -> None:
    given = facts(reconciled=[("A", NOW - timedelta(hours=26)), ("B", NOW - timedelta(hours=26, seconds=1))])
    assert keys(given) == []
    assert keys(given, Alerts(late_hours=26)) == ["late_store|B|"]


def test_breaks_and_quarantine_are_told_above_their_limit_and_again_when_they_change() -> None:
    given = facts(breaks=[("A", "sales", 3, "p1"), ("B", "sales", 2, "p2")], quarantine=[("A", "members", 15, 5), ("B", "members", 16, 5)])
    assert keys(given, Alerts(open_breaks=2, quarantine_growth=10)) == ["open_breaks|A|sales", "quarantine_growth|B|members"]
    assert [one.state for one in judged(given, Alerts(), ("A", "B"), NOW)] == ["p1", "p2", "5 15", "5 16"]
