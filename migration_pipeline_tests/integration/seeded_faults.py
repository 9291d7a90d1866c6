"""Faults to plant into a migration that is otherwise good, one at a time, and the run of one fault.

Belongs here: what a fault is, faults of files, archive, lake and ERP. Does not belong here: stages that go wrong (`wrong_stages.py`), the
list (`fault_list.py`), what is demanded (`test_seeded_faults.py`), the table (`benchmarks/fault_matrix.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from psycopg import sql

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.loaded.protocol import Batch, BatchResult
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.loaded.targets.postgres_lookups import PostgresLookups
from migration_pipeline.orchestration.assets import raw as reading
from migration_pipeline.orchestration.assets import store_step
from migration_pipeline.orchestration.run import register_stores, run_store
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.raw.extract import extract
from migration_pipeline.runtime.databases import ERP
from migration_pipeline.runtime.lake import write_stage
from migration_pipeline_tests.integration.small_project import SmallProject

STORE, BYSTANDER = "A", "B"
REFUSED = "refused"
"""A stage would not work on what changed behind its back: the store stops there, as it does at a check."""
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Ground:
    """Where faults are planted: a project of two stores that has run well, and a patch that ends with the fault."""

    workspace: Workspace
    project: SmallProject
    patch: pytest.MonkeyPatch
    undo: list[Callable[[], object]] = field(default_factory=list)


Plant = Callable[[Ground], None]


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        name: what is wrong, in words.
        caught_by: `<asset>:<check>`, or `<asset>:refused`: the one thing that must stop the store.
    """

    name: str
    caught_by: str
    plant: Plant

    @property
    def dataset(self) -> str:
        """Whose rows; only they run again."""
        return self.caught_by.partition(":")[0].partition("_")[2]


@contextmanager
def planted(fault: Fault, workspace: Workspace, project: SmallProject) -> Iterator[None]:
    """The fault is there inside, and gone behind; of what it did to the ERP, what the next good load does not put right."""
    places = (project.folder / "data" / STORE, workspace.home.archive)
    kept = {path: path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}
    with pytest.MonkeyPatch.context() as patch:
        ground = Ground(workspace, project, patch)
        fault.plant(ground)
        yield
    for undo in ground.undo:
        undo()
    for path, content in kept.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


def stopped_by(fault: Fault, workspace: Workspace, instance: dg.DagsterInstance, project: SmallProject) -> tuple[str, ...]:
    """What stopped the store: every failing check and every stage that refused, in order; no check that only warns.

    What reconciliation finds may be seen at the counter too: the probes beside it are an echo.
    """
    register_stores(instance, workspace)
    with planted(fault, workspace, project):
        run = run_store(workspace, instance, STORE, [fault.dataset])
    refused = [f"{failure.step.removesuffix('_shape')}:{REFUSED}" for failure in run.failures]
    failed = [(check.asset, check.check) for check in run.failed_checks]
    echoes = {(asset, "probes") for asset, name in failed if name == "reconciliation"}
    return (*(f"{asset}:{name}" for asset, name in failed if (asset, name) not in echoes), *refused)


def in_file(name: str, change: Callable[[str], str]) -> Plant:
    """A file of the source that is wrong."""

    def plant(ground: Ground) -> None:
        path = ground.project.file(STORE, name)
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return plant


def in_erp(table: str, where: Mapping[str, object], values: Mapping[str, object]) -> Plant:
    """Somebody changes one row of the ERP right after the load of its table, or deletes it (no values)."""

    def plant(ground: Ground) -> None:
        load_batch = PostgresTarget.load_batch

        def then_changed(target: PostgresTarget, batch: Batch, tables: Frames) -> BatchResult:
            result = load_batch(target, batch, tables)
            if table in tables:
                assert _executed(ground, _change(table, where, values)) == 1
            return result

        ground.patch.setattr(PostgresTarget, "load_batch", then_changed)
        if values and (erp_table(table).keep_owner or values.keys() & set(erp_table(table).key)):
            ground.undo.append(lambda: _executed(ground, _change(table, {**where, **values}, {})))

    return plant


def at_the_counter(question: str) -> Plant:
    """The ERP holds every row, but does not find anything that it is asked like this."""

    def plant(ground: Ground) -> None:
        answer = getattr(PostgresLookups, question)
        ground.patch.setattr(PostgresLookups, question, lambda *asked: answer(*asked).iloc[:0])

    return plant


def _executed(ground: Ground, statement: sql.Composed) -> int:
    with ground.workspace.databases.connect(ERP) as connection:
        return connection.execute(statement).rowcount


def _change(table: str, where: Mapping[str, object], values: Mapping[str, object]) -> sql.Composed:
    """Update or delete (no values) one row, of the store at hand unless `where` names another."""
    equal = sql.SQL("{} = {}")
    settings = sql.SQL(", ").join(equal.format(sql.Identifier(name), sql.Literal(value)) for name, value in values.items())
    change = sql.SQL("UPDATE {table} SET {settings} WHERE {condition}" if values else "DELETE FROM {table} WHERE {condition}")
    own = {"store_code": STORE, **where} if erp_table(table).per_store else where
    condition = sql.SQL(" AND ").join(equal.format(sql.Identifier(name), sql.Literal(value)) for name, value in own.items())
    return change.format(table=sql.Identifier(table), settings=settings, condition=condition)


def _one_byte(path: Path) -> None:
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def in_archive(ground: Ground) -> None:
    """The archived copy of a file changes right after it was read."""

    def then_damaged(*given: Any) -> StageOutput:
        output = extract(*given)
        files: Any = output.facts["files"]
        _one_byte(ground.workspace.home.archive / next(iter(files.values()))[0]["stored"])
        return output

    ground.patch.setattr(reading, "extract", then_damaged)


def in_lake(stage: str) -> Plant:
    """A table of one stage changes right after it was written."""

    def plant(ground: Ground) -> None:
        def then_damaged(root: Path, at: str, dataset: str, store: str, output: StageOutput) -> Path:
            folder = write_stage(root, at, dataset, store, output)
            if at == stage:
                _one_byte(folder / f"{next(iter(output.tables))}.parquet")
            return folder

        ground.patch.setattr(store_step, "write_stage", then_damaged)

    return plant
