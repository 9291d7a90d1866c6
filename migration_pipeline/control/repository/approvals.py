"""Signatures under the figures of stores.

Belongs here: keeping and listing them. Does not belong here: what may be signed, what still stands
(`orchestration/approvals.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from migration_pipeline.contracts.audit import Deed
from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models_audit import Approval
from migration_pipeline.control.repository.audit import add_deeds
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class ApprovalRepository:
    """Approvals in one control database, which nobody can change or delete. Raises InfrastructureError if the server is not there."""

    databases: Databases

    def record(self, approvals: Sequence[Approval]) -> None:
        """Keep signatures, also in the audit log."""
        deeds = [
            Deed("approved", one.store, subject=one.wave, why=one.note, details={"figures_sha256": one.figures_sha256}, who=one.who)
            for one in approvals
        ]
        with Session(control_engine(self.databases), expire_on_commit=False) as session, session.begin():
            session.add_all(approvals)
            session.flush()
            add_deeds(session.connection(), deeds)

    def approvals(self) -> list[Approval]:
        """All, oldest first."""
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(select(Approval).order_by(Approval.id)))
