"""Taking one batch back: inserted rows are deleted, changed ones restored, and what others need or changed since is kept.

A row is as the batch left it if it is marked with the batch and its system column `xmin` is the batch's transaction (or that of an undo
that restored it): nothing need be stored per inserted row. After the ERP's database was restored from a dump all rows count as changed,
so nothing is taken back.
Belongs here: the steps of one undo. Does not belong here: transactions, statements (`dbt_like_sql/undo/`).
"""

from collections.abc import Collection, Iterator, Sequence

from psycopg import sql

from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable, Reference
from migration_pipeline.loaded.protocol import Brought, KeptRow, UndoResult
from migration_pipeline.loaded.targets.postgres_journal import found
from migration_pipeline.loaded.targets.postgres_sql import Parts, equal, names, parts_of, statement
from migration_pipeline.loaded.targets.postgres_writes import Cursor, write

_UNDONE = "UPDATE store2erp_journal.load_batch SET undone_at = clock_timestamp() WHERE number = %(batch)s"


def undo(cursor: Cursor, batch_id: str, brought: Brought) -> UndoResult:
    """Take one batch back in the running transaction.

    Raises:
        BadInputError: there is no such batch, or it is undone.
        psycopg.Error: a restored row refers to one that is gone.
    """
    number, batch, tables = found(cursor, batch_id)
    deleted: dict[str, int] = {}
    restored: dict[str, int] = {}
    kept: list[KeptRow] = []
    write(cursor, "begin undo", sql.SQL("INSERT INTO store2erp_journal.undo (batch) VALUES (%(batch)s)"), {"batch": number})
    for table in reversed([table for table in ERP_TABLES.values() if table.dataset == batch.dataset]):
        parts = _parts(table, number, batch.store)
        write(cursor, f"find {table.name}", statement("undo/owned.sql", parts))
        _mark_used(cursor, table, brought.get(table.name, ()))
        stays = list(_kept(cursor, table, parts, tables.get(table.name, 0)))
        write(cursor, f"rebase {table.name}", statement("undo/rebase.sql", parts))
        back = write(cursor, f"restore {table.name}", statement("undo/restore.sql", parts))
        gone = write(cursor, f"delete {table.name}", statement("undo/delete.sql", parts))
        write(cursor, f"forget {table.name}", sql.SQL("DROP TABLE undo_row"))
        kept += stays
        restored |= {table.name: back} if back else {}
        deleted |= {table.name: gone} if gone else {}
    write(
        cursor,
        "end undo",
        sql.SQL("UPDATE store2erp_journal.load_batch SET undone_at = clock_timestamp() WHERE number = %(batch)s"),
        {"batch": number},
    )
    return UndoResult(batch, deleted, restored, tuple(kept))


def _parts(table: ErpTable, number: int, store: str) -> Parts:
    values = table.value_names or table.key
    of_store = sql.SQL("t.store_code = {}").format(sql.Literal(store))
    return parts_of(table) | {
        "batch": sql.Literal(number),
        "condition": of_store if table.per_store else sql.SQL("true"),
        "with_left_over": sql.SQL("false" if table.per_store else "true"),
        "target_is_owned": equal(table.key, "t", table.key, "o"),
        "assignments": sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Identifier("r", n)) for n in values),
        "target_key": names(table.key, "t"),
    }


def _mark_used(cursor: Cursor, table: ErpTable, brought: Collection[str]) -> None:
    for other, reference in _referrers(table):
        parts = {"referrer": sql.Identifier(other), "referrer_has_key": equal(reference.columns, "r", table.key, "o")}
        write(cursor, f"used {table.name}", statement("undo/used_elsewhere.sql", parts))
    if brought:
        write(cursor, f"brought {table.name}", statement("undo/brought_by_others.sql", {}), {"keys": list(brought)})


def _referrers(table: ErpTable) -> Sequence[tuple[str, Reference]]:
    return [(other.name, reference) for other in ERP_TABLES.values() for reference in other.references if reference.table == table.name]


def _kept(cursor: Cursor, table: ErpTable, parts: Parts, written: int) -> Iterator[KeptRow]:
    for key, why in cursor.execute(statement("undo/kept.sql", parts)).fetchall():
        yield KeptRow(table.name, key, why)
    later = cursor.execute(statement("undo/overwritten.sql", parts)).fetchall()
    for key, batch_id in later:
        yield KeptRow(table.name, key, "changed_by_later_batch", batch_id)
    there = cursor.execute("SELECT count(*) FROM undo_row WHERE NOT left_over").fetchone()
    if gone := written - len(later) - int(there[0] if there else 0):
        yield KeptRow(table.name, "", "gone", str(gone))
