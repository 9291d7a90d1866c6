"""One read-only transaction that sees all tables as they were at one moment, as far as the database can do that.

Belongs here: how each kind of database begins such a transaction. Does not belong here: connecting, reading.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

_EVERY_ROW = 18446744073709551615
_FIRST_READ_ONLY_MYSQL = (5, 6, 5)


@dataclass(frozen=True)
class Isolation:
    """What the reader may rely on.

    Attributes:
        name: in the database's own words.
        consistent: all tables are seen as at one moment. If not, rows are counted again afterwards, and `warning` says so.
        session: settings of the server that change how values look (its time zone).
    """

    name: str
    consistent: bool = True
    warning: str = ""
    session: str = ""


def begin(connection: Connection) -> Isolation:
    """Begin the transaction; nothing must have been asked on this connection since it was opened or rolled back.

    The source is never blocked: a SQL Server database that allows no snapshots is read as committed, with a warning.
    """
    database = connection.dialect.name
    begins = {"postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql, "mssql": _mssql, "oracle": _oracle, "sqlite": _sqlite}
    return begins[database](connection)


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _asked(connection: Connection, question: str) -> str:
    row = connection.execute(text(question)).one()
    return " ".join(str(value) for value in row)


def _postgresql(connection: Connection) -> Isolation:
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    _run(
        connection, "SET LOCAL DateStyle TO ISO", "SET LOCAL IntervalStyle TO iso_8601", "SET LOCAL bytea_output TO hex",
        "SET LOCAL extra_float_digits TO 3",
    )  # fmt: skip
    return Isolation("REPEATABLE READ, READ ONLY", session=_asked(connection, "SHOW TimeZone"))


def _mysql(connection: Connection) -> Isolation:
    connection.execution_options(isolation_level="AUTOCOMMIT")
    read_only = connection.dialect.server_version_info or ()
    suffix = ", READ ONLY" if tuple(read_only) >= _FIRST_READ_ONLY_MYSQL else ""
    _run(
        connection, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", f"SET SESSION sql_select_limit = {_EVERY_ROW}",
        f"START TRANSACTION WITH CONSISTENT SNAPSHOT{suffix}",
    )  # fmt: skip
    zone = _asked(connection, "SELECT @@time_zone, @@system_time_zone")
    return Isolation(f"REPEATABLE READ, CONSISTENT SNAPSHOT{suffix}", session=zone)


def _mssql(connection: Connection) -> Isolation:
    allowed = _allows_snapshots(connection)
    connection.rollback()
    level: Any = "SNAPSHOT" if allowed else "READ COMMITTED"
    connection.execution_options(isolation_level=level)
    _run(connection, "SET ROWCOUNT 0", "SET TEXTSIZE 2147483647")
    if allowed:
        return Isolation("SNAPSHOT")
    return Isolation(
        "READ COMMITTED",
        consistent=False,
        warning="the database allows no snapshots: what was written while reading may be seen in part; read it while the shop is closed, "
        "or set ALLOW_SNAPSHOT_ISOLATION ON",
    )


def _allows_snapshots(connection: Connection) -> bool:
    """SQL Server 2000 does not even know the question."""
    try:
        return _asked(connection, "SELECT snapshot_isolation_state FROM sys.databases WHERE name = DB_NAME()") == "1"
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return False


def _oracle(connection: Connection) -> Isolation:
    _run(connection, "SET TRANSACTION READ ONLY")
    return Isolation("READ ONLY", session=_asked(connection, "SELECT SESSIONTIMEZONE FROM DUAL"))


def _sqlite(connection: Connection) -> Isolation:
    connection.execution_options(isolation_level="AUTOCOMMIT")
    _run(connection, "PRAGMA query_only = ON", "BEGIN")
    return Isolation("BEGIN, query_only")
