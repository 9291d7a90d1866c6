"""Running stores through Dagster from the command line: one run per store, so that a failing store stops only itself.

Belongs here: launching runs and collecting how they ended. Does not belong here: figures (`control/`), printing (`cli/`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from uuid import uuid4

import dagster as dg
from dagster._core.events.log import EventLogEntry

from migration_pipeline.control.store_locks import loading_turn
from migration_pipeline.orchestration.build import build_defs
from migration_pipeline.orchestration.failures import StepFailure, failures_of
from migration_pipeline.orchestration.jobs import MIGRATION_JOB, StoreJob
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.sensors import missing_partitions
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.orchestration.workspace import Workspace

OnStep = Callable[[str, str], None]
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class FailedCheck:
    """A check that did not pass."""

    asset: str
    check: str
    detail: str = ""


@dataclass(frozen=True)
class StoreRun:
    """How one store's run ended."""

    store: str
    run_id: str
    datasets: tuple[str, ...]
    failures: tuple[StepFailure, ...]
    failed_checks: tuple[FailedCheck, ...]
    warnings: tuple[FailedCheck, ...] = ()

    @property
    def ok(self) -> bool:
        """No step failed and every check passed or only warns."""
        return not (self.failures or self.failed_checks)


def register_stores(instance: dg.DagsterInstance, workspace: Workspace) -> None:
    """Make every store of the project a partition."""
    name = STORES.name or ""
    new = missing_partitions(list(workspace.stores), list(instance.get_dynamic_partitions(name)))
    if new:
        instance.add_dynamic_partitions(name, new)


def run_store(
    workspace: Workspace,
    instance: dg.DagsterInstance,
    store: str,
    datasets: Sequence[str] | None = None,
    on_step: OnStep | None = None,
    tags: Mapping[str, str] = MappingProxyType({}),
    job: StoreJob = MIGRATION_JOB,
) -> StoreRun:
    """Take one store through all stages of a job, for its datasets (or those named).

    Args:
        workspace: the opened project.
        instance: where the history goes.
        store: its id.
        datasets: only these; None: all it has.
        on_step: called with the store and the asset or check that starts.
        tags: of the run; without `MIGRATION` it is a command of its own.
        job: which stages.
    """
    has = workspace.datasets(store)
    wanted = [name for name in has if datasets is None or name in datasets]
    run_id = str(uuid4())
    with loading_turn(workspace.databases, store), _listening(instance, run_id, store, on_step):
        result = _job(str(workspace.loaded.folder), str(workspace.loaded.data), workspace.sandbox, job.name).execute_in_process(
            instance=instance,
            run_id=run_id,
            partition_key=store,
            asset_selection=[dg.AssetKey(f"{stage}_{name}") for stage in job.stages for name in wanted],
            tags={"store": store, "source": workspace.store(store).source, MIGRATION: run_id, **tags},
            run_config=_QUIET,
            raise_on_error=False,
        )
    found = [e for e in result.get_asset_check_evaluations() if not e.passed]
    failed, warned = ([_failed(e) for e in found if (e.severity == dg.AssetCheckSeverity.WARN) is warns] for warns in (False, True))
    return StoreRun(store, run_id, tuple(wanted), tuple(failures_of(result)), tuple(failed), tuple(warned))


def _failed(found: dg.AssetCheckEvaluation) -> FailedCheck:
    return FailedCheck(found.asset_key.to_user_string(), found.check_name, found.description or "")


@lru_cache(maxsize=4)
def _job(folder: str, data: str, sandbox: str, name: str) -> dg.JobDefinition:
    """The job is the same for all stores of a project; putting it together takes longer than a small store."""
    return build_defs(MigrationResource(project_dir=folder, data=data, sandbox=sandbox)).resolve_job_def(name)


@contextmanager
def _listening(instance: dg.DagsterInstance, run_id: str, store: str, on_step: OnStep | None) -> Iterator[None]:
    def heard(entry: EventLogEntry) -> None:
        event = entry.dagster_event
        if on_step is not None and event is not None and event.event_type_value == "STEP_START":
            on_step(store, event.step_key or "")

    instance.add_event_listener(run_id, heard)
    yield
