"""A refusal of the database names the place, never the values."""

import pytest

from migration_pipeline.runtime.database_errors import explained
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError


def test_a_broken_constraint_is_bad_input_without_the_row(databases: Databases) -> None:
    with databases.connect("erp") as connection:
        connection.execute("CREATE TABLE person (phone text NOT NULL, name text)")
    with pytest.raises(BadInputError) as caught, explained("here"), databases.connect("erp") as connection:
        connection.execute("INSERT INTO person VALUES (NULL, 'Zhang San')")
    assert "here: " in str(caught.value)
    assert "column phone" in str(caught.value)
    assert "Zhang" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_missing_table_is_not_the_fault_of_the_data(databases: Databases) -> None:
    with pytest.raises(InfrastructureError, match="UndefinedTable"), explained("here"), databases.connect("erp") as connection:
        connection.execute("SELECT * FROM no_such_table")


def test_our_own_errors_pass_untouched() -> None:
    with pytest.raises(BadInputError, match=r"^mine$"), explained("here"):
        raise BadInputError("mine")
