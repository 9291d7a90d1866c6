"""The identifiers and lists that the SQL files of one ERP table name.

Belongs here: descriptor -> parts of statements. Does not belong here: running them (`postgres_merge.py`, `postgres_undo.py`).
"""

from collections.abc import Mapping

from psycopg import sql

from migration_pipeline.contracts.erp import ErpTable
from migration_pipeline.runtime.sql_files import sql_text

Parts = dict[str, sql.Composable]


def statement(path: str, parts: Mapping[str, sql.Composable]) -> sql.Composed:
    """One SQL file with its identifiers filled in; values stay bound parameters."""
    return sql.SQL(sql_text(path)).format(**parts)


def parts_of(table: ErpTable) -> Parts:
    """What the files call `target`, `stage`, `key`, `target_has_key` ... for one table."""
    values = table.value_names or table.key
    return {
        "target": sql.Identifier(table.name),
        "stage": sql.Identifier(f"stage_{table.name}"),
        "name": sql.Literal(table.name),
        "columns": names(table.column_names),
        "key": names(table.key),
        "staged_columns": names(table.column_names, "s"),
        "staged_key": names(table.key, "s"),
        "target_columns": names(table.column_names, "t"),
        "target_key": names(table.key, "t"),
        "assignments": sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Identifier("s", n)) for n in values),
        "target_has_key": equal(table.key, "t", table.key, "s"),
    }


def names(columns: tuple[str, ...], alias: str | None = None) -> sql.Composed:
    """`a, b`, or `t.a, t.b`."""
    return sql.SQL(", ").join(sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in columns)


def equal(left: tuple[str, ...], left_alias: str, right: tuple[str, ...], right_alias: str) -> sql.Composed:
    """`t.a = s.a AND t.b = s.b`."""
    pairs = [(sql.Identifier(left_alias, one), sql.Identifier(right_alias, other)) for one, other in zip(left, right, strict=True)]
    return sql.SQL(" AND ").join(sql.SQL("{} = {}").format(*pair) for pair in pairs)
