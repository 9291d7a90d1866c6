"""Every value as exact text, whichever database and driver it comes from.

Belongs here: the SQL around a column that a driver would damage, the few server settings that matter, values as text. Does not
belong here: which columns there are (`table.py`).
"""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, cast, func, literal_column, types
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

from migration_pipeline.raw.readers.number_text import EXACT_DIGITS, float_text
from migration_pipeline.raw.readers.read_table import TEXT

Type = types.TypeEngine[Any]
_MSSQL_MONEY = (mssql.MONEY, mssql.SMALLMONEY)
_SINGLE = (mysql.FLOAT, types.REAL, oracle.BINARY_FLOAT)
_DAY_AND_TIME = "YYYY-MM-DD HH24:MI:SS"


def exact(column: ColumnElement[Any], kind: Type, database: str) -> ColumnElement[Any]:
    """The column as it must be selected so that nothing is lost on the way.

    Money as decimals; SQL Server and Oracle times as text, because Python's end at microseconds; MySQL's 4-byte floats as 8 bytes,
    because it shows only 6 digits of the others; bits as numbers. All else as it is.
    """
    match database:
        case "postgresql" if isinstance(kind, postgresql.MONEY):
            return cast(column, types.Numeric)
        case "mysql" | "mariadb" if isinstance(kind, mysql.FLOAT):
            return column * literal_column("1e0")
        case "mysql" | "mariadb" if isinstance(kind, mysql.BIT):
            return column + literal_column("0")
        case "mssql" if isinstance(kind, _MSSQL_MONEY):
            return cast(column, types.DECIMAL(19, 4))
        case "mssql" if isinstance(kind, types.DateTime | types.Date | types.Time):
            return func.convert(literal_column("VARCHAR(40)"), column, literal_column("121"))
        case "oracle" if isinstance(kind, types.DateTime):
            return func.to_char(column, literal_column(f"'{_oracle_pattern(kind)}'"))
    return column


def _oracle_pattern(kind: Type) -> str:
    if not isinstance(kind, types.TIMESTAMP):
        return _DAY_AND_TIME
    return f"{_DAY_AND_TIME}.FF9" + (" TZH:TZM" if kind.timezone else "")


def plain_text(connection: Connection) -> None:
    """From here on this connection hands out the server's own text where its driver can: PostgreSQL (but booleans, bytes) and MySQL."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        from psycopg.types.string import TextLoader

        for info in driver.adapters.types:
            if info.name not in {"bool", "bytea"}:
                driver.adapters.register_loader(info.oid, TextLoader)
            if info.array_oid:
                driver.adapters.register_loader(info.array_oid, TextLoader)
    elif connection.dialect.name in {"mysql", "mariadb"}:
        driver.decoders = {}


def text_table(names: Sequence[str], kinds: Sequence[Type], rows: Sequence[Sequence[object]], database: str) -> pa.Table:
    """Rows of a cursor as columns of text; `kinds` are the columns' types in the database."""
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    arrays = [_column(kind, values, database) for kind, values in zip(kinds, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema([(name, TEXT) for name in names]))


def _column(kind: Type, values: Sequence[object], database: str) -> pa.Array:
    if isinstance(kind, _SINGLE) and database != "postgresql":
        return pa.array([None if value is None else _plain_exponent(str(np.float32(str(value)))) for value in values], TEXT)
    if isinstance(kind, types.Float):
        return pa.array([_plain_exponent(value) if isinstance(value, str) else text(value) for value in values], TEXT)
    return pa.array([value if value.__class__ is str else text(value) for value in values], TEXT)


def _plain_exponent(number: str) -> str:
    """As `float_text`, and no exponent either where PostgreSQL writes one early (1.234567e+06 for a 4-byte float)."""
    return format(Decimal(number), "f") if "e" in number and abs(Decimal(number)) < EXACT_DIGITS else number


def text(value: object) -> str | None:
    r"""One value: numbers exact, times in ISO 8601 with a blank, bytes as `\x` and hex digits, `true`/`false`; None stays None."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case bytes() | bytearray() | memoryview():
            return rf"\x{bytes(value).hex()}"
        case datetime.datetime():
            return value.isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
    return float_text(value) if isinstance(value, float) else str(value)
