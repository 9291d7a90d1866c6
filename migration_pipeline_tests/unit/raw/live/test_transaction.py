"""Each database begins a transaction that reads as at one moment; SQL Server as far as it is allowed. (PostgreSQL, MySQL: integration.)"""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from migration_pipeline.raw.live.transaction import begin


class Server:
    """Stands in for a connection to a server that cannot run here; keeps what it was told."""

    def __init__(self, dialect: str, answer: Any, version: tuple[int, ...] = ()) -> None:
        self.dialect, self.answer = SimpleNamespace(name=dialect, server_version_info=version), answer
        self.told: list[str] = []

    def execution_options(self, **options: Any) -> None:
        self.told.extend(f"{name}={value}" for name, value in options.items())

    def exec_driver_sql(self, statement: str) -> None:
        self.told.append(statement)

    def execute(self, question: Any) -> Any:
        if isinstance(self.answer, ProgrammingError):
            raise self.answer
        return SimpleNamespace(one=lambda: self.answer)

    def rollback(self) -> None:
        self.told.append("rollback")


def begun(server: Server) -> Any:
    connection: Any = server
    return begin(connection)


def test_sql_server_reads_a_snapshot_where_the_database_allows_it() -> None:
    server = Server("mssql", (1,))
    isolation = begun(server)
    assert (isolation.name, isolation.consistent, isolation.warning) == ("SNAPSHOT", True, "")
    assert server.told[:2] == ["rollback", "isolation_level=SNAPSHOT"]
    assert "SET ROWCOUNT 0" in server.told


@pytest.mark.parametrize("answer", [(0,), ProgrammingError("", None, ValueError(208, "Invalid object name 'sys.databases'"))])
def test_sql_server_without_snapshots_is_never_blocked_and_counted_again(answer: Any) -> None:
    isolation = begun(Server("mssql", answer))
    assert (isolation.name, isolation.consistent) == ("READ COMMITTED", False)
    assert "allows no snapshots" in isolation.warning


def test_oracle_is_told_before_anything_is_asked() -> None:
    server = Server("oracle", ("+08:00",))
    assert begun(server).session == "+08:00"
    assert server.told == ["SET TRANSACTION READ ONLY"]


@pytest.mark.parametrize(("version", "read_only"), [((5, 5, 62), False), ((5, 6, 5), True), ((8, 0, 36), True)])
def test_mysql_before_5_6_knows_no_read_only(version: tuple[int, ...], read_only: bool) -> None:
    server = Server("mysql", ("SYSTEM", "CST"), version)
    assert begun(server).session == "SYSTEM CST"
    assert server.told[-1].endswith("READ ONLY") is read_only
    assert "START TRANSACTION WITH CONSISTENT SNAPSHOT" in server.told[-1]
