"""Merging one frame into one ERP table, so that it can be undone.

Where the ERP cannot hold any of the keys yet (a store's first load), rows are copied straight in. Else: COPY into an unlogged temporary
table, the rows that will change are kept as they are, changed ones updated, absent ones inserted.
Belongs here: the steps of one table. Does not belong here: transactions, the order of tables, statements (`dbt_like_sql/load/`).
"""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
from psycopg import sql

from migration_pipeline.contracts.erp import ERP_TABLES, ErpColumn, ErpTable
from migration_pipeline.loaded.protocol import Batch, TableResult
from migration_pipeline.loaded.targets.postgres_sql import Parts, parts_of, statement
from migration_pipeline.loaded.targets.postgres_writes import Cursor, write, write_copy
from migration_pipeline.runtime.bulk_copy import arrow_table

_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
_ROUNDS = 20
"""So often a batch may lose a race for a key of another one that inserts it at the same moment."""


@dataclass(frozen=True)
class Begun:
    """A batch that is registered in the running transaction; `number` marks its rows; None: set-up rows, which no batch owns."""

    batch: Batch | None = None
    number: int | None = None


def arrow_type(column: ErpColumn) -> pa.DataType:
    """The exact Arrow type of an ERP column."""
    return pa.decimal128(column.precision, column.scale) if column.type == "numeric" else _ARROW[column.type]


def arrow_schema(table: ErpTable) -> pa.Schema:
    """The exact Arrow schema of an ERP table."""
    return pa.schema([pa.field(column.name, arrow_type(column)) for column in table.columns])


def merge_frame(cursor: Cursor, table: ErpTable, frame: pd.DataFrame, begun: Begun, *, copy_fresh: bool = True) -> TableResult:
    """Merge the rows of one frame; an empty frame does nothing.

    Args:
        cursor: in a transaction.
        table: where to.
        frame: exactly the table's columns.
        begun: the batch that the rows are marked with.
        copy_fresh: whether rows may be copied straight in where the ERP has none of the store.

    Raises:
        BadInputError: the frame's columns or types are not the table's.
        psycopg.Error: PostgreSQL refuses the rows; `UniqueViolation` also if another load brought one of them since it was looked.
    """
    rows = arrow_table(frame, arrow_schema(table), f"ERP table {table.name}")
    if not rows.num_rows:
        return TableResult(table.name, 0, 0, 0)
    if copy_fresh and begun.batch and table.per_store and _is_fresh(cursor, table, rows, begun.batch):
        write_copy(cursor, f"copy {table.name}", sql.Identifier(table.name), rows)
        return TableResult(table.name, rows.num_rows, rows.num_rows, 0)
    parts = parts_of(table) | {"batch": sql.Literal(begun.number)}
    if begun.batch:
        parts["assignments"] = sql.SQL("{}, load_batch = {}").format(parts["assignments"], parts["batch"])
    _stage(cursor, table, parts, rows)
    _clear_absent(cursor, table, parts["stage"])
    cursor.execute(sql.SQL("ANALYZE {}").format(parts["stage"]))
    if table.keep_owner:
        inserted = write(cursor, f"insert {table.name}", statement("load/insert_new.sql", parts))
        return TableResult(table.name, rows.num_rows, inserted, 0, _kept(cursor, parts))
    inserted, updated = _merge(cursor, table, parts, begun)
    return TableResult(table.name, rows.num_rows, inserted, updated)


def _is_fresh(cursor: Cursor, table: ErpTable, rows: pa.Table, batch: Batch) -> bool:
    stores = rows.column("store_code").unique().to_pylist()
    values = {"stores": stores, "store": batch.store, "run_id": batch.run_id, "dataset": batch.dataset}
    found = cursor.execute(statement("load/is_fresh.sql", {"target": sql.Identifier(table.name)}), values).fetchone()
    return bool(found and found[0])


def _stage(cursor: Cursor, table: ErpTable, parts: Parts, rows: pa.Table) -> None:
    write(cursor, f"stage {table.name}", statement("load/stage.sql", parts))
    write_copy(cursor, f"stage {table.name}", parts["stage"], rows)
    if not table.keep_owner:
        write(cursor, f"key of staged {table.name}", statement("load/stage_key.sql", parts))


def _merge(cursor: Cursor, table: ErpTable, parts: Parts, begun: Begun) -> tuple[int, int]:
    """Rows inserted and updated. Another round follows where another batch inserted one of the keys between two statements."""
    inserted = updated = 0
    for _ in range(_ROUNDS):
        if begun.batch:
            write(cursor, f"keep {table.name}", statement("load/keep_before.sql", parts))
        updated += write(cursor, f"update {table.name}", statement("load/update_changed.sql", parts))
        inserted += write(cursor, f"insert {table.name}", statement("load/insert_absent.sql", parts))
        found = cursor.execute(statement("load/left_over.sql", parts)).fetchone()
        if not (found and found[0]):
            return inserted, updated
    raise RuntimeError(f"ERP table {table.name}: other loads change the same rows faster than this one")


def _clear_absent(cursor: Cursor, table: ErpTable, stage: sql.Composable) -> None:
    """A company-wide row may name a record of a store that stopped before its load; a store's own rows never may."""
    nullable = {column.name for column in table.columns if column.nullable}
    for reference in () if table.per_store else table.references:
        if len(reference.columns) == 1 and nullable.issuperset(reference.columns):
            (column,) = reference.columns
            (key,) = ERP_TABLES[reference.table].key
            parts = {
                "stage": stage,
                "column": sql.Identifier(column),
                "staged_column": sql.Identifier("s", column),
                "referenced": sql.Identifier(reference.table),
                "referenced_key": sql.Identifier("r", key),
            }
            write(cursor, f"clear absent {table.name}.{column}", statement("load/clear_absent.sql", parts))


def _kept(cursor: Cursor, parts: Parts) -> int:
    found = cursor.execute(statement("load/count_kept.sql", parts)).fetchone()
    return int(found[0]) if found else 0
