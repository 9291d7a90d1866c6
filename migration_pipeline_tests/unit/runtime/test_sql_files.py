"""SQL files are found through the package, wherever it is installed."""

import pytest

from migration_pipeline.runtime.sql_files import sql_text


def test_a_statement_is_read_as_it_is_written() -> None:
    assert "ON CONFLICT ({key}) DO NOTHING" in sql_text("load/insert_absent.sql")


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        sql_text("load/no_such_statement.sql")
