"""The PostgreSQL target: a database `erp` of interface tables (`contracts/erp.py`).

Belongs here: the target's operations and their transactions. Does not belong here: merging one table (`postgres_merge.py`).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import pandas as pd
import pyarrow as pa
from psycopg import sql
from psycopg.errors import UniqueViolation

from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable, erp_table
from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.loaded.protocol import (
    NOTHING,
    Batch,
    BatchResult,
    Brought,
    CompanyRow,
    StoreRow,
    TableResult,
    TargetBatch,
    UndoResult,
)
from migration_pipeline.loaded.targets.postgres_describe import describe
from migration_pipeline.loaded.targets.postgres_journal import begin, create_tables, end, listed, lock_stores, stores_of
from migration_pipeline.loaded.targets.postgres_lookups import PostgresLookups
from migration_pipeline.loaded.targets.postgres_merge import Begun, arrow_schema, merge_frame
from migration_pipeline.loaded.targets.postgres_read import of_store, rows_query
from migration_pipeline.loaded.targets.postgres_sql import names, statement
from migration_pipeline.loaded.targets.postgres_totals import grouped_totals, totals
from migration_pipeline.loaded.targets.postgres_undo import undo
from migration_pipeline.loaded.targets.postgres_writes import Cursor
from migration_pipeline.runtime.bulk_copy import copy_out, copy_out_batches, house_frame
from migration_pipeline.runtime.database_errors import explained
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.errors import RefusedError

_PREPARE_LOCK = 7_350_514_297
"""Advisory lock: processes that create the tables at once take turns."""


@dataclass(frozen=True)
class PostgresTarget:
    """The interface tables of one server; fulfils `loaded.protocol.Target`."""

    databases: Databases

    @property
    def name(self) -> str:
        """`postgres`."""
        return "postgres"

    def prepare(self, company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> int:
        """Create absent tables and set up company, stores, warehouses and units; returns how many rows that changed.

        Raises:
            BadInputError: a code is missing or given twice.
            InfrastructureError: the database cannot be reached or created.
        """
        self.databases.ensure(ERP)
        with self._transaction("ERP set-up") as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_PREPARE_LOCK,))
            create_tables(cursor)
            frames = _set_up_frames(company, stores, units)
            results = [merge_frame(cursor, ERP_TABLES[name], frame, Begun()) for name, frame in frames.items()]
        return sum(result.inserted + result.updated for result in results)

    def plan(self, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """What `load_batch` would do: it is done and rolled back, so what would be refused is refused here too."""
        _demand_known(tables)
        with self._transaction(f"plan of {', '.join(tables)}") as cursor:
            results = _merged(cursor, begin(cursor, Batch(f"plan-{uuid4()}", "", "", "")), tables, copy_fresh=False)
            cursor.connection.rollback()
        return BatchResult(results)

    def load_batch(self, batch: Batch, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """Write all frames in one transaction, referenced tables first, or nothing. Batches of one store take turns.

        Args:
            batch: its identity; the id must be new.
            tables: ERP table name -> frame with exactly the table's columns.

        Raises:
            KeyError: the ERP has no such table.
            RefusedError: a broken constraint, a key twice; nothing is loaded.
            BadInputError: wrong columns or types; nothing is loaded.
            InfrastructureError: the database is gone; unless the connection broke at the very end, nothing is loaded (see `batches`).
        """
        _demand_known(tables)
        try:
            return self._load(batch, tables, copy_fresh=True)
        except RefusedError as error:
            if error.cause != UniqueViolation.__name__:
                raise
            # a key that came twice, or one that another load brought since it was looked: a merge tells the two apart
            return self._load(batch, tables, copy_fresh=False)

    def _load(self, batch: Batch, tables: Mapping[str, pd.DataFrame], *, copy_fresh: bool) -> BatchResult:
        with self._transaction(f"load of {', '.join(tables)}") as cursor:
            lock_stores(cursor, [batch.store])
            begun = begin(cursor, batch)
            results = _merged(cursor, begun, tables, copy_fresh=copy_fresh)
            end(cursor, begun, results)
        return BatchResult(results)

    def batches(self, store: str | None = None) -> list[TargetBatch]:
        """The batches (of one store), oldest first, as the database itself remembers them: they were committed with their rows.

        Of one store: also a batch whose commit is under way, maybe of a loader that is dead, has ended before this answers.
        """
        with self._transaction("ERP load batches") as cursor:
            lock_stores(cursor, [store] if store else [])
            return listed(cursor, store)

    def undo_batch(self, batch_id: str, brought: Brought = NOTHING) -> UndoResult:
        """Take back one batch in one transaction.

        Raises:
            BadInputError: there is no such batch, or it is undone, or a row it changed referred to one that is gone now.
        """
        with self._transaction(f"undo of {batch_id}") as cursor:
            lock_stores(cursor, stores_of(cursor, [batch_id]))
            return undo(cursor, batch_id, brought)

    def plan_undo(self, batches: Mapping[str, Brought]) -> list[UndoResult]:
        """What taking back these batches would do: it is done in one transaction and rolled back."""
        with self._transaction("plan of undo") as cursor:
            lock_stores(cursor, stores_of(cursor, list(batches)))
            results = [undo(cursor, batch_id, brought) for batch_id, brought in batches.items()]
            cursor.connection.rollback()
        return results

    def read_back(self, table: str, store: str | None = None, keys: pd.DataFrame | None = None) -> pd.DataFrame:
        """Rows by primary key (text by code point): text `str`, exact decimals, dates and times `datetime64[us]`.

        Raises:
            KeyError: the ERP has no such table.
            ValueError: a store was given for a table that all stores share, or keys that are not texts of its key.
        """
        described = erp_table(table)
        query = rows_query(described, store, keys, ordered=True)
        with self._transaction(f"ERP table {table}") as cursor:
            return house_frame(copy_out(cursor, query, arrow_schema(described)))

    def stream(self, table: str, store: str | None = None) -> pa.RecordBatchReader:
        """The rows in no order, read while they are taken; raises as `read_back`."""
        described = erp_table(table)
        query, schema = rows_query(described, store, None, ordered=False), arrow_schema(described)

        def batches() -> Iterator[pa.RecordBatch]:
            with self._transaction(f"ERP table {table}") as cursor:
                yield from copy_out_batches(cursor, query, schema)

        return pa.RecordBatchReader.from_batches(schema, batches())

    @property
    def lookups(self) -> PostgresLookups:
        """The tables asked like at the counter."""
        return PostgresLookups(self.databases)

    def touched(self, table: str, store: str | None = None) -> set[str]:
        """Rows whose last transaction is neither that of the batch they are marked with nor that of an undo."""
        described = erp_table(table)
        parts = {
            "table": sql.Identifier(table),
            "key": sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in described.key),
            "condition": of_store(described, store),
        }
        with self._transaction(f"ERP table {table}") as cursor:
            return {key for (key,) in cursor.execute(statement("reconcile/touched.sql", parts)).fetchall()}

    def totals(self, table: str, store: str | None = None) -> dict[str, Decimal | int]:
        """`rows` and the sum of every numeric column, in PostgreSQL's numeric; a sum of nothing is 0.

        Raises:
            KeyError: the ERP has no such table.
            ValueError: a store was given for a table that all stores share.
        """
        described = erp_table(table)
        condition = of_store(described, store)
        with self._transaction(f"ERP table {table}") as cursor:
            return totals(cursor, described, condition)

    def grouped_totals(self, table: str, store: str | None, by: Sequence[str]) -> pd.DataFrame:
        """Rows and exact sums by group (see the protocol), added up by PostgreSQL.

        Raises:
            KeyError: the ERP has no such table, or the table no such column.
            ValueError: a store was given for a table that all stores share.
        """
        described = erp_table(table)
        condition = of_store(described, store)
        with self._transaction(f"ERP table {table}") as cursor:
            return grouped_totals(cursor, described, condition, by)

    def state_hash(self, store: str | None = None, dataset: str | None = None) -> str:
        """SHA-256 over the fingerprints of a store's own tables, or of every table (of a dataset); the order of rows does not matter."""
        tables = [t for t in ERP_TABLES.values() if (store is None or t.per_store) and dataset in {None, t.dataset}]
        digest = hashlib.sha256()
        with self._transaction("ERP state") as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table in tables:
                digest.update(_fingerprint(cursor, table, store).encode())
        return digest.hexdigest()

    def store_hashes(self) -> dict[str, str]:
        """Store -> SHA-256 over the fingerprints of its own tables; stores without rows are absent."""
        lines: dict[str, list[str]] = {}
        with self._transaction("ERP state") as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table in (t for t in ERP_TABLES.values() if t.per_store):
                parts = {"table": sql.Identifier(table.name), "columns": names(table.column_names, "t")}
                for store, *figures in cursor.execute(statement("reconcile/store_hashes.sql", parts)).fetchall():
                    lines.setdefault(store, []).append(f"{table.name}:{':'.join(map(str, figures))};")
        return {store: hashlib.sha256("".join(found).encode()).hexdigest() for store, found in lines.items()}

    def describe(self) -> TargetDescription:
        """What the ERP says about its tables: types, lengths, required fields, keys, references, allowed values."""
        with self._transaction("ERP catalogue") as cursor:
            return describe(cursor)

    @contextmanager
    def _transaction(self, where: str) -> Iterator[Cursor]:
        with explained(where), self.databases.connect(ERP) as connection, connection.cursor() as cursor:
            yield cursor


def _fingerprint(cursor: Cursor, table: ErpTable, store: str | None) -> str:
    parts = {"table": sql.Identifier(table.name), "columns": names(table.column_names, "t"), "condition": of_store(table, store)}
    rows, first, second = cursor.execute(statement("reconcile/state_hash.sql", parts)).fetchone() or (0, 0, 0)
    return f"{table.name}:{rows}:{first}:{second};"


def _demand_known(tables: Mapping[str, pd.DataFrame]) -> None:
    for name in tables:
        erp_table(name)


def _merged(cursor: Cursor, begun: Begun, tables: Mapping[str, pd.DataFrame], *, copy_fresh: bool) -> dict[str, TableResult]:
    return {
        name: merge_frame(cursor, table, tables[name], begun, copy_fresh=copy_fresh) for name, table in ERP_TABLES.items() if name in tables
    }


def _set_up_frames(company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> dict[str, pd.DataFrame]:
    rows: dict[str, list[tuple[str, ...]]] = {
        "company": [(company.company_code, company.name, company.currency)],
        "store": [(store.store_code, company.company_code, store.name) for store in stores],
        "warehouse": [(s.store_code, code, name) for s in stores for code, name in s.warehouses.items()],
        "unit": [(unit,) for unit in units],
    }
    return {name: pd.DataFrame(found, columns=list(ERP_TABLES[name].column_names), dtype="str") for name, found in rows.items()}
