"""Sums of ERP tables, computed by PostgreSQL.

Belongs here: the statements and the types of their results. Does not belong here: which sums are compared (`reconciled/`).
"""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import pyarrow as pa
from psycopg import sql

from migration_pipeline.contracts.erp import ErpTable, Reference, column_named, erp_table
from migration_pipeline.loaded.targets.postgres_sql import statement
from migration_pipeline.loaded.targets.postgres_writes import Cursor
from migration_pipeline.runtime.bulk_copy import copy_out, house_frame


def totals(cursor: Cursor, table: ErpTable, condition: sql.Composable) -> dict[str, Decimal | int]:
    """`rows` and the sum of every numeric column of the rows `t` that fulfil the condition; a sum of nothing is 0."""
    names = [column.name for column in table.numeric_columns]
    query = sql.SQL("SELECT {} FROM {} AS t WHERE {}").format(
        sql.SQL(", ").join([sql.SQL("count(*)"), *map(_sum, names)]), sql.Identifier(table.name), condition
    )
    found = cursor.execute(query).fetchone() or ()
    return dict(zip(["rows", *names], found, strict=True))


def grouped_totals(cursor: Cursor, table: ErpTable, condition: sql.Composable, by: Sequence[str]) -> pd.DataFrame:
    """The same by group, as `loaded.protocol.Target.grouped_totals` gives it.

    Raises:
        KeyError: a group is no column of the table or of one it refers to.
    """
    named = {name: column_named(table, name) for name in by}
    groups = [
        sql.SQL('({})::text COLLATE "C"').format(sql.Identifier(reference.table if reference else "t", column.name))
        for reference, column in named.values()
    ]
    numbers = [column for column in table.numeric_columns if column.name not in by]
    parts = {
        "groups": sql.SQL(", ").join(groups),
        "places": sql.SQL(", ").join(sql.SQL(str(place)) for place in range(1, len(groups) + 1)),
        "sums": sql.SQL(", ").join(_sum(column.name) for column in numbers),
        "table": sql.Identifier(table.name),
        "joins": sql.SQL(" ").join(_join(one) for one in dict.fromkeys(reference for reference, _ in named.values() if reference)),
        "condition": condition,
    }
    types = {column.name: pa.decimal128(38, column.scale) for column in numbers}
    schema = pa.schema([*((name, pa.string()) for name in by), ("rows", pa.int64()), *types.items()])
    return house_frame(copy_out(cursor, statement("reconcile/grouped_totals.sql", parts), schema))


def _sum(column: str) -> sql.Composable:
    return sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier("t", column))


def _join(reference: Reference) -> sql.Composable:
    keys = zip(reference.columns, erp_table(reference.table).key, strict=True)
    equal = [sql.SQL("{} = {}").format(sql.Identifier("t", own), sql.Identifier(reference.table, theirs)) for own, theirs in keys]
    return sql.SQL("LEFT JOIN {} ON {}").format(sql.Identifier(reference.table), sql.SQL(" AND ").join(equal))
