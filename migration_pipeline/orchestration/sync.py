"""Which migrated stores have changed at their source and are not in the ERP as they are now.

Belongs here: looking at sources, waiting until files have settled, what is to be run, how far behind a store is. Does not belong here:
asking Dagster for runs (`sync_sensor.py`), reading a source (`raw/`), what one run holds (`groups.py`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from migration_pipeline.contracts.audit import canonical_json
from migration_pipeline.control.models import RunVersion
from migration_pipeline.control.repository.syncs import SYNC_PREFIX
from migration_pipeline.control.repository.versions import VersionRepository
from migration_pipeline.orchestration.source_files import files_of
from migration_pipeline.orchestration.versions import LIVE, inputs_now
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.versions import short_hash

UNFINISHED = (".tmp", ".part", ".crdownload", ".filepart")
"""Ends of names under which programs write files that are not complete yet."""
Records = Mapping[tuple[str, str], RunVersion]


@dataclass(frozen=True)
class Look:
    """One store's files as they lay there.

    Attributes:
        shape: hash over names, sizes and modification times; since: seconds since 1970 from which on it was seen.
    """

    shape: str
    since: int


@dataclass(frozen=True)
class Due:
    """A store that has to be run: its datasets, and the content that the run is for."""

    store: str
    datasets: tuple[str, ...]
    content: str


def read_cursor(text: str | None) -> dict[str, Look]:
    """Store -> how its files looked at the last tick; nothing at the first."""
    return {store: Look(shape, since) for store, (shape, since) in json.loads(text or "{}").items()}


def write_cursor(looks: Mapping[str, Look]) -> str:
    """The same as text."""
    return canonical_json({store: [look.shape, look.since] for store, look in looks.items()})


def looked(before: Look | None, files: Iterable[Path], now: int) -> Look:
    """How a store's files look now, and since when they have looked so."""
    about = []
    for path in files:
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        about.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
    shape = short_hash({"files": "\n".join(about)})
    return before if before is not None and before.shape == shape else Look(shape, now)


def is_settled(look: Look, files: Iterable[Path], now: int, settle_seconds: int) -> bool:
    """Whether files have stayed as they are for long enough, and none has a name of an unfinished one."""
    return now - look.since >= settle_seconds and not any(path.name.lower().endswith(UNFINISHED) for path in files)


def migrated_stores(workspace: Workspace) -> set[str]:
    """Stores whose datasets all have been reconciled at some time; others are for `run`, not for sync."""
    ended = {(one.store, one.dataset) for one in VersionRepository(workspace.databases).ends()}
    return {store for store in workspace.stores if all((store, dataset) in ended for dataset in workspace.datasets(store))}


def due(workspace: Workspace, store: str, records: Records, now: int, every_seconds: int) -> Due | None:
    """What has to be run for a store whose files have settled: its content differs from what its last run read, or that run did not end.

    A live database is due once in every stretch of `every_seconds`, for only reading it tells whether it has changed.
    """
    datasets = workspace.datasets(store)
    parts = {dataset: inputs_now(workspace, store, dataset) for dataset in datasets}
    lives = any(LIVE in map(str, part.content.values()) for part in parts.values())
    behind = [one for one in datasets if _is_behind(records.get((store, one)), parts[one].sha256)]
    if lives:
        last = max((record.recorded_at for one in datasets if (record := records.get((store, one)))), default=None)
        stretch = now // every_seconds
        if last is not None and int(last.timestamp()) // every_seconds >= stretch:
            return None
        content = {**{one: part.sha256 for one, part in parts.items()}, "stretch": str(stretch)}
        return Due(store, tuple(datasets), short_hash(content))
    if not behind:
        return None
    return Due(store, tuple(datasets), short_hash({one: part.sha256 for one, part in parts.items()}))


def _is_behind(record: RunVersion | None, sha256: str) -> bool:
    return record is None or record.reconciled_at is None or record.versions.get("inputs", {}).get("sha256") != sha256


@dataclass(frozen=True)
class Lag:
    """How far a store is behind its source.

    Attributes:
        changed_at: the newest change of its files; None: it has none, or only a live database.
        in_erp_at: when the ERP was last found to hold what was read; None: never.
        waiting: whether files have changed that the ERP does not hold.
        seconds: from the change to the ERP; of a waiting store, until now; None: not known.
        by_sync: whether a sync brought it.
    """

    store: str
    changed_at: datetime | None
    in_erp_at: datetime | None
    waiting: bool
    seconds: int | None
    by_sync: bool

    def as_json(self) -> dict[str, object]:
        """As `--json` prints it."""
        times = {"changed_at": self.changed_at, "in_erp_at": self.in_erp_at}
        told = {name: at.isoformat() if at else None for name, at in times.items()}
        return {"store": self.store, **told, "waiting": self.waiting, "lag_seconds": self.seconds, "by_sync": self.by_sync}


def lags(workspace: Workspace, now: datetime) -> list[Lag]:
    """How far each store is behind, in the project's order."""
    records = VersionRepository(workspace.databases).newest()
    return [_lag(workspace, store, records, now) for store in workspace.stores]


def _lag(workspace: Workspace, store: str, records: Records, now: datetime) -> Lag:
    own = {dataset: records.get((store, dataset)) for dataset in workspace.datasets(store)}
    changes = [path.stat().st_mtime for path in files_of(workspace, store)]
    changed = datetime.fromtimestamp(max(changes), UTC) if changes else None
    waiting = any(_waits(workspace, store, dataset, record) for dataset, record in own.items())
    ends = [record.reconciled_at for record in own.values() if record and record.reconciled_at]
    since = max(ends) if len(ends) == len(own) and ends else None
    until = now if waiting else since
    seconds = max(0, int((until - changed).total_seconds())) if changed and until else None
    by_sync = any(record is not None and record.migration.startswith(SYNC_PREFIX) for record in own.values())
    return Lag(store, changed, since, waiting, seconds, by_sync)


def _waits(workspace: Workspace, store: str, dataset: str, record: RunVersion | None) -> bool:
    part = inputs_now(workspace, store, dataset)
    if record is not None and record.reconciled_at is not None and LIVE in map(str, part.content.values()):
        return False
    return _is_behind(record, part.sha256)
