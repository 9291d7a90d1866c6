"""The Tryton target: fulfils `loaded.protocol.Target` over JSON-RPC.

Belongs here: the target's operations, each under one lock. Does not belong here: how rows are held (`groups.py`), the server itself
(`runtime/tryton_server.py`).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import ERP_TABLES, column_named, erp_table
from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.loaded.protocol import NOTHING, Batch, BatchResult, Brought, CompanyRow, KeptRow, StoreRow, TargetBatch, UndoResult
from migration_pipeline.loaded.targets.tryton.describe import described
from migration_pipeline.loaded.targets.tryton.engine import compared, demand_held, put, remaining, take_back
from migration_pipeline.loaded.targets.tryton.groups import read_rows
from migration_pipeline.loaded.targets.tryton.journal import Journal
from migration_pipeline.loaded.targets.tryton.lookups import TrytonLookups
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.references import settled
from migration_pipeline.loaded.targets.tryton.rows import Change, Key, Row, arrow_of, frame_of, keys_in, rows_of, written
from migration_pipeline.loaded.targets.tryton.rpc import Address, Client
from migration_pipeline.loaded.targets.tryton.set_up import set_up_company, set_up_stores, set_up_units
from migration_pipeline.loaded.targets.tryton.set_up_accounts import set_up_accounts
from migration_pipeline.loaded.targets.tryton.totals import grouped_totals
from migration_pipeline.loaded.targets.tryton.undo import Known, UndoPlan, planned, rows_after, rows_in, shown, used_by
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError, RefusedError
from migration_pipeline.runtime.file_lock import locked
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.tryton_server import folder

_LOCK_SECONDS = 6 * 3600.0


@dataclass(frozen=True)
class TrytonTarget:
    """One Tryton database.

    Attributes:
        home: whose server it is.
        databases: where its database and its journal lie.
    """

    address: Address
    journal: Journal
    home: Home
    databases: Databases

    @property
    def name(self) -> str:
        """What the project file calls this kind of ERP."""
        return "tryton"

    @property
    def lock(self) -> Path:
        """A file; who writes holds it, so that stores take turns and a batch that never ended belongs to nobody alive."""
        return folder(self.home) / "load.lock"

    @cached_property
    def client(self) -> Client:
        """The session that all operations share."""
        return Client(self.address)

    def describe(self) -> TargetDescription:
        """What Tryton says about the fields that hold the tables, and about their models."""
        return described(self.client)

    def prepare(self, company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> int:
        """Set up company, books, units, a warehouse per store and price lists; returns how many records that changed.

        Raises:
            BadInputError: the database belongs to another company.
        """
        with self._writing(recover=False):
            changed = set_up_company(self.client, company)
            place = Place(self.client)
            changed += set_up_accounts(self.client, place.company["id"], datetime.now(UTC).date())
            changed += set_up_units(self.client, place, units)
            return changed + set_up_stores(self.client, place, stores)

    def plan(self, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """What `load_batch` would do with these frames, as far as can be told without doing it; changes nothing."""
        place = Place(self.client)
        return BatchResult(compared(place, settled(place, _rows(tables)))[1])

    def load_batch(self, batch: Batch, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """Write all frames and read them back, or take everything back.

        Raises:
            KeyError: the ERP has no such table.
            BadInputError: Tryton refuses a row, or would keep it otherwise than given; nothing is loaded.
            InfrastructureError: Tryton is gone; what was begun is taken back before the next batch.
        """
        rows = _rows(tables)
        with self._writing() as place:
            if self.journal.batch(batch.batch_id):
                raise BadInputError("the batch id is taken", where=batch.batch_id, fix="load with a new one")
            changes, results = compared(place, settled(place, rows))
            self.journal.begin(batch, [*changes, *self._adopted(place, rows, changes)], BatchResult(results))
            try:
                put(place, changes)
                demand_held(Place(self.client), changes)
            except BadInputError:
                take_back(Place(self.client), changes)
                self.journal.store.forget(batch.batch_id)
                raise
            self.journal.store.commit(batch.batch_id)
        return BatchResult(results)

    def batches(self, store: str | None = None) -> list[TargetBatch]:
        """The batches (of one store) that Tryton holds or held, oldest first; of one store, once nothing is being written any more."""
        if store is None:
            return self.journal.batches()
        with self._writing():
            return self.journal.batches(store)

    def read_back(self, table: str, store: str | None = None, keys: pd.DataFrame | None = None) -> pd.DataFrame:
        """The rows of a table as they are in Tryton, by primary key.

        Raises:
            KeyError: the ERP has no such table.
            ValueError: a store was given for a table that all stores share, or keys that are not those of its rows.
        """
        described = erp_table(table)
        wanted = None if keys is None else keys_in(described, keys)
        return frame_of(described, read_rows(Place(self.client), table, store, wanted))

    def stream(self, table: str, store: str | None = None) -> pa.RecordBatchReader:
        """The same rows; all of them are read before the first is given."""
        described = erp_table(table)
        return arrow_of(described, read_rows(Place(self.client), table, store)).to_reader()

    @property
    def lookups(self) -> TrytonLookups:
        """Tryton asked like at its screens."""
        return TrytonLookups(self.client)

    def touched(self, table: str, store: str | None = None) -> None:
        """Tryton's rows do not say which load wrote them last."""
        return

    def totals(self, table: str, store: str | None = None) -> dict[str, Decimal | int]:
        """`rows` and the exact sum of every numeric column, of what Tryton gives back; a sum of nothing is 0."""
        rows = read_rows(Place(self.client), table, store).values()
        sums = {c.name: sum((row[c.name] for row in rows if row[c.name] is not None), Decimal(0)) for c in erp_table(table).numeric_columns}
        return {"rows": len(rows), **sums}

    def grouped_totals(self, table: str, store: str | None, by: Sequence[str]) -> pd.DataFrame:
        """Rows and exact sums by group (see the protocol) of what Tryton gives back.

        Raises:
            KeyError: there is no such table or column.
        """
        place, described = Place(self.client), erp_table(table)
        referred = {reference.table for reference, _ in (column_named(described, name) for name in by) if reference}
        others = {name: read_rows(place, name, store if erp_table(name).per_store else None) for name in sorted(referred)}
        return grouped_totals(described, read_rows(place, table, store), by, others)

    def state_hash(self, store: str | None = None, dataset: str | None = None) -> str:
        """SHA-256 over a store's own rows, or over every row (of one dataset), each value as text."""
        place = Place(self.client)
        tables = [t for t in ERP_TABLES.values() if (store is None or t.per_store) and dataset in {None, t.dataset}]
        return _state({table.name: read_rows(place, table.name, store) for table in tables})

    def store_hashes(self) -> Mapping[str, str]:
        """Store -> one hash over its own rows, for every store that has any."""
        place = Place(self.client)
        tables = [table.name for table in ERP_TABLES.values() if table.per_store]
        found = {store: {table: read_rows(place, table, store) for table in tables} for store in place.stores}
        return {store: _state(rows) for store, rows in found.items() if any(rows.values())}

    def undo_batch(self, batch_id: str, brought: Brought = NOTHING) -> UndoResult:
        """Take back one batch.

        Args:
            batch_id: which.
            brought: company-wide ERP table -> keys (parts joined by `|`) that other loaded stores brought as well: these rows stay.

        Raises:
            BadInputError: the target knows no such batch, or it is undone already.
        """
        with self._writing() as place:
            known = self._standing(batch_id)
            resumed = self.journal.store.undoing(batch_id)
            around = Known(self.journal.later(batch_id), self.journal.left_over(), brought, resumed)
            found = planned(rows_in(place), self.journal.changes(batch_id), around)
            self._undo(batch_id, found)
        return found.result(known.batch)

    def plan_undo(self, batches: Mapping[str, Brought]) -> list[UndoResult]:
        """What taking back these batches (id -> what others brought), one after another in this order, would do; changes nothing.

        Raises:
            BadInputError: as `undo_batch`.
        """
        read = rows_in(Place(self.client))
        rebased: dict[tuple[str, str, Key], Change] = {}
        results: list[UndoResult] = []
        for number, (batch_id, brought) in enumerate(batches.items()):
            known, imagined = self._standing(batch_id), list(batches)[:number]
            own = [rebased.get((batch_id, c.table, c.key), c) for c in self.journal.changes(batch_id)]
            around = Known(self.journal.later(batch_id, imagined), self.journal.left_over(imagined), brought)
            found = planned(read, own, around)
            for later, change in found.rebased:
                its = next(c for c in self.journal.changes(later) if (c.table, c.key) == (change.table, change.key))
                rebased[later, change.table, change.key] = replace(its, before=change.origin)
            read = rows_after(read, found.back)
            results.append(found.result(known.batch))
        return results

    def _standing(self, batch_id: str) -> TargetBatch:
        known = self.journal.batch(batch_id)
        if known is None or known.undone_at is not None:
            said = "there is no such batch" if known is None else "the batch is undone already"
            raise BadInputError(said, where=batch_id, fix="see the batches with their ids in the report")
        return known

    def _adopted(self, place: Place, rows: Mapping[str, Mapping[Key, Row]], changes: Sequence[Change]) -> list[Change]:
        """Rows that an undone batch left behind and that this one brings unchanged: from now on they are this one's."""
        touched = {(change.table, change.key) for change in changes}
        left = {
            table: {key: change for key, change in part.items() if key in rows.get(table, {}) and (table, key) not in touched}
            for table, part in self.journal.left_over().items()
        }
        held = {table: read_rows(place, table, keys=list(part)) for table, part in left.items()}
        return [Change(table, key, row, row) for table, part in held.items() for key, row in part.items()]

    def _undo(self, batch_id: str, found: UndoPlan) -> None:
        try:
            put(Place(self.client), found.back)
        except RefusedError:
            self._undo_one_by_one(found)
        for later, change in found.rebased:
            self.journal.rebase(later, change)
        self.journal.store.undone(batch_id)

    def _undo_one_by_one(self, found: UndoPlan) -> None:
        """What Tryton refuses to give up (a document of its own refers to it) stays, with its words; all else goes."""
        staying: list[Change] = []
        for change in list(found.back):
            why = used_by(change, staying)
            try:
                if not why:
                    put(Place(self.client), remaining(Place(self.client), [change]))
            except RefusedError as error:
                why = error.what
            if why:
                staying.append(change)
                found.back.remove(change)
                found.kept.append(KeptRow(change.table, shown(change.key), "used_elsewhere", why))

    @contextmanager
    def _writing(self, *, recover: bool = True) -> Iterator[Place]:
        """Alone; what a dead process left half done is taken back first."""
        with locked(self.lock, seconds=_LOCK_SECONDS, held_by="another load into Tryton"):
            for left in self.journal.store.unfinished() if recover else ():
                take_back(Place(self.client), self.journal.changes(left))
                self.journal.store.forget(left)
            yield Place(self.client)


def _rows(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[Key, Row]]:
    for name in tables:
        erp_table(name)
    return {name: rows_of(table, tables[name]) for name, table in ERP_TABLES.items() if name in tables}


def _state(rows: Mapping[str, Mapping[Key, Row]]) -> str:
    digest = hashlib.sha256()
    for table, part in rows.items():
        digest.update(f"{table}:{len(part)}\n".encode())
        for key in sorted(part):
            digest.update(";".join(f"{name}={written(value)!r}" for name, value in part[key].items()).encode() + b"\n")
    return digest.hexdigest()
