"""The query that reads rows of one ERP table back: all, of one store, or those with some keys.

Belongs here: that query. Does not belong here: running it (`postgres.py`), turning the answer into frames (`runtime/bulk_copy.py`).
"""

import pandas as pd
from psycopg import sql

from migration_pipeline.contracts.erp import ErpTable
from migration_pipeline.loaded.targets.postgres_sql import names


def of_store(table: ErpTable, store: str | None) -> sql.Composable:
    """The condition that a row `t` is of this store; raises ValueError for a table that all stores share."""
    if store is None:
        return sql.SQL("true")
    if "store_code" not in table.column_names:
        raise ValueError(f"ERP table {table.name} is shared by all stores")
    return sql.SQL("t.store_code = {}").format(sql.Literal(store))


def rows_query(table: ErpTable, store: str | None, keys: pd.DataFrame | None, *, ordered: bool) -> sql.Composed:
    """The rows with all columns; `keys` holds texts of some key columns; ordered by key, text by code point.

    Raises:
        ValueError: a store was given for a table that all stores share, or keys that are not columns of text.
    """
    query = sql.SQL("SELECT {} FROM {} AS t WHERE {}").format(names(table.column_names), sql.Identifier(table.name), of_store(table, store))
    if keys is not None:
        query += sql.SQL(" AND {}").format(_with_keys(table, keys))
    return query + sql.SQL(" ORDER BY {}").format(_order(table)) if ordered else query


def _with_keys(table: ErpTable, keys: pd.DataFrame) -> sql.Composed:
    columns = tuple(map(str, keys.columns))
    if any(column.type != "text" for column in table.columns if column.name in columns) or not set(columns) <= set(table.key):
        raise ValueError(f"rows of ERP table {table.name} cannot be asked for by {', '.join(columns)}")
    wanted = [sql.SQL("{}::text[]").format(sql.Literal(keys[name].tolist())) for name in columns]
    return sql.SQL("({}) IN (SELECT * FROM unnest({}))").format(names(columns, "t"), sql.SQL(", ").join(wanted))


def _order(table: ErpTable) -> sql.Composed:
    key = [column for column in table.columns if column.name in table.key]
    return sql.SQL(", ").join(
        sql.SQL('{} COLLATE "C"' if column.type == "text" else "{}").format(sql.Identifier(column.name)) for column in key
    )
