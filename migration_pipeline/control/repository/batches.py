"""The journal of load batches.

Belongs here: recording and listing batches, and what was taken back. Does not belong here: loading and undoing them (`loaded/`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

import pandas as pd
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from migration_pipeline.contracts.audit import Deed
from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import LoadBatch, UndoRecord
from migration_pipeline.control.repository.audit import add_deeds
from migration_pipeline.control.repository.frames import read_rows
from migration_pipeline.runtime.databases import Databases

STARTED, COMMITTED, LOST, UNDONE = "started", "committed", "lost", "undone"
"""Status of a batch that was sent to the target, that the target has, that never arrived, and that was taken back."""


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
    def ended_at(self) -> datetime | None: ...  # noqa: D102
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
    @property
    def status(self) -> str: ...  # noqa: D102


class RowsOfBatch(Protocol):
    """What a target says that a batch did; `loaded.protocol.BatchResult` is one."""

    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def inserted(self) -> int: ...  # noqa: D102
    @property
    def updated(self) -> int: ...  # noqa: D102
    @property
    def unchanged(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class BatchRepository:
    """The load batches of one control database; fulfils `loaded.load.Journal`."""

    databases: Databases

    def record(self, batch: BatchFigures) -> None:
        """Keep one batch; the same id again replaces its figures. One that is committed goes into the audit log with it.

        Raises:
            InfrastructureError: the control database cannot be reached.
        """
        columns = [column.name for column in LoadBatch.__table__.columns if column.name != "undone_at"]
        values = {name: getattr(batch, name) for name in columns} | {"undone_at": None}
        statement = insert(LoadBatch).values(values)
        upsert = statement.on_conflict_do_update(index_elements=["batch_id"], set_=values)
        with control_engine(self.databases).begin() as connection:
            connection.execute(upsert)
            add_deeds(connection, [_committed(batch)] if batch.status == COMMITTED else [])

    def settle(self, store: str, dataset: str, held: Mapping[str, RowsOfBatch]) -> None:
        """Batches that were started and not ended (their loader died) are committed if the target has them, else lost.

        Args:
            store: whose batches.
            dataset: of which of its datasets.
            held: the target's batches of both: id -> what they did.
        """
        started = (LoadBatch.store == store, LoadBatch.dataset == dataset, LoadBatch.status == STARTED)
        with Session(control_engine(self.databases)) as session, session.begin():
            settled = list(session.scalars(select(LoadBatch).where(*started)))
            for one in settled:
                done = held.get(one.batch_id)
                one.status, one.ended_at = COMMITTED if done else LOST, datetime.now(UTC)
                if done:
                    one.rows, one.inserted, one.updated, one.unchanged = done.rows, done.inserted, done.updated, done.unchanged
            session.flush()
            add_deeds(session.connection(), [_committed(one) for one in settled if one.status == COMMITTED])

    def record_undone(self, records: Sequence[UndoRecord]) -> None:
        """Keep what was taken back; the batches' status follows, in one transaction."""
        undone = update(LoadBatch).where(LoadBatch.batch_id.in_([record.batch_id for record in records]))
        with Session(control_engine(self.databases)) as session, session.begin():
            session.execute(undone.values(status=UNDONE, undone_at=datetime.now(UTC)))
            session.add_all(records)
            session.flush()
            add_deeds(session.connection(), list(map(_undone, records)))

    def undone(self, *, store: str | None = None, dataset: str | None = None) -> pd.DataFrame:
        """What was taken back: the columns of `UndoRecord`, oldest first; `figures` is JSON text."""
        return read_rows(self.databases, UndoRecord, {"store": store, "dataset": dataset})

    def batches(self, *, store: str | None = None, dataset: str | None = None, run_id: str | None = None) -> pd.DataFrame:
        """Batches that the target has or had, with the given properties (None: any): the columns of `LoadBatch`, by batch id."""
        found = self.attempted(store=store, dataset=dataset, run_id=run_id)
        return found[found["status"].isin([COMMITTED, UNDONE])].reset_index(drop=True)

    def attempted(self, *, store: str | None = None, dataset: str | None = None, run_id: str | None = None) -> pd.DataFrame:
        """As `batches`, with those that are under way, were lost or were refused."""
        return read_rows(self.databases, LoadBatch, {"store": store, "dataset": dataset, "run_id": run_id})


def _committed(batch: BatchFigures) -> Deed:
    figures = {name: getattr(batch, name) for name in ("rows", "inserted", "updated", "unchanged", "attempts", "hash_before")}
    about = figures | {"money": str(batch.money)}
    return Deed("batch_committed", batch.store, batch.dataset, batch.run_id, batch.batch_id, details=about)


def _undone(record: UndoRecord) -> Deed:
    about = {**record.figures, "undo": record.undo_id, "hash_before_load": record.hash_before_load, "hash_after": record.hash_after}
    return Deed("batch_undone", record.store, record.dataset, "", record.batch_id, record.reason, about, record.undone_by)
