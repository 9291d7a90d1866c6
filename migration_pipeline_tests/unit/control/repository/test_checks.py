"""The history of checks keeps every result and gives those that are asked for, newest first."""

from datetime import UTC, datetime, timedelta

import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import CheckResult
from migration_pipeline.control.repository.checks import CheckRepository, Wanted
from migration_pipeline.control.views import build_views, read_view
from migration_pipeline.runtime.databases import Databases

START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def checks(databases: Databases) -> CheckRepository:
    """Four results: the shape of S1's products judged three times, and the books of S2's sales once."""
    upgrade(databases)
    build_views(databases)
    repository = CheckRepository(databases)
    for day, (store, dataset, name, verdict) in enumerate(
        [
            ("S1", "products", "shape", "failed"),
            ("S1", "products", "shape", "warned"),
            ("S2", "sales", "conservation", "passed"),
            ("S1", "products", "shape", "passed"),
        ]
    ):
        repository.record(
            CheckResult(
                judged_at=START + timedelta(days=day),
                run_id=f"run{day}",
                store=store,
                dataset=dataset,
                stage="raw",
                check_name=name,
                verdict=verdict,
                told="",
                figures={"rows": day},
            )
        )
    return repository


@pytest.mark.parametrize(
    ("wanted", "runs"),
    [
        (Wanted(), ["run3", "run2", "run1", "run0"]),
        (Wanted(store="S1"), ["run3", "run1", "run0"]),
        (Wanted(dataset="sales"), ["run2"]),
        (Wanted(run_id="run1"), ["run1"]),
        (Wanted(check="conservation"), ["run2"]),
        (Wanted(since=START + timedelta(days=2)), ["run3", "run2"]),
        (Wanted(store="S1", not_passed=True), ["run1", "run0"]),
    ],
)
def test_results_are_found_by_store_dataset_run_check_date_and_verdict(checks: CheckRepository, wanted: Wanted, runs: list[str]) -> None:
    assert [one.run_id for one in checks.history(wanted)] == runs


def test_the_views_hold_all_results_and_the_newest_of_each_check(checks: CheckRepository) -> None:
    assert len(read_view(checks.databases, "check_history", ("judged_at",))) == 4
    newest = read_view(checks.databases, "current_check", ("store", "check_name"))
    assert newest[["store", "check_name", "verdict"]].to_numpy().tolist() == [["S1", "shape", "passed"], ["S2", "conservation", "passed"]]
