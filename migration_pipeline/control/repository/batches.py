"""The journal of load batches.

Belongs here: recording and listing batches, and what was taken back. Does not belong here: loading and undoing them (`loaded/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

import pandas as pd
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import LoadBatch, UndoRecord
from migration_pipeline.control.repository.frames import read_rows
from migration_pipeline.runtime.databases import Databases

COMMITTED, UNDONE = "committed", "undone"
"""Status of a batch that the target has, and of one that was taken back."""


class BatchFigures(Protocol):
    """What the journal keeps of a batch; `loaded.load.BatchRecord` is one."""

    @property
    def batch_id(self) -> str: ...  # noqa: D102
    @property
    def run_id(self) -> str: ...  # noqa: D102
    @property
    def store(self) -> str: ...  # noqa: D102
    @property
    def dataset(self) -> str: ...  # noqa: D102
    @property
    def started_at(self) -> datetime: ...  # noqa: D102
    @property
    def ended_at(self) -> datetime: ...  # noqa: D102
    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def inserted(self) -> int: ...  # noqa: D102
    @property
    def updated(self) -> int: ...  # noqa: D102
    @property
    def unchanged(self) -> int: ...  # noqa: D102
    @property
    def money(self) -> Decimal: ...  # noqa: D102
    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def attempts(self) -> int: ...  # noqa: D102
    @property
    def hash_before(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class BatchRepository:
    """The load batches of one control database; fulfils `loaded.load.Journal`."""

    databases: Databases

    def record(self, batch: BatchFigures) -> None:
        """Keep one committed batch; the same id again replaces its figures (a retried step).

        Raises:
            InfrastructureError: the control database cannot be reached.
        """
        columns = [column.name for column in LoadBatch.__table__.columns if column.name not in {"status", "undone_at"}]
        values = {name: getattr(batch, name) for name in columns} | {"status": COMMITTED, "undone_at": None}
        statement = insert(LoadBatch).values(values)
        upsert = statement.on_conflict_do_update(index_elements=["batch_id"], set_=values)
        with control_engine(self.databases).begin() as connection:
            connection.execute(upsert)

    def record_undone(self, records: Sequence[UndoRecord]) -> None:
        """Keep what was taken back; the batches' status follows, in one transaction."""
        undone = update(LoadBatch).where(LoadBatch.batch_id.in_([record.batch_id for record in records]))
        with Session(control_engine(self.databases)) as session, session.begin():
            session.execute(undone.values(status=UNDONE, undone_at=datetime.now(UTC)))
            session.add_all(records)

    def undone(self, *, store: str | None = None, dataset: str | None = None) -> pd.DataFrame:
        """What was taken back: the columns of `UndoRecord`, oldest first; `figures` is JSON text."""
        return read_rows(self.databases, UndoRecord, {"store": store, "dataset": dataset})

    def batches(self, *, store: str | None = None, dataset: str | None = None, run_id: str | None = None) -> pd.DataFrame:
        """Batches with the given properties (None: any): the columns of `LoadBatch`, by batch id."""
        return read_rows(self.databases, LoadBatch, {"store": store, "dataset": dataset, "run_id": run_id})
