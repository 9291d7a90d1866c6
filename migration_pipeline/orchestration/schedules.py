"""The schedule `reconcile_nightly`: stores that were loaded are compared again, at the project's hour, in their low-peak windows.

A tick every quarter of an hour asks which stores are due: the project's cron has passed since, their window is open, and no run has been
requested for that hour yet. After downtime only the last missed hour counts, so a store is compared once; neighbours share a run, and a
tick requests a bounded number of runs, so there is no storm. A store whose window cannot be computed is left out and told.
Belongs here: who is due. Does not belong here: windows (`window.py`), comparing (`reconcile_again.py`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from dagster._utils.schedules import is_valid_cron_string, reverse_cron_string_iterator

from migration_pipeline.orchestration.groups import Wanted, groups_of, is_large
from migration_pipeline.orchestration.jobs import COMPARE
from migration_pipeline.orchestration.loaded_stores import loaded_datasets
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.window import window_of
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError

DUE_TAG = "reconcile_due"
"""Tag of the runs of one hour of the schedule."""
_MOST = 20
"""Runs requested at one tick; the stores left over are requested at the next ones."""
_TICK = "*/15 * * * *"
_LATEST = timedelta(hours=24)
"""An hour that was missed by more than this is not made up for."""


def last_due(cron: str, zone: str, now: datetime) -> datetime | None:
    """When the cron last came round; None: not within a day.

    Raises:
        BadInputError: it is no cron.
    """
    if not is_valid_cron_string(cron):
        raise BadInputError(f"{cron!r} is no cron", where="migration.yaml, reconciliation: schedule:", fix='write e.g. "0 3 * * *"')
    due = next(reverse_cron_string_iterator(now.timestamp(), cron, zone)).astimezone(UTC)
    return due if now - due < _LATEST else None


def due_stores(workspace: Workspace, now: datetime, requested: Collection[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Stores with their loaded datasets whose window is open now, without those that were requested; and why others cannot be asked for."""
    stores, problems = dict[str, list[str]](), list[str]()
    for store in workspace.stores:
        if store in requested or not (datasets := loaded_datasets(workspace, store)):
            continue
        try:
            window = window_of(workspace, store)
        except BadInputError as error:
            problems.append(str(error))
            continue
        if window is None or window.is_open(now):
            stores[store] = datasets
    return stores, problems


def stores_of(tags: Mapping[str, str]) -> list[str]:
    """The store or stores that a run is about, by its tags."""
    return (tags.get("store") or tags.get("stores") or "").split(", ")


def requests_of(stores: Wanted, partitions: Sequence[str], is_alone: Callable[[str], bool], tags: Mapping[str, str]) -> list[dg.RunRequest]:
    """Runs for stores that are due: neighbours share one, and there are so few at once that the queue never grows without bound.

    Args:
        stores: store -> its datasets.
        partitions: all stores in the order in which Dagster knows them; what is not among them waits.
        is_alone: whether a store has a run of its own.
        tags: of every run.
    """
    known = {store: datasets for store, datasets in stores.items() if store in set(partitions)}
    return [_request(group, known[group[0]] or (), tags) for group in groups_of(known, partitions, is_alone)[:_MOST]]


@dg.schedule(
    job=COMPARE,
    cron_schedule=_TICK,
    name="reconcile_nightly",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Compares loaded stores again: `reconciliation: {schedule: ...}` of migration.yaml, in their windows. 定时再次核对。",
)
def reconcile_nightly(context: dg.ScheduleEvaluationContext, migration: MigrationResource) -> dg.SkipReason | list[dg.RunRequest]:
    """Request runs of the stores that are due at this tick."""
    now = context.scheduled_execution_time.astimezone(UTC)
    try:
        workspace = migration.workspace()
        settings = workspace.project.reconciliation
        if settings.schedule is None:
            return dg.SkipReason("migration.yaml names no reconciliation: schedule:")
        due = last_due(settings.schedule, settings.time_zone, now)
        if due is None:
            return dg.SkipReason("nothing was due within a day")
        tags = {DUE_TAG: due.isoformat()}
        asked = context.instance.get_runs(dg.RunsFilter(tags=tags))
        before = {store for run in asked for store in stores_of(run.tags)}
        stores, problems = due_stores(workspace, now, before)
        partitions = context.instance.get_dynamic_partitions(STORES.name or "")
        requests = requests_of(stores, partitions, partial(is_large, workspace), tags)
    except BadInputError as error:
        return dg.SkipReason(str(error))
    for problem in problems:
        context.log.warning("left out 已跳过: %s", problem)
    told = f"; {len(problems)} were left out: {problems[0]}" if problems else ""
    return requests or dg.SkipReason(f"no store is due for {due:%Y-%m-%d %H:%M} UTC: compared already, or windows are closed{told}")


def _request(stores: Sequence[str], datasets: Sequence[str], tags: Mapping[str, str]) -> dg.RunRequest:
    """One run; several stores are a stretch of partitions."""
    several = {ASSET_PARTITION_RANGE_START_TAG: stores[0], ASSET_PARTITION_RANGE_END_TAG: stores[-1]} if len(stores) > 1 else {}
    return dg.RunRequest(
        run_key=f"{stores[0]} {tags[DUE_TAG]}",
        partition_key=None if several else stores[0],
        asset_selection=[dg.AssetKey(f"reconciled_{name}") for name in datasets],
        tags={**tags, "stores" if several else "store": ", ".join(stores), **several},
    )
