"""Where stores stopped in runs.

Belongs here: adding and listing. Does not belong here: what stops a store (`orchestration/`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class StopRepository:
    """Stops in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def replace(self, run_id: str, asset: str, stops: Sequence[RunStop]) -> None:
        """Put the stops of one asset in one run in the place of those of an earlier attempt."""
        with Session(control_engine(self.databases), expire_on_commit=False) as session, session.begin():
            session.execute(delete(RunStop).where(RunStop.run_id == run_id, RunStop.asset == asset))
            session.add_all(stops)

    def of(self, runs: Collection[str]) -> list[RunStop]:
        """The stops of these runs, in their order."""
        query = select(RunStop).where(RunStop.run_id.in_(list(runs))).order_by(RunStop.stopped_at, RunStop.asset, RunStop.check_name)
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(query))
