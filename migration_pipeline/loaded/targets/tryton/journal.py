"""What the adapter must remember outside Tryton: each batch's changes, written before they are made.

Tryton commits call by call, so a batch of many calls is made whole by us: after a crash the changes of a batch that never ended are
taken back before anything else is done. Rows are kept as they were before and after, by key: that is also what undo needs.

Belongs here: changes as plain values and back, the protocol of their storage. Does not belong here: the storage itself
(`control/repository/target_changes.py`).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.protocol import Batch, BatchResult, TableResult, TargetBatch
from migration_pipeline.loaded.targets.tryton.rows import Change, Key, Row, canonical, key_of, written


class ChangeStore(Protocol):
    """Where batches and changes are kept, as plain values; each method a transaction of its own."""

    def begin(self, batch: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> None: ...  # noqa: D102
    def commit(self, batch_id: str) -> None: ...  # noqa: D102
    def undone(self, batch_id: str) -> None: ...  # noqa: D102
    def undoing(self, batch_id: str) -> bool: ...  # noqa: D102
    def forget(self, batch_id: str) -> None: ...  # noqa: D102
    def unfinished(self) -> list[str]: ...  # noqa: D102
    def changes(self, batch_id: str) -> list[Mapping[str, Any]]: ...  # noqa: D102
    def batches(self, store: str | None = None) -> list[Mapping[str, Any]]: ...  # noqa: D102
    def later(self, batch_id: str, imagined: Collection[str] = ()) -> list[tuple[str, str, str]]: ...  # noqa: D102
    def left_over(self, imagined: Collection[str] = ()) -> list[Mapping[str, Any]]: ...  # noqa: D102
    def rebase(self, batch_id: str, table: str, row_key: str, before: Mapping[str, str | None] | None) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class Journal:
    """Batches and their changes."""

    store: ChangeStore

    def begin(self, batch: Batch, changes: Sequence[Change], result: BatchResult) -> None:
        """Keep what a batch is about to change."""
        counts = {name: asdict(table) for name, table in result.tables.items()}
        self.store.begin(asdict(batch) | {"result": counts}, [_plain(change) for change in changes])

    def changes(self, batch_id: str) -> list[Change]:
        """What a batch changes, in load order."""
        return [_change(plain) for plain in self.store.changes(batch_id)]

    def batches(self, store: str | None = None) -> list[TargetBatch]:
        """Batches that were done (of one store), oldest first."""
        return [_batch(plain) for plain in self.store.batches(store)]

    def batch(self, batch_id: str) -> TargetBatch | None:
        """One batch that was done."""
        return next((found for found in self.batches() if found.batch.batch_id == batch_id), None)

    def later(self, batch_id: str, imagined: Collection[str] = ()) -> dict[tuple[str, str], str]:
        """(table, key as `key_text`) of rows of a batch that later batches, not undone, changed too -> the first of those."""
        return {(table, key): other for table, key, other in self.store.later(batch_id, imagined)}

    def left_over(self, imagined: Collection[str] = ()) -> dict[str, dict[Key, Change]]:
        """Company-wide table -> rows that stayed when their batch was undone, since something referred to them; some may be gone by now."""
        found: dict[str, dict[Key, Change]] = {}
        for change in map(_change, self.store.left_over(imagined)):
            if not ERP_TABLES[change.table].per_store:
                found.setdefault(change.table, {})[change.key] = change
        return found

    def rebase(self, batch_id: str, change: Change) -> None:
        """From now on the row was, before this batch, what `change` says it was before."""
        self.store.rebase(batch_id, change.table, key_text(change.key), _texts(change.origin))


def key_text(key: Key) -> str:
    """A key as one text, equal if and only if the key is."""
    return json.dumps([written(part) for part in key], ensure_ascii=False)


def _plain(change: Change) -> dict[str, Any]:
    return {
        "table_name": change.table,
        "row_key": key_text(change.key),
        "before": _texts(change.before),
        "after": _texts(change.after),
    }


def _texts(row: Row | None) -> dict[str, str | None] | None:
    return None if row is None else {name: written(value) for name, value in row.items()}


def _change(plain: Mapping[str, Any]) -> Change:
    table = plain["table_name"]
    before, after = _typed(table, plain["before"]), _typed(table, plain["after"])
    return Change(table, key_of(ERP_TABLES[table], after or before or {}), before, after)


def _typed(table: str, texts: Mapping[str, str | None] | None) -> Row | None:
    return None if texts is None else {column.name: canonical(column, texts[column.name]) for column in ERP_TABLES[table].columns}


def _batch(plain: Mapping[str, Any]) -> TargetBatch:
    batch = Batch(plain["batch_id"], plain["run_id"], plain["store"], plain["dataset"])
    result = BatchResult({name: TableResult(**counts) for name, counts in plain["result"].items()})
    return TargetBatch(batch, plain["committed_at"], result, plain["undone_at"])
