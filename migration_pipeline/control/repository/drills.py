"""How long rehearsed undos took.

Belongs here: keeping and listing them. Does not belong here: rehearsing (`orchestration/drill.py`).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import UndoDrill
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class DrillRepository:
    """Drills in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def record(self, drill: UndoDrill) -> None:
        """Keep one."""
        with Session(control_engine(self.databases)) as session, session.begin():
            session.add(drill)

    def drills(self) -> list[UndoDrill]:
        """All, newest first."""
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(select(UndoDrill).order_by(UndoDrill.id.desc())))
