"""Frames into and out of the control database's plain tables, typed by the models.

Belongs here: model -> Arrow schema, appending, replacing, selecting. Does not belong here: which table a repository uses, or why.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
from psycopg import sql
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, Numeric

from migration_pipeline.control.models import Base
from migration_pipeline.runtime.bulk_copy import arrow_table, copy_in, copy_out, house_frame
from migration_pipeline.runtime.database_errors import explained
from migration_pipeline.runtime.databases import CONTROL, Databases


def arrow_schema(model: type[Base], *, generated: bool = True) -> pa.Schema:
    """The columns of a model as Arrow types; JSON is text. `generated=False` leaves out numbers that PostgreSQL hands out."""
    columns = [column for column in _columns(model) if generated or not isinstance(column.server_default, Identity)]
    return pa.schema([pa.field(column.name, _arrow_type(column)) for column in columns])


def replace_rows(databases: Databases, model: type[Base], where: Mapping[str, str], frame: pd.DataFrame) -> int:
    """Put `frame` in the place of the rows that `where` names, in one transaction; returns how many rows there are now.

    Args:
        databases: the server.
        model: the table.
        where: column -> value of the old rows; the new rows get these values too.
        frame: the table's other columns.

    Raises:
        BadInputError: columns or types are not the table's; nothing was replaced.
    """
    table = sql.Identifier(model.__tablename__)
    rows = arrow_table(frame.assign(**where), arrow_schema(model, generated=False), f"control table {model.__tablename__}")
    with _transaction(databases, model) as cursor:
        cursor.execute(sql.SQL("DELETE FROM {} WHERE {}").format(table, _equal(where)))
        return copy_in(cursor, table, rows)


def read_rows(databases: Databases, model: type[Base], where: Mapping[str, str | None]) -> pd.DataFrame:
    """Rows whose columns have the given values (None: any), by primary key; exact decimals, times with zone."""
    schema = arrow_schema(model)
    given = {name: value for name, value in where.items() if value is not None}
    order = sql.SQL(", ").join(sql.Identifier(column.name) for column in model.__table__.primary_key)
    query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}").format(
        sql.SQL(", ").join(map(sql.Identifier, schema.names)), sql.Identifier(model.__tablename__), _equal(given), order
    )
    with _transaction(databases, model) as cursor:
        return house_frame(copy_out(cursor, query, schema))


def _equal(where: Mapping[str, str]) -> sql.Composable:
    if not where:
        return sql.SQL("true")
    parts = (sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in where.items())
    return sql.SQL(" AND ").join(parts)


@contextmanager
def _transaction(databases: Databases, model: type[Base]) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    where = f"control table {model.__tablename__}"
    with explained(where), databases.connect(CONTROL) as connection, connection.cursor() as cursor:
        yield cursor


def _columns(model: type[Base]) -> list[Column[Any]]:
    return [column for column in model.__table__.columns if isinstance(column, Column)]


def _arrow_type(column: Column[Any]) -> pa.DataType:
    kind = column.type
    if isinstance(kind, Numeric):
        return pa.decimal128(kind.precision, kind.scale)
    if isinstance(kind, DateTime):
        return pa.timestamp("us", tz="UTC" if kind.timezone else None)
    if isinstance(kind, BigInteger):
        return pa.int64()
    return pa.bool_() if isinstance(kind, Boolean) else pa.string()
