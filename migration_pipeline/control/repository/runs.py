"""Which stores a project has and which extracts were taken.

Belongs here: registering and listing them. Does not belong here: what became of an extract's rows (`outcomes.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnClause, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import Extract, ProjectStore
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class RunRepository:
    """Stores and extracts of one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def register_stores(self, stores: Iterable[ProjectStore]) -> int:
        """Add stores or change their name, source and kind; the first `registered_at` stays. Returns how many rows that changed."""
        values = [{c.name: getattr(store, c.name) for c in ProjectStore.__table__.columns} for store in stores]
        if not values:
            return 0
        statement = insert(ProjectStore)
        new, held = statement.excluded, ProjectStore
        changes = {name: new[name] for name in ("name", "source", "kind")}
        differs = (held.name != new["name"]) | (held.source != new["source"]) | (held.kind != new["kind"])
        upsert = statement.on_conflict_do_update(index_elements=["store"], set_=changes, where=differs).returning(held.store)
        with control_engine(self.databases).begin() as connection:
            return len(connection.execute(upsert.values(values)).all())

    def stores(self) -> list[ProjectStore]:
        """All registered stores, by code."""
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(select(ProjectStore).order_by(ProjectStore.store)))

    def record_extract(self, extract: Extract) -> bool:
        """Keep one extract; False if one of this id was there already: only its time and run are renewed, for the content is the same."""
        values = {c.name: getattr(extract, c.name) for c in Extract.__table__.columns}
        statement = insert(Extract).values(values)
        renewed = {"run_id": statement.excluded.run_id, "taken_at": statement.excluded.taken_at}
        upsert = statement.on_conflict_do_update(index_elements=["extract_id"], set_=renewed)
        is_new: ColumnClause[bool] = literal_column("xmax = 0")
        with control_engine(self.databases).begin() as connection:
            return bool(connection.execute(upsert.returning(is_new)).scalar_one())

    def extracts(self, *, store: str | None = None, dataset: str | None = None, run_id: str | None = None) -> list[Extract]:
        """Extracts with the given properties (None: any), newest first."""
        statement = select(Extract).order_by(Extract.taken_at.desc(), Extract.extract_id)
        for column, value in ((Extract.store, store), (Extract.dataset, dataset), (Extract.run_id, run_id)):
            if value is not None:
                statement = statement.where(column == value)
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(statement))
