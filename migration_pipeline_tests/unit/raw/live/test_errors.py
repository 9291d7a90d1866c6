"""What a database says becomes our error: whether a retry helps, no password, no cell value."""

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, ProgrammingError

from migration_pipeline.raw.live.errors import address, connect_error, translated
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

MYSQL = make_url("mysql+pymysql://pos:s3cret@shop/d?charset=utf8")
MSSQL = make_url("mssql+pymssql://pos:s3cret@shop/d")


def said(kind: type[DBAPIError], *words: object) -> DBAPIError:
    return kind("SELECT 1", None, ValueError(*words))


@pytest.mark.parametrize("code", [2006, 2013, 1205, 1213, 1053, 1927])
def test_mysql_going_away_or_busy_may_be_asked_again(code: int) -> None:
    assert isinstance(translated(said(OperationalError, code, "gone"), MYSQL), InfrastructureError)


@pytest.mark.parametrize("code", [1054, 1142, 1064])
def test_mysql_refusing_a_column_or_right_is_no_matter_of_time(code: int) -> None:
    assert isinstance(translated(said(OperationalError, code, "no"), MYSQL), BadInputError)


def test_other_databases_tell_by_the_kind_of_error() -> None:
    assert isinstance(translated(said(OperationalError, b"DBPROCESS is dead"), MSSQL), InfrastructureError)
    assert isinstance(translated(said(ProgrammingError, 208, b"Invalid object name"), MSSQL), BadInputError)


def test_a_server_that_refuses_to_write_is_named_as_such() -> None:
    for error in (said(OperationalError, 1792, "x"), said(DBAPIError, "ORA-01456: may not perform insert")):
        assert "wants to write" in str(translated(error, MYSQL))


def test_neither_password_nor_values_are_shown() -> None:
    assert address(MYSQL) == "mysql+pymysql://pos:***@shop/d"
    assert "s3cret" not in str(connect_error(said(OperationalError, 1045, "denied for s3cret"), MYSQL))
    assert "13912345678" not in str(translated(said(DataError, 1292, "Incorrect value: '13912345678'"), MYSQL))
