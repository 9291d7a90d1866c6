"""Refusals that a person overrode, with the reason.

Belongs here: keeping and listing them. Does not belong here: what is refused, and when.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from migration_pipeline.contracts.audit import Deed
from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import Override
from migration_pipeline.control.repository.audit import add_deeds
from migration_pipeline.runtime.databases import Databases

OUTSIDE_WINDOW = "outside_window"
"""Kind: a store was loaded outside its hours."""
WITHOUT_APPROVAL = "without_approval"
"""Kind: a store was loaded although a wave before its own is not clean and approved."""


@dataclass(frozen=True)
class OverrideRepository:
    """Overrides in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def record(self, one: Override) -> None:
        """Keep one, also in the audit log; the first of its kind in a run of a store stays."""
        values = {column.name: getattr(one, column.name) for column in Override.__table__.columns}
        with control_engine(self.databases).begin() as connection:
            added = connection.execute(insert(Override).values(values).on_conflict_do_nothing().returning(Override.store)).all()
            about = Deed("override", one.store, "", one.run_id, one.kind, one.reason, {"told": one.told}, one.who)
            add_deeds(connection, [about] if added else [])

    def overrides(self, *, store: str | None = None, run_id: str | None = None) -> list[Override]:
        """Those of a store or run (None: any), newest first."""
        query = select(Override).order_by(Override.overridden_at.desc(), Override.store)
        if store is not None:
            query = query.where(Override.store == store)
        if run_id is not None:
            query = query.where(Override.run_id == run_id)
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(query))
