"""The schedule `reconcile_nightly`: stores that were loaded are compared again, at the project's hour, in their low-peak windows.

A tick every quarter of an hour asks which stores are due: the project's cron has passed since, their window is open, and no run has been
requested for that hour yet. After downtime only the last missed hour counts, so a store is compared once and there is no storm.
Belongs here: who is due. Does not belong here: windows (`window.py`), comparing (`reconcile_again.py`).
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._utils.schedules import is_valid_cron_string, reverse_cron_string_iterator

from migration_pipeline.orchestration.jobs import COMPARE
from migration_pipeline.orchestration.loaded_stores import loaded_datasets
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.window import window_of
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError

DUE_TAG = "reconcile_due"
"""Tag of the runs of one hour of the schedule."""
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


def due_stores(workspace: Workspace, now: datetime, requested: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Stores with their loaded datasets whose window is open now, without those that were requested already."""
    for store in workspace.stores:
        if store in requested or not (datasets := loaded_datasets(workspace, store)):
            continue
        window = window_of(workspace, store)
        if window is None or window.is_open(now):
            yield store, datasets


@dg.schedule(
    job=COMPARE,
    cron_schedule=_TICK,
    name="reconcile_nightly",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Compares loaded stores again: `reconciliation: {schedule: ...}` of migration.yaml, in their windows. 定时再次核对。",
)
def reconcile_nightly(context: dg.ScheduleEvaluationContext, migration: MigrationResource) -> dg.SkipReason | list[dg.RunRequest]:
    """Request the stores that are due at this tick, one run each."""
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
        before = {run.tags.get("store", "") for run in context.instance.get_runs(dg.RunsFilter(tags=tags))}
        stores = list(due_stores(workspace, now, before))
    except BadInputError as error:
        return dg.SkipReason(str(error))
    known = set(context.instance.get_dynamic_partitions(STORES.name or ""))
    requests = [_request(store, datasets, tags) for store, datasets in stores if store in known]
    return requests or dg.SkipReason(f"no store is due: {len(before)} were compared for {due:%Y-%m-%d %H:%M} UTC, or windows are closed")


def _request(store: str, datasets: list[str], tags: dict[str, str]) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"{store} {tags[DUE_TAG]}",
        partition_key=store,
        asset_selection=[dg.AssetKey(f"reconciled_{name}") for name in datasets],
        tags={**tags, "store": store},
    )
