"""Running stores through Dagster from the command line, several in one run or one by itself; a failing store stops only itself.

Belongs here: launching runs and collecting how they ended. Does not belong here: figures (`control/`), printing (`cli/`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from uuid import uuid4

import dagster as dg
from dagster._core.events.log import EventLogEntry

from migration_pipeline.control.models import CheckResult
from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.control.repository.checks import CheckRepository, Wanted
from migration_pipeline.control.repository.stops import StopRepository
from migration_pipeline.control.store_locks import loading_turn
from migration_pipeline.orchestration.build import build_defs
from migration_pipeline.orchestration.failures import StepFailure, failures_of, other_failures
from migration_pipeline.orchestration.jobs import MIGRATION_JOB, StoreJob
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.run_tags import run_tags
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
    """Take one store through all stages of its datasets (or of those named); see `run_stores`."""
    return run_stores(workspace, instance, [store], datasets, on_step, tags, job)[0]


def run_stores(
    workspace: Workspace,
    instance: dg.DagsterInstance,
    stores: Sequence[str],
    datasets: Sequence[str] | None = None,
    on_step: OnStep | None = None,
    tags: Mapping[str, str] = MappingProxyType({}),
    job: StoreJob = MIGRATION_JOB,
) -> list[StoreRun]:
    """Take stores through all stages of a job, for their datasets (or those named), in one run; one that stops does not stop the others.

    Args:
        workspace: the opened project.
        instance: where the history goes.
        stores: their ids: neighbours among the partitions, in their order.
        datasets: only these; None: all they have.
        on_step: called with a store and the asset that was made for it.
        tags: of the run; without `MIGRATION` it is a command of its own.
        job: which stages.
    """
    has = {store: [name for name in workspace.datasets(store) if datasets is None or name in datasets] for store in stores}
    wanted = dict.fromkeys(name for names in has.values() for name in names)
    run_id = str(uuid4())
    with ExitStack() as turns:
        for store in stores:
            turns.enter_context(loading_turn(workspace.databases, store))
        turns.enter_context(_listening(instance, run_id, on_step))
        result = _job(str(workspace.loaded.folder), str(workspace.loaded.data), workspace.sandbox, job.name).execute_in_process(
            instance=instance,
            run_id=run_id,
            asset_selection=[dg.AssetKey(f"{stage}_{name}") for stage in job.stages for name in wanted],
            tags={**run_tags(workspace, stores), MIGRATION: run_id, **tags},
            run_config=_QUIET,
            raise_on_error=False,
        )
    stops = StopRepository(workspace.databases).of([run_id])
    whole, found = other_failures(result, stops), CheckRepository(workspace.databases).history(Wanted(run_id=run_id, not_passed=True))
    return [_ended(store, run_id, has[store], [s for s in stops if s.store == store], whole, found) for store in stores]


def _ended(
    store: str, run_id: str, datasets: Sequence[str], stops: Sequence[RunStop], whole: Sequence[StepFailure], found: Sequence[CheckResult]
) -> StoreRun:
    own = [one for one in reversed(found) if one.store == store and one.verdict != "error"]
    failed, warned = ([_failed(one) for one in own if one.verdict == verdict] for verdict in ("failed", "warned"))
    return StoreRun(store, run_id, tuple(datasets), (*failures_of(stops), *whole), tuple(failed), tuple(warned))


def _failed(found: CheckResult) -> FailedCheck:
    return FailedCheck(f"{found.stage}_{found.dataset}", found.check_name, found.told)


@lru_cache(maxsize=4)
def _job(folder: str, data: str, sandbox: str, name: str) -> dg.JobDefinition:
    """The job is the same for all stores of a project; putting it together takes longer than a small store."""
    return build_defs(MigrationResource(project_dir=folder, data=data, sandbox=sandbox)).resolve_job_def(name)


@contextmanager
def _listening(instance: dg.DagsterInstance, run_id: str, on_step: OnStep | None) -> Iterator[None]:
    def heard(entry: EventLogEntry) -> None:
        event = entry.dagster_event
        if on_step is not None and event is not None and event.event_type_value == "ASSET_MATERIALIZATION":
            on_step(event.partition or "", event.step_key or "")

    instance.add_event_listener(run_id, heard)
    yield
