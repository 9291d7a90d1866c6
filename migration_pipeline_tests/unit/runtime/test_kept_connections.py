"""Connections are used again within a run, as new, and none stays open after it."""

import psycopg
import pytest

from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.kept_connections import close_idle, connections_kept


def process_of(databases: Databases) -> int:
    """The server's process that serves a connection."""
    with databases.connect(ERP) as connection:
        return connection.info.backend_pid


def still_there(databases: Databases, process: int) -> bool:
    with Databases(databases.base_url, options=databases.options).connect("postgres") as connection:
        asked = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND datname LIKE %s", (process, "%erp")).fetchone()
    return asked == (1,)


def test_within_a_run_one_connection_serves_all_and_ends_with_it(databases: Databases) -> None:
    with connections_kept():
        with connections_kept():
            first = process_of(databases)
        assert process_of(databases) == first
    assert process_of(databases) != process_of(databases)
    assert not still_there(databases, first)


def test_a_connection_that_is_used_again_is_as_new(databases: Databases) -> None:
    """Neither settings nor temporary tables, locks, prepared statements nor autocommit are left; what was not committed is gone."""
    with connections_kept():
        with databases.connect(ERP, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept ()")
            connection.execute("SET timezone = 'Asia/Tokyo'")
            connection.execute("CREATE TEMP TABLE left_over ()")
            connection.execute("SELECT pg_advisory_lock(42)")
            for _ in range(9):
                connection.execute("SELECT %s::int", (1,))
            first = connection.info.backend_pid
        for _ in range(3):
            with databases.connect(ERP) as connection:
                assert (connection.info.backend_pid, connection.autocommit) == (first, False)
                assert connection.execute("SHOW timezone").fetchone() != ("Asia/Tokyo",)
                assert connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'left_over'").fetchone() == (0,)
                assert connection.execute("SELECT count(*) FROM pg_locks WHERE objid = 42").fetchone() == (0,)
                for _ in range(9):
                    connection.execute("SELECT %s::int", (1,))
        with pytest.raises(psycopg.Error), databases.connect(ERP) as connection:
            connection.execute("DROP TABLE kept; SELECT 1 / 0")
        with databases.connect(ERP) as connection:
            connection.execute("SELECT * FROM kept")


def test_one_that_the_server_ended_or_that_lies_in_a_failed_transaction_is_not_handed_out(databases: Databases) -> None:
    end = "SELECT pg_terminate_backend(%s, 5000)"
    with connections_kept():
        first = process_of(databases)
        with Databases(databases.base_url, options=databases.options).connect("postgres") as connection:
            connection.execute(end, (first,))
        second = process_of(databases)
        assert second != first
        left = databases.connect(ERP)
        assert left.info.backend_pid == second
        with pytest.raises(psycopg.Error):
            left.execute("SELECT no_such_column")
        left.close()
        assert process_of(databases) != second


def test_a_database_can_be_copied_in_a_run_when_idle_connections_are_closed(databases: Databases) -> None:
    with connections_kept():
        first = process_of(databases)
        close_idle()
        assert not still_there(databases, first)
        assert process_of(databases) != first


def test_a_server_that_is_gone_is_the_same_error_in_a_run() -> None:
    nowhere = Databases("postgresql://u:secret@127.0.0.1:9/", options="sslmode=disable")
    with connections_kept(), pytest.raises(InfrastructureError) as raised:
        nowhere.connect(ERP)
    assert "secret" not in str(raised.value)
