"""The PostgreSQL target: a database `erp` of interface tables (`contracts/erp.py`).

Belongs here: the target's operations and their transactions. Does not belong here: merging one table (`postgres_merge.py`).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import psycopg
from psycopg import sql

from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable, erp_table
from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.loaded.protocol import BatchResult, CompanyRow, StoreRow
from migration_pipeline.loaded.targets.postgres_describe import describe
from migration_pipeline.loaded.targets.postgres_merge import arrow_schema, merge_frame
from migration_pipeline.loaded.targets.postgres_writes import write
from migration_pipeline.runtime.bulk_copy import copy_out, house_frame
from migration_pipeline.runtime.database_errors import explained
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.sql_files import sql_text

_PREPARE_LOCK = 7_350_514_297
"""Advisory lock: processes that create the tables at once take turns."""


@dataclass(frozen=True)
class PostgresTarget:
    """The interface tables of one server; fulfils `loaded.protocol.Target`."""

    databases: Databases

    def prepare(self, company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> int:
        """Create absent tables and set up company, stores, warehouses and units; returns how many rows that changed.

        Raises:
            BadInputError: a code is missing or given twice.
            InfrastructureError: the database cannot be reached or created.
        """
        self.databases.ensure(ERP)
        with self._transaction("ERP set-up") as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_PREPARE_LOCK,))
            write(cursor, "create ERP tables", sql.SQL(sql_text("ddl/erp.sql")))
            frames = _set_up_frames(company, stores, units)
            results = [merge_frame(cursor, ERP_TABLES[name], frame) for name, frame in frames.items()]
        return sum(result.inserted + result.updated for result in results)

    def load_batch(self, tables: Mapping[str, pd.DataFrame]) -> BatchResult:
        """Write all frames in one transaction, referenced tables first, or nothing.

        Args:
            tables: ERP table name -> frame with exactly the table's columns.

        Raises:
            KeyError: the ERP has no such table.
            BadInputError: wrong columns or types, a broken constraint, a key twice; nothing is loaded.
            InfrastructureError: the database is gone; nothing is loaded.
        """
        for name in tables:
            erp_table(name)
        with self._transaction(f"load of {', '.join(tables)}") as cursor:
            results = {name: merge_frame(cursor, table, tables[name]) for name, table in ERP_TABLES.items() if name in tables}
        return BatchResult(results)

    def read_back(self, table: str, store: str | None = None) -> pd.DataFrame:
        """Rows by primary key (text by code point): text `str`, exact decimals, dates and times `datetime64[us]`.

        Raises:
            KeyError: the ERP has no such table.
            ValueError: a store was given for a table that all stores share.
        """
        described = erp_table(table)
        order = [
            sql.SQL('{} COLLATE "C"' if column.type == "text" else "{}").format(sql.Identifier(column.name))
            for column in described.columns
            if column.name in described.key
        ]
        query = sql.SQL("SELECT {columns} FROM {table} AS t WHERE {condition} ORDER BY {order}").format(
            columns=sql.SQL(", ").join(map(sql.Identifier, described.column_names)),
            table=sql.Identifier(table),
            condition=_of_store(described, store),
            order=sql.SQL(", ").join(order),
        )
        with self._transaction(f"ERP table {table}") as cursor:
            return house_frame(copy_out(cursor, query, arrow_schema(described)))

    def totals(self, table: str, store: str | None = None) -> dict[str, Decimal | int]:
        """`rows` and the sum of every numeric column, in PostgreSQL's numeric; a sum of nothing is 0.

        Raises:
            KeyError: the ERP has no such table.
            ValueError: a store was given for a table that all stores share.
        """
        described = erp_table(table)
        names = [column.name for column in described.numeric_columns]
        figures = [sql.SQL("count(*)"), *(sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier(name)) for name in names)]
        query = sql.SQL("SELECT {} FROM {} AS t WHERE {}").format(
            sql.SQL(", ").join(figures), sql.Identifier(table), _of_store(described, store)
        )
        with self._transaction(f"ERP table {table}") as cursor:
            found = cursor.execute(query).fetchone() or ()
        return dict(zip(["rows", *names], found, strict=True))

    def state_hash(self, store: str | None = None) -> str:
        """SHA-256 over the fingerprints of a store's own tables, or of every table; does not depend on the order of rows."""
        tables = [table for table in ERP_TABLES.values() if store is None or table.per_store]
        digest = hashlib.sha256()
        with self._transaction("ERP state") as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table in tables:
                digest.update(_fingerprint(cursor, table, store).encode())
        return digest.hexdigest()

    def describe(self) -> TargetDescription:
        """What the ERP says about its tables: types, lengths, required fields, keys, references, allowed values."""
        with self._transaction("ERP catalogue") as cursor:
            return describe(cursor)

    @contextmanager
    def _transaction(self, where: str) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        with explained(where), self.databases.connect(ERP) as connection, connection.cursor() as cursor:
            yield cursor


def _of_store(table: ErpTable, store: str | None) -> sql.Composable:
    if store is None:
        return sql.SQL("true")
    if "store_code" not in table.column_names:
        raise ValueError(f"ERP table {table.name} is shared by all stores")
    return sql.SQL("t.store_code = {}").format(sql.Literal(store))


def _fingerprint(cursor: psycopg.Cursor[tuple[Any, ...]], table: ErpTable, store: str | None) -> str:
    statement = sql.SQL(sql_text("reconcile/state_hash.sql"))
    rows, first, second = cursor.execute(
        statement.format(table=sql.Identifier(table.name), condition=_of_store(table, store))
    ).fetchone() or (0, 0, 0)
    return f"{table.name}:{rows}:{first}:{second};"


def _set_up_frames(company: CompanyRow, stores: Sequence[StoreRow], units: Sequence[str]) -> dict[str, pd.DataFrame]:
    rows: dict[str, list[tuple[str, ...]]] = {
        "company": [(company.company_code, company.name, company.currency)],
        "store": [(store.store_code, company.company_code, store.name) for store in stores],
        "warehouse": [(s.store_code, code, name) for s in stores for code, name in s.warehouses.items()],
        "unit": [(unit,) for unit in units],
    }
    return {name: pd.DataFrame(found, columns=list(ERP_TABLES[name].column_names), dtype="str") for name, found in rows.items()}
