"""The sensor `sync`: asks for runs of migrated stores whose source has changed.

What decides is what the last run of a store read and whether it ended, not what was asked for: a run or a tick that was killed is made up
for at a later tick, and the run key, made of the content, keeps one content from being asked for twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from migration_pipeline.control.repository.syncs import SYNC_PREFIX
from migration_pipeline.control.repository.versions import VersionRepository
from migration_pipeline.orchestration.groups import groups_of, is_large
from migration_pipeline.orchestration.jobs import MIGRATE, MIGRATION_JOB
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.run_tags import run_tags
from migration_pipeline.orchestration.source_files import files_of
from migration_pipeline.orchestration.sync import Due, due, is_settled, looked, migrated_stores, read_cursor, write_cursor
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.sync_settings import Sync
from migration_pipeline.project.versions import short_hash
from migration_pipeline.runtime.errors import BadInputError

CONTENT = "sync_content"
"""Tag of a run: the content of its stores that it is for."""
MOST_ATTEMPTS = 3
_LONGEST = timedelta(hours=6)
_UNDER_WAY = [status for status in dg.DagsterRunStatus if status.value not in {"SUCCESS", "FAILURE", "CANCELED"}]


@dataclass(frozen=True)
class Tick:
    """What one look at all stores came to: store -> what is due; the cursor to keep; stores whose files are still changing."""

    due: dict[str, Due]
    cursor: str
    unsettled: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """Runs for one content so far, and how many of them failed within the last hour."""

    runs: int
    failed_lately: int


def tick(workspace: Workspace, sync: Sync, cursor: str | None, now: int, busy: Iterable[str] = ()) -> Tick:
    """Look at every migrated store but those that a sync is at work on.

    Args:
        workspace: the project.
        sync: how to look.
        cursor: what the last tick kept.
        now: seconds since 1970.
        busy: stores that are being synced.
    """
    before, records = read_cursor(cursor), VersionRepository(workspace.databases).newest()
    wanted, there = set(busy), migrated_stores(workspace)
    looks, unsettled, found = {}, [], {}
    for store in (one for one in workspace.stores if one in there):
        files = files_of(workspace, store)
        looks[store] = looked(before.get(store), files, now)
        if store in wanted:
            continue
        if files and not is_settled(looks[store], files, now, sync.settle_seconds):
            unsettled.append(store)
        elif one := due(workspace, store, records, now, sync.every_seconds):
            found[store] = one
    return Tick(found, write_cursor(looks), tuple(unsettled))


def requests(workspace: Workspace, wanted: Mapping[str, Due], before: Callable[[str], Tried]) -> Iterator[dg.RunRequest]:
    """One request per run; neighbours share one.

    Args:
        workspace: the project.
        wanted: what is due.
        before: content -> its runs so far; one that failed too often waits for an hour or for a person.
    """
    datasets = {store: one.datasets for store, one in wanted.items()}
    for stores in groups_of(datasets, list(workspace.stores), lambda store: is_large(workspace, store)):
        content = short_hash({store: wanted[store].content for store in stores})
        so_far = before(content)
        if so_far.failed_lately >= MOST_ATTEMPTS:
            continue
        yield dg.RunRequest(
            run_key=f"sync {content} {so_far.runs}",
            tags={**run_tags(workspace, stores), MIGRATION: f"{SYNC_PREFIX}{content}", CONTENT: content},
            asset_selection=[dg.AssetKey(f"{stage}_{name}") for stage in MIGRATION_JOB.stages for name in datasets[stores[0]]],
        )


def under_way(instance: dg.DagsterInstance, now: datetime) -> set[str]:
    """Stores that a sync is at work on.

    The code server tells of a run whose process died; a run that it took along when it died itself is forgotten after some hours.
    """
    busy: set[str] = set()
    for record in instance.get_run_records(dg.RunsFilter(statuses=_UNDER_WAY, updated_after=now - _LONGEST)):
        tags = record.dagster_run.tags
        if CONTENT in tags:
            busy.update(tags.get("stores", tags.get("store", "")).split(", "))
    return busy


def tried(instance: dg.DagsterInstance, content: str, now: datetime) -> Tried:
    """The runs for a content that there were."""
    ended = instance.get_runs_count(dg.RunsFilter(tags={CONTENT: content}))
    recently = dg.RunsFilter(tags={CONTENT: content}, statuses=[dg.DagsterRunStatus.FAILURE], created_after=now - timedelta(hours=1))
    return Tried(ended, instance.get_runs_count(recently))


@dg.sensor(
    job=MIGRATE,
    name="sync",
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="With sync: in the project, loads what changed in migrated stores. 项目中有 sync: 时，导入已迁移门店的变化。",
)
def sync_sensor(context: dg.SensorEvaluationContext, migration: MigrationResource) -> dg.SensorResult | dg.SkipReason:
    """Look at the sources and ask for what is due."""
    try:
        workspace = migration.workspace()
        sync = workspace.project.sync
        if sync is None or not sync.enabled:
            return dg.SkipReason("the project has no sync:")
        moment = datetime.now(UTC)
        now = tick(workspace, sync, context.cursor, int(moment.timestamp()), under_way(context.instance, moment))
    except BadInputError as error:
        return dg.SkipReason(str(error))
    known = set(context.instance.get_dynamic_partitions(STORES.name or ""))
    wanted = {store: one for store, one in now.due.items() if store in known}
    asked = list(requests(workspace, wanted, lambda content: tried(context.instance, content, moment)))
    if asked:
        return dg.SensorResult(run_requests=asked, cursor=now.cursor)
    failed = f"{len(now.due)} stores are due but failed {MOST_ATTEMPTS} times within an hour; look at their runs"
    why = failed if now.due else "nothing has changed"
    waits = f"; still being written: {', '.join(now.unsettled[:5])}" if now.unsettled else ""
    return dg.SensorResult(skip_reason=why + waits, cursor=now.cursor)
