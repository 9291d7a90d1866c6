"""What a target changed batch by batch, written before it is done: for targets that cannot keep that themselves.

Belongs here: keeping and finding it. Does not belong here: what the rows are, taking them back (`loaded/targets/tryton/`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import aliased

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import TargetBatch, TargetChange
from migration_pipeline.runtime.databases import Databases

_AT_ONCE = 5_000


@dataclass(frozen=True)
class TargetChangeRepository:
    """Batches and changes of one control database; fulfils `loaded.targets.tryton.journal.ChangeStore`."""

    databases: Databases

    def begin(self, batch: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> None:
        """Keep a batch (batch_id, run_id, store, dataset, result) with its changes (table_name, row_key, before, after), in their order."""
        with control_engine(self.databases).begin() as connection:
            number = connection.execute(insert(TargetBatch).values(**batch).returning(TargetBatch.number)).scalar_one()
            for start in range(0, len(changes), _AT_ONCE):
                part = [
                    dict(c) | {"batch_number": number, "row_number": start + n} for n, c in enumerate(changes[start : start + _AT_ONCE])
                ]
                connection.execute(insert(TargetChange), part)

    def commit(self, batch_id: str) -> None:
        """The batch is done now."""
        self._stamp(batch_id, "committed_at")

    def undone(self, batch_id: str) -> None:
        """The batch is undone now."""
        self._stamp(batch_id, "undone_at")

    def undoing(self, batch_id: str) -> bool:
        """Mark that an undo begins; True if one began before."""
        with control_engine(self.databases).begin() as connection:
            before = connection.execute(select(TargetBatch.undoing_at).where(TargetBatch.batch_id == batch_id)).scalar_one()
            if before is None:
                connection.execute(update(TargetBatch).where(TargetBatch.batch_id == batch_id).values(undoing_at=datetime.now(UTC)))
            return before is not None

    def forget(self, batch_id: str) -> None:
        """Drop a batch and its changes."""
        with control_engine(self.databases).begin() as connection:
            numbers = delete(TargetBatch).where(TargetBatch.batch_id == batch_id).returning(TargetBatch.number)
            number = connection.execute(numbers).scalar_one_or_none()
            connection.execute(delete(TargetChange).where(TargetChange.batch_number == number))

    def unfinished(self) -> list[str]:
        """Ids of batches that were begun and never ended, oldest first."""
        wanted = select(TargetBatch.batch_id).where(TargetBatch.committed_at.is_(None)).order_by(TargetBatch.number)
        with control_engine(self.databases).begin() as connection:
            return list(connection.execute(wanted).scalars())

    def changes(self, batch_id: str) -> list[Mapping[str, Any]]:
        """The changes of a batch, in their order."""
        columns = (TargetChange.table_name, TargetChange.row_key, TargetChange.before, TargetChange.after)
        wanted = select(*columns).join(TargetBatch, TargetBatch.number == TargetChange.batch_number)
        ordered = wanted.where(TargetBatch.batch_id == batch_id).order_by(TargetChange.row_number)
        with control_engine(self.databases).begin() as connection:
            return [dict(row) for row in connection.execute(ordered).mappings()]

    def batches(self, store: str | None = None) -> list[Mapping[str, Any]]:
        """Batches that were done (of one store), oldest first."""
        wanted = select(*TargetBatch.__table__.columns).where(TargetBatch.committed_at.is_not(None)).order_by(TargetBatch.number)
        with control_engine(self.databases).begin() as connection:
            found = connection.execute(wanted if store is None else wanted.where(TargetBatch.store == store))
            return [dict(row) for row in found.mappings()]

    def later(self, batch_id: str, imagined: Collection[str] = ()) -> list[tuple[str, str, str]]:
        """(table, row key, batch id) of rows of a batch that batches done after it, and not undone, changed too; the first of those.

        Args:
            batch_id: which batch.
            imagined: batches that are taken for undone.
        """
        mine, other, own, its = aliased(TargetBatch), aliased(TargetBatch), aliased(TargetChange), aliased(TargetChange)
        first = (
            select(own.table_name, own.row_key, func.min(other.number).label("number"))
            .join(mine, mine.number == own.batch_number)
            .join(its, (its.table_name == own.table_name) & (its.row_key == own.row_key) & (its.batch_number > own.batch_number))
            .join(
                other,
                (other.number == its.batch_number)
                & other.committed_at.is_not(None)
                & other.undone_at.is_(None)
                & other.batch_id.not_in(imagined),
            )
            .where(mine.batch_id == batch_id)
            .group_by(own.table_name, own.row_key)
            .subquery()
        )
        wanted = select(first.c.table_name, first.c.row_key, TargetBatch.batch_id).join(TargetBatch, TargetBatch.number == first.c.number)
        with control_engine(self.databases).begin() as connection:
            return [(table, key, batch) for table, key, batch in connection.execute(wanted)]

    def left_over(self, imagined: Collection[str] = ()) -> list[Mapping[str, Any]]:
        """Changes that inserted a row, of undone batches, whose row no batch that still stands changed: if it is there, it was left.

        Args:
            imagined: batches that are taken for undone.
        """
        own, mine, its, standing = aliased(TargetChange), aliased(TargetBatch), aliased(TargetChange), aliased(TargetBatch)
        stands = (
            select(its.row_number)
            .join(standing, standing.number == its.batch_number)
            .where(
                (its.table_name == own.table_name)
                & (its.row_key == own.row_key)
                & standing.undone_at.is_(None)
                & standing.batch_id.not_in(imagined)
            )
            .exists()
        )
        columns = (own.table_name, own.row_key, own.before, own.after)
        wanted = select(*columns).join(mine, mine.number == own.batch_number)
        undone = mine.undone_at.is_not(None) | mine.batch_id.in_(imagined)
        chosen = wanted.where(undone & own.before.is_(None) & ~stands).order_by(own.batch_number, own.row_number)
        with control_engine(self.databases).begin() as connection:
            return [dict(row) for row in connection.execute(chosen).mappings()]

    def rebase(self, batch_id: str, table: str, row_key: str, before: Mapping[str, str | None] | None) -> None:
        """From now on this is what the row was before the batch."""
        number = select(TargetBatch.number).where(TargetBatch.batch_id == batch_id).scalar_subquery()
        row = (TargetChange.batch_number == number) & (TargetChange.table_name == table) & (TargetChange.row_key == row_key)
        with control_engine(self.databases).begin() as connection:
            connection.execute(update(TargetChange).where(row).values(before=before))

    def clear(self) -> None:
        """Forget everything: the target itself was made anew."""
        with control_engine(self.databases).begin() as connection:
            connection.execute(delete(TargetChange))
            connection.execute(delete(TargetBatch))

    def _stamp(self, batch_id: str, column: str) -> None:
        with control_engine(self.databases).begin() as connection:
            connection.execute(update(TargetBatch).where(TargetBatch.batch_id == batch_id).values({column: datetime.now(UTC)}))
