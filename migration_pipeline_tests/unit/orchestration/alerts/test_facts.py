"""Runs that failed without a store or a check telling why are told of; the others tell themselves."""

from datetime import UTC, datetime

import dagster as dg

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import CheckResult
from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.control.repository.checks import CheckRepository
from migration_pipeline.control.repository.stops import StopRepository
from migration_pipeline.orchestration.alerts.facts import died
from migration_pipeline.runtime.databases import Databases


@dg.op
def broken() -> None:
    """Fails."""
    raise ValueError("a bug")


@dg.job
def breaking() -> None:
    """One run that fails."""
    broken()


def test_only_runs_that_nothing_else_tells_of_have_died(databases: Databases) -> None:
    upgrade(databases)
    now = datetime.now(UTC)
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {"dagster/partition": "A"}
        runs = [breaking.execute_in_process(instance=instance, raise_on_error=False, tags=tags).run_id for _ in range(3)]
        assert sorted(died(instance, databases, now)) == sorted(("A", run) for run in runs)
        stop = RunStop(run_id=runs[0], store="A", asset="raw_sales", check_name="", stopped_at=now, told="", exit_code=2)
        StopRepository(databases).replace(runs[0], "raw_sales", [stop])
        result = CheckResult(
            judged_at=now, run_id=runs[1], store="A", dataset="sales", stage="archive", check_name="archive_whole", verdict="failed",
            told="", figures={},
        )  # fmt: skip
        CheckRepository(databases).record(result)
        assert died(instance, databases, now) == [("A", runs[2])]
