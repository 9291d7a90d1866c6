"""A control database that goes away is an InfrastructureError, whatever it was doing: nobody sees SQLAlchemy's own errors."""

import pytest
from sqlalchemy import text

from migration_pipeline.control.engine import control_engine
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import InfrastructureError


def broken_off(databases: Databases, statement: str | None) -> None:
    """A transaction whose connection the server ends, with or without another statement in it."""
    with control_engine(databases).begin() as connection:
        (pid,) = connection.execute(text("SELECT pg_backend_pid()")).one()
        with databases.connect(CONTROL, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        if statement:
            connection.execute(text(statement))


@pytest.mark.parametrize("statement", ["SELECT 1", None])
def test_a_connection_that_the_server_ends_in_the_midst(databases: Databases, statement: str | None) -> None:
    with pytest.raises(InfrastructureError, match="control database failed"):
        broken_off(databases, statement)
