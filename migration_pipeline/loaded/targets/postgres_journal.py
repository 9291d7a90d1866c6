"""The batches that the ERP's database itself remembers, in its schema `store2erp_journal`, committed together with their rows.

Belongs here: registering, closing and listing them, and the tables they need. Does not belong here: the control database's journal
(`control/`), taking a batch back (`postgres_undo.py`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from psycopg import sql

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.protocol import Batch, BatchResult, TableResult, TargetBatch
from migration_pipeline.loaded.targets.postgres_merge import Begun
from migration_pipeline.loaded.targets.postgres_sql import statement
from migration_pipeline.loaded.targets.postgres_writes import Cursor, write
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.sql_files import sql_text

_STORE_LOCKS = 735_052
"""First key of the advisory locks that stores are loaded and taken back under; the second is the store's hash."""


def create_tables(cursor: Cursor) -> None:
    """The ERP's tables and the loader's own; nothing is locked where this version of them is there already."""
    files = [sql_text(f"ddl/{name}.sql") for name in ("erp", "batch_column", "erp_journal")]
    version = hashlib.sha256("".join(files).encode()).hexdigest()
    if _applied(cursor, version):
        return
    write(cursor, "create ERP tables", sql.SQL(files[0]))
    for table in ERP_TABLES.values():
        if table.dataset:
            write(cursor, f"mark rows of {table.name}", statement("ddl/batch_column.sql", {"table": sql.Identifier(table.name)}))
    write(cursor, "create loader tables", sql.SQL(files[2]))
    write(
        cursor,
        "note the version of the tables",
        sql.SQL("INSERT INTO store2erp_journal.applied_ddl (sha256) VALUES (%(version)s) ON CONFLICT DO NOTHING"),
        {"version": version},
    )


def _applied(cursor: Cursor, version: str) -> bool:
    found = cursor.execute("SELECT to_regclass('store2erp_journal.applied_ddl') IS NOT NULL").fetchone()
    if not (found and found[0]):
        return False
    return cursor.execute("SELECT 1 FROM store2erp_journal.applied_ddl WHERE sha256 = %s", (version,)).fetchone() is not None


def lock_stores(cursor: Cursor, stores: Iterable[str]) -> None:
    """Until the transaction ends nobody else loads or takes back batches of these stores; waits for who does."""
    for store in sorted(set(stores)):
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_STORE_LOCKS, store))


def begin(cursor: Cursor, batch: Batch) -> Begun:
    """Register a batch; rows written in this transaction from now on are marked with it.

    Raises:
        psycopg.errors.UniqueViolation: the ERP has a batch of this id.
    """
    values = {"batch_id": batch.batch_id, "run_id": batch.run_id, "store": batch.store, "dataset": batch.dataset}
    found = cursor.execute(sql_text("load/begin_batch.sql"), values).fetchone()
    return Begun(batch, int(found[0]) if found else None)


def end(cursor: Cursor, begun: Begun, results: Mapping[str, TableResult]) -> None:
    """Keep what the batch did."""
    tables = {name: [result.rows, result.inserted, result.updated, result.kept] for name, result in results.items()}
    write(cursor, "close batch", sql.SQL(sql_text("load/end_batch.sql")), {"tables": json.dumps(tables), "number": begun.number})


def listed(cursor: Cursor, store: str | None) -> list[TargetBatch]:
    """All batches (of one store), oldest first."""
    query = "SELECT {} FROM store2erp_journal.load_batch WHERE %(store)s::text IS NULL OR store_code = %(store)s ORDER BY number"
    columns = sql.SQL("batch_id, run_id, store_code, dataset, committed_at, tables, undone_at")
    rows = cursor.execute(sql.SQL(query).format(columns), {"store": store}).fetchall()
    return [
        TargetBatch(
            Batch(*names),
            committed_at=committed_at,
            result=BatchResult({name: TableResult(name, *counts) for name, counts in tables.items()}),
            undone_at=undone_at,
        )
        for *names, committed_at, tables, undone_at in rows
    ]


def stores_of(cursor: Cursor, batch_ids: Sequence[str]) -> list[str]:
    """The stores of some batches; those that are not known have none."""
    rows = cursor.execute(
        "SELECT DISTINCT store_code FROM store2erp_journal.load_batch WHERE batch_id = ANY(%s)", (list(batch_ids),)
    ).fetchall()
    return [store for (store,) in rows]


def found(cursor: Cursor, batch_id: str) -> tuple[int, Batch, dict[str, int]]:
    """Number, batch and how many rows it wrote by table; locked until the transaction ends.

    Raises:
        BadInputError: there is no such batch, or it is undone.
    """
    columns = sql.SQL("number, batch_id, run_id, store_code, dataset, tables, undone_at")
    query = sql.SQL("SELECT {} FROM store2erp_journal.load_batch WHERE batch_id = %s FOR UPDATE").format(columns)
    row = cursor.execute(query, (batch_id,)).fetchone()
    if row is None:
        raise BadInputError(f"the ERP knows no load batch {batch_id!r}", where="undo", fix="`store2erp batches` lists them")
    number, *named, tables, undone_at = row
    if undone_at is not None:
        what = f"the load batch {batch_id} is undone since {undone_at:%Y-%m-%d %H:%M}"
        raise BadInputError(what, where="undo", fix="run the store again to load it again")
    return int(number), Batch(*named), {name: inserted + updated for name, (_, inserted, updated, _) in tables.items()}
