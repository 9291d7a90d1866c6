"""What was predicted is compared with the first real load after it, and a difference is explained only by what changed in between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import RunResult
from migration_pipeline.control.repository.results import ResultRepository
from migration_pipeline.control.views import build_views, read_view
from migration_pipeline.runtime.databases import Databases

START = datetime(2026, 11, 1, tzinfo=UTC)
STOPPED = "lines loaded money: 9.00 -> 0; lines loaded rows: 3 -> 0; stopped at: 0 -> raw_sales"
COLUMNS = ["dataset", "verdict", "differences", "changed"]


@pytest.fixture
def results(databases: Databases) -> ResultRepository:
    """An empty control database with its views."""
    upgrade(databases)
    build_views(databases)
    return ResultRepository(databases)


def result(run_id: str, dataset: str = "sales", hours: int = 0, **said: Any) -> RunResult:
    """A dry run of store S1, unless it says what it answers."""
    usual: dict[str, Any] = {
        "answers": None,
        "versions": {"inputs": "i1", "rules": "r1"},
        "figures": {"lines loaded rows": 3, "lines loaded money": "9.00"},
        "erp_before": "e0",
        "loads_before": "l0",
        "erp_after": "e1",
    }
    values = usual | said
    moment = START + timedelta(hours=hours)
    return RunResult(
        run_id=run_id, store="S1", dataset=dataset, migration="m", predicted=not values["answers"], measured_at=moment, **values
    )


def compared(results: ResultRepository) -> list[tuple[object, ...]]:
    frame = read_view(results.databases, "predicted_vs_actual", ("loaded_at", "dataset"))
    return list(frame[COLUMNS].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, ("equal", "", "")),
        ({"versions": {"inputs": "i2", "rules": "r1"}}, ("equal", "", "inputs")),
        ({"figures": {"lines loaded rows": 3, "lines loaded money": "9.01"}}, ("unexplained", "lines loaded money: 9.00 -> 9.01", "")),
        (
            {"figures": {"lines loaded rows": 3}, "versions": {"inputs": "i1", "rules": "r2"}},
            ("explained", "lines loaded money: 9.00 -> 0", "rules"),
        ),
        ({"figures": {"stopped at": "raw_sales"}, "versions": {}}, ("explained", STOPPED, "unread")),
        ({"erp_after": "e2"}, ("unexplained", "rows of the store in the ERP", "")),
        ({"erp_after": "e2", "erp_before": "e9"}, ("explained", "rows of the store in the ERP", "erp")),
        ({"erp_after": "e2", "loads_before": "l9"}, ("explained", "rows of the store in the ERP", "erp")),
    ],
)
def test_each_kind_of_difference_has_its_verdict(results: ResultRepository, said: dict[str, Any], told: tuple[str, ...]) -> None:
    results.record(result("dry"), result("real", answers="dry", hours=1, **said))
    assert compared(results) == [("sales", *told)]


def test_the_end_of_a_store_speaks_only_against_the_dataset_that_explains_it(results: ResultRepository) -> None:
    """The hash after a load is the store's; with other sales, its products are still as predicted."""
    results.record(result("dry", "products"), result("dry"))
    other = {"versions": {"inputs": "i2", "rules": "r1"}, "figures": {"lines loaded rows": 4}, "erp_after": "e2"}
    results.record(result("real", "products", 1, answers="dry", erp_after="e2"), result("real", hours=1, answers="dry", **other))
    assert [row[:2] for row in compared(results)] == [("products", "equal"), ("sales", "explained")]


def test_fewer_datasets_than_predicted_leave_the_end_of_the_store_out(results: ResultRepository) -> None:
    results.record(result("dry", "products"), result("dry"), result("real", "products", 1, answers="dry", erp_after="e2"))
    assert compared(results) == [("products", "equal", "", "datasets")]


def test_a_prediction_is_answered_once_and_a_newer_one_replaces_it(results: ResultRepository) -> None:
    results.record(result("old", "sales"), result("new", "sales", 1), result("new", "products", 1))
    assert results.unanswered("S1") == {"sales": "new", "products": "new"}
    assert results.unanswered("S2") == {}
    results.record(result("real", "sales", 2, answers="new"))
    assert results.unanswered("S1") == {"products": "new"}


def test_results_can_be_taken_from_one_control_database_to_another(results: ResultRepository) -> None:
    """A dry run measures in its own, which is thrown away."""
    results.record(result("dry"))
    taken = results.of_runs(["dry"])
    with results.databases.connect("control") as connection:
        connection.execute("DELETE FROM run_result")
    results.record(*taken)
    assert [(one.run_id, one.figures) for one in results.of_runs(["dry"])] == [
        ("dry", {"lines loaded rows": 3, "lines loaded money": "9.00"})
    ]
