"""The history of checks: every result of every check on every store.

Belongs here: adding and listing results; nothing is ever changed. Does not belong here: judging (`orchestration/checks/`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import CheckResult
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class Wanted:
    """Which results: None and empty mean any."""

    store: str | None = None
    dataset: str | None = None
    run_id: str | None = None
    check: str | None = None
    since: datetime | None = None
    not_passed: bool = False


@dataclass(frozen=True)
class CheckRepository:
    """Results in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def record(self, *results: CheckResult) -> None:
        """Add results, in one go."""
        with Session(control_engine(self.databases)) as session, session.begin():
            session.add_all(results)

    def history(self, wanted: Wanted) -> list[CheckResult]:
        """Results, newest first."""
        query = select(CheckResult).order_by(CheckResult.judged_at.desc(), CheckResult.id.desc())
        exact = {"store": wanted.store, "dataset": wanted.dataset, "run_id": wanted.run_id, "check_name": wanted.check}
        for name, value in exact.items():
            if value is not None:
                query = query.where(getattr(CheckResult, name) == value)
        if wanted.since is not None:
            query = query.where(CheckResult.judged_at >= wanted.since)
        if wanted.not_passed:
            query = query.where(CheckResult.verdict != "passed")
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(query))
