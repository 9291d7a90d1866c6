"""What runs came to: dry runs, and the real loads that answer them.

Belongs here: keeping and finding both, and what the journal says was loaded so far. Does not belong here: measuring
(`orchestration/results.py`), comparing (`dbt_like_sql/models/predicted_vs_actual.sql`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import LoadBatch, RunResult
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class ResultRepository:
    """Results in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def record(self, *results: RunResult) -> None:
        """Add results, in one go."""
        with Session(control_engine(self.databases)) as session, session.begin():
            session.add_all(results)

    def of_runs(self, run_ids: Iterable[str]) -> list[RunResult]:
        """The results of some runs, by store and dataset; free of this database, so that another may record them."""
        columns = [column.name for column in RunResult.__table__.columns]
        query = select(RunResult).where(RunResult.run_id.in_(list(run_ids))).order_by(RunResult.store, RunResult.dataset)
        with Session(control_engine(self.databases)) as session:
            return [RunResult(**{name: getattr(one, name) for name in columns}) for one in session.scalars(query)]

    def unanswered(self, store: str) -> dict[str, str]:
        """Dataset -> run id of the newest dry run of a store, as far as no real load has answered it."""
        actual = aliased(RunResult)
        same = (actual.answers == RunResult.run_id, actual.store == store, actual.dataset == RunResult.dataset)
        answered = select(actual.run_id).where(*same).exists()
        newest = select(RunResult.dataset, RunResult.run_id, answered).where(RunResult.store == store, RunResult.predicted)
        query = newest.ext(distinct_on(RunResult.dataset)).order_by(RunResult.dataset, RunResult.measured_at.desc())
        with control_engine(self.databases).connect() as connection:
            return {dataset: run_id for dataset, run_id, done in connection.execute(query) if not done}

    def loads_so_far(self) -> str:
        """A hash of what the batches of each store and dataset inserted and updated; batches that changed nothing do not count."""
        inserted, updated = func.sum(LoadBatch.inserted), func.sum(LoadBatch.updated)
        grouped = select(LoadBatch.store, LoadBatch.dataset, LoadBatch.status, inserted, updated).group_by(
            LoadBatch.store, LoadBatch.dataset, LoadBatch.status
        )
        query = grouped.having(inserted + updated > 0).order_by(LoadBatch.store, LoadBatch.dataset, LoadBatch.status)
        with control_engine(self.databases).connect() as connection:
            rows = [":".join(map(str, row)) for row in connection.execute(query)]
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()
