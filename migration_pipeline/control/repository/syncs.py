"""Which loads were brought by sync, and which were not.

Belongs here: telling them apart. Does not belong here: when a sync runs (`orchestration/sync.py`), what an approval covers
(`orchestration/approvals.py`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import LoadBatch, RunVersion
from migration_pipeline.control.repository.batches import LOST, UNDONE
from migration_pipeline.runtime.databases import Databases

SYNC_PREFIX = "sync-"
"""Begins the migration of runs that the sync sensor asked for."""


@dataclass(frozen=True)
class LastChanges:
    """When the ERP was last changed for a store, by a sync and by anything else; None: never."""

    by_sync: datetime | None
    otherwise: datetime | None

    def only_synced_since(self, moment: datetime) -> bool:
        """Whether syncs changed the ERP since then, and nothing else did."""
        return self.by_sync is not None and self.by_sync > moment and (self.otherwise is None or self.otherwise <= moment)


def last_changes(databases: Databases) -> dict[str, LastChanges]:
    """The last loads of each store that changed something; a load taken back counts as done otherwise, whoever brought it.

    Raises:
        InfrastructureError: the control database is not there.
    """
    by_sync = and_(
        LoadBatch.status != UNDONE,
        select(RunVersion.run_id)
        .where(
            RunVersion.run_id == LoadBatch.run_id,
            RunVersion.store == LoadBatch.store,
            RunVersion.dataset == LoadBatch.dataset,
            RunVersion.migration.startswith(SYNC_PREFIX, autoescape=True),
        )
        .exists(),
    )
    at = func.greatest(func.coalesce(LoadBatch.ended_at, LoadBatch.started_at), LoadBatch.undone_at)
    changed = or_(LoadBatch.inserted + LoadBatch.updated > 0, LoadBatch.status == UNDONE)
    query = (
        select(LoadBatch.store, by_sync.label("sync"), func.max(at))
        .where(changed, LoadBatch.status != LOST)
        .group_by(LoadBatch.store, "sync")
    )
    with control_engine(databases).connect() as connection:
        found = {(store, bool(sync)): moment for store, sync, moment in connection.execute(query)}
    return {store: LastChanges(found.get((store, True)), found.get((store, False))) for store in dict.fromkeys(s for s, _ in found)}
