"""Merging one frame into one ERP table: COPY into a temporary table, then one set-based statement.

Belongs here: the statements of one table, built from its descriptor. Does not belong here: transactions, the order of tables.
"""

from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
from psycopg import sql

from migration_pipeline.contracts.erp import ERP_TABLES, ErpColumn, ErpTable
from migration_pipeline.loaded.protocol import TableResult
from migration_pipeline.loaded.targets.postgres_writes import write, write_copy, write_counted
from migration_pipeline.runtime.bulk_copy import arrow_table
from migration_pipeline.runtime.sql_files import sql_text

_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


def arrow_type(column: ErpColumn) -> pa.DataType:
    """The exact Arrow type of an ERP column."""
    return pa.decimal128(column.precision, column.scale) if column.type == "numeric" else _ARROW[column.type]


def arrow_schema(table: ErpTable) -> pa.Schema:
    """The exact Arrow schema of an ERP table."""
    return pa.schema([pa.field(column.name, arrow_type(column)) for column in table.columns])


def merge_frame(cursor: psycopg.Cursor[tuple[Any, ...]], table: ErpTable, frame: pd.DataFrame) -> TableResult:
    """Merge the rows of one frame; an empty frame does nothing.

    Raises:
        BadInputError: the frame's columns or types are not the table's.
        psycopg.Error: PostgreSQL refuses the rows.
    """
    rows = arrow_table(frame, arrow_schema(table), f"ERP table {table.name}")
    if not rows.num_rows:
        return TableResult(table.name, 0, 0, 0)
    parts = _parts(table)
    write(cursor, f"stage {table.name}", _statement("load/stage.sql", parts))
    write_copy(cursor, f"stage {table.name}", parts["stage"], rows)
    _clear_absent(cursor, table, parts["stage"])
    cursor.execute(sql.SQL("ANALYZE {}").format(parts["stage"]))
    merge = "load/insert_new.sql" if table.keep_owner else "load/merge.sql"
    inserted, updated = write_counted(cursor, f"merge {table.name}", _statement(merge, parts))
    return TableResult(table.name, rows.num_rows, inserted, updated, _kept(cursor, table, parts))


def _clear_absent(cursor: psycopg.Cursor[tuple[Any, ...]], table: ErpTable, stage: sql.Composable) -> None:
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
            write(cursor, f"clear absent {table.name}.{column}", _statement("load/clear_absent.sql", parts))


def _kept(cursor: psycopg.Cursor[tuple[Any, ...]], table: ErpTable, parts: dict[str, sql.Composable]) -> int:
    if not table.keep_owner:
        return 0
    found = cursor.execute(_statement("load/count_kept.sql", parts)).fetchone()
    return int(found[0]) if found else 0


def _statement(path: str, parts: dict[str, sql.Composable]) -> sql.Composed:
    return sql.SQL(sql_text(path)).format(**parts)


def _parts(table: ErpTable) -> dict[str, sql.Composable]:
    """Identifiers and lists that the SQL files name."""
    values = table.value_names or table.key
    equal_keys = [sql.SQL("{} = {}").format(sql.Identifier("t", name), sql.Identifier("s", name)) for name in table.key]
    held_keys = [sql.SQL("{} = {}").format(sql.Identifier("held", name), sql.Identifier("s", name)) for name in table.key]
    assignments = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("excluded", name)) for name in values]
    return {
        "target": sql.Identifier(table.name),
        "stage": sql.Identifier(f"stage_{table.name}"),
        "columns": _names(table.column_names),
        "key": _names(table.key),
        "staged_columns": _names(table.column_names, "s"),
        "staged_key": _names(table.key, "s"),
        "held_columns": _names(table.column_names, "held"),
        "target_columns": _names(table.column_names, "t"),
        "excluded_columns": _names(table.column_names, "excluded"),
        "assignments": sql.SQL(", ").join(assignments),
        "target_has_key": sql.SQL(" AND ").join(equal_keys),
        "held_has_key": sql.SQL(" AND ").join(held_keys),
    }


def _names(names: tuple[str, ...], alias: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in names)
