"""`store2erp undo drill` takes back on copies what a real undo would, measures it, and changes nothing."""

from collections.abc import Callable
from pathlib import Path

from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.control.repository.drills import DrillRepository
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command, erp_rows
from migration_pipeline_tests.integration.small_project import write_project


def disconnect(databases: Databases) -> None:
    """End what checks of the run have left open in this process; a command of its own has nothing open."""
    end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with databases.connect(ERP, autocommit=True) as connection:
        connection.execute(end)


def test_a_rehearsal_says_what_the_undo_does_and_leaves_everything_as_it_is(
    tmp_path: Path, own_databases: Callable[[Home], Databases], store2erp: Command
) -> None:
    project = write_project(tmp_path / "chain", ("A", "B"))
    home = Home.of(project.folder)
    databases, at = own_databases(home), ("-p", project.folder)
    assert store2erp("undo", "drill", *at).code == 2
    assert store2erp("run", *at, "--json").json["balanced"] is True
    before = PostgresTarget(databases).state_hash(), erp_rows(databases), sorted(home.lake.rglob("*"))

    with databases.connect(ERP):
        busy = store2erp("undo", "drill", *at, "--store", "A")
    assert (busy.code, "connected to the ERP's database" in busy.err, DrillRepository(databases).drills()) == (2, True, [])
    disconnect(databases)
    drilled = store2erp("undo", "drill", *at, "--store", "A", "--reload", "--json")
    assert drilled.code == 0, drilled.text
    told = drilled.json
    assert (told["passed"], told["as_before"], told["reloaded"], told["other_stores_changed"]) == (True, True, True, [])
    assert list(told["milliseconds"]) == ["copy", "plan", "undo", "proof", "reload"]
    assert (PostgresTarget(databases).state_hash(), erp_rows(databases), sorted(home.lake.rglob("*"))) == before
    assert set(BatchRepository(databases).batches()["status"]) == {"committed"}
    (kept,) = DrillRepository(databases).drills()
    assert (kept.stores, kept.milliseconds, kept.passed) == (["A"], told["milliseconds"], True)

    done = store2erp("undo", *at, "--store", "A", "--yes", "--json").json
    deleted = sum(sum(batch["deleted"].values()) for batch in done["batches"])
    kept_rows = sum(row["rows"] for batch in done["batches"] for row in batch["kept"])
    assert (told["deleted"], told["kept"], told["batches"]) == (deleted, kept_rows, len(done["batches"]))
