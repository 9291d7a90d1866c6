"""Where a store stopped in a run is kept, and forgotten when the step is tried again."""

from datetime import UTC, datetime

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.control.repository.stops import StopRepository
from migration_pipeline.runtime.databases import Databases

AT = datetime(2026, 11, 1, tzinfo=UTC)


def stop(store: str, run: str = "r1") -> RunStop:
    """A store that stopped at raw sales."""
    return RunStop(run_id=run, store=store, asset="raw_sales", check_name="", stopped_at=AT, told="no file", exit_code=2)


def test_another_attempt_replaces_what_the_first_one_left(databases: Databases) -> None:
    upgrade(databases)
    stops = StopRepository(databases)
    stops.replace("r1", "raw_sales", [stop("A"), stop("B")])
    stops.replace("r2", "raw_sales", [stop("A", "r2")])
    stops.replace("r1", "raw_sales", [stop("B")])
    assert {(one.run_id, one.store) for one in stops.of(["r1", "r2"])} == {("r1", "B"), ("r2", "A")}
    assert stops.of([]) == []
