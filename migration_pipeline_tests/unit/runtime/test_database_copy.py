"""A copy holds what the database holds, also while somebody is connected, and only copies are dropped."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from psycopg import sql

from migration_pipeline.runtime.database_copy import copy_database, drop_copies, sandbox_databases
from migration_pipeline.runtime.databases import CONTROL, ERP, Databases
from migration_pipeline.runtime.errors import InfrastructureError

NAME = "0a1b2c3d"


@pytest.fixture
def source(databases: Databases) -> Iterator[Databases]:
    """A database with a table and a sequence that has moved on."""
    with databases.connect(ERP) as connection:
        connection.execute("CREATE TABLE goods (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)")
        connection.execute("INSERT INTO goods (name) VALUES ('tea'), ('茶')")
    yield databases
    for name in (ERP, CONTROL):
        drop_copies(databases, name)


def copied(source: Databases) -> list[tuple[object, ...]]:
    """The rows of the copy after one more was added to it, so that its sequence shows too."""
    copy = sandbox_databases(source, NAME)
    copy_database(source, copy, ERP)
    with copy.connect(ERP) as connection:
        connection.execute("INSERT INTO goods (name) VALUES ('new')")
        return connection.execute("SELECT n, name FROM goods ORDER BY n").fetchall()


def rows(databases: Databases) -> int:
    with databases.connect(ERP) as connection:
        return len(connection.execute("SELECT 1 FROM goods").fetchall())


def test_a_copy_is_the_database_as_it_is_and_writing_to_it_leaves_the_source_alone(source: Databases) -> None:
    assert copied(source) == [(1, "tea"), (2, "茶"), (3, "new")]
    assert rows(source) == 2


def test_a_database_in_use_is_copied_too_and_nobody_is_thrown_out(source: Databases) -> None:
    """PostgreSQL refuses a template copy then."""
    with source.connect(ERP) as somebody:
        assert copied(source) == [(1, "tea"), (2, "茶"), (3, "new")]
        assert somebody.execute("SELECT 1").fetchone() == (1,)


def test_only_the_copies_of_one_database_are_dropped(source: Databases) -> None:
    copy = sandbox_databases(source, NAME)
    for name in (ERP, CONTROL):
        copy_database(source, copy, name)
    drop_copies(source, ERP)
    with source.connect_server() as connection:
        found = {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
    assert {source.real_name(ERP), source.real_name(CONTROL), copy.real_name(CONTROL)} <= found
    assert copy.real_name(ERP) not in found


def test_without_the_right_to_create_databases_it_says_so(source: Databases) -> None:
    with source.connect_server() as connection:
        connection.execute("DROP ROLE IF EXISTS plain_reader")
        connection.execute("CREATE ROLE plain_reader LOGIN PASSWORD 'of no use'")
        server = f"{connection.info.host}:{connection.info.port}"
    plain = replace(source, base_url=f"postgresql://plain_reader:of%20no%20use@{server}/")
    with pytest.raises(InfrastructureError, match="permission denied") as refused:
        copy_database(plain, sandbox_databases(plain, NAME), ERP)
    assert "CREATEDB" in refused.value.fix
    with source.connect_server() as connection:
        connection.execute(sql.SQL("DROP ROLE plain_reader"))


def test_a_sandbox_is_named_by_eight_hex_digits() -> None:
    """Its name becomes part of the names of databases that are dropped."""
    with pytest.raises(ValueError, match="not the name"):
        sandbox_databases(Databases(""), "erp")
