"""The address of a live database: filled in from the store and the environment, one driver each, no secret in a message."""

import builtins
from typing import Any

import pytest
from sqlalchemy import text

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live.connect import DRIVERS, connected, resolve_url
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

STORE = {"host": "10.0.0.7:1433", "db": "hbposv10"}


def spec(url: str) -> InputSpec:
    return InputSpec(format="database", url=url, table="t")


def test_parts_come_from_the_store_and_the_password_may_hold_any_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "p@ss/w:rd%?#")
    url = resolve_url(spec("mssql://sa:${PW}@{host}/{db}?tds_version=7.0"), STORE, "input t")
    assert (url.drivername, url.username, url.password) == ("mssql+pymssql", "sa", "p@ss/w:rd%?#")
    assert (url.host, url.port, url.database, url.query["tds_version"]) == ("10.0.0.7", 1433, "hbposv10", "7.0")


def test_a_whole_url_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "mariadb://u:p%40@h/d")
    assert resolve_url(spec("${SHOP}"), {}, "input t").password == "p@"  # noqa: S105


@pytest.mark.parametrize("kind", ["postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle", "sqlite"])
def test_every_kind_has_its_driver(kind: str) -> None:
    assert resolve_url(spec(f"{kind}://h/d"), {}, "input t").drivername in DRIVERS.values()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u@{server}/{db}", "'server'"),
        ("mysql://u:${NOT_SET}@h/d", "NOT_SET"),
        ("db2://u@h/d", "db2: is no known kind"),
        ("postgresql+psycopg2://u@h/d", "psycopg2 is not supported"),
        ("no url", "cannot be read"),
    ],
)
def test_what_is_missing_or_unknown_is_named(url: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(BadInputError, match=said) as refused:
        resolve_url(spec(url), STORE, "input t")
    assert "input t" in str(refused.value)


def test_a_url_that_cannot_be_read_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "mysql//u:s3cret@h/d")
    with pytest.raises(BadInputError) as refused:
        resolve_url(spec("${SHOP}"), {}, "input t")
    assert "s3cret" not in f"{refused.value} {refused.value.__cause__}"


@pytest.mark.parametrize(("kind", "extra"), [("mysql", "mysql"), ("mariadb", "mysql"), ("mssql", "mssql"), ("oracle", "oracle")])
def test_a_driver_that_is_not_installed_is_asked_for(kind: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_drivers(name: str, *rest: Any) -> Any:
        if name in {"pymysql", "pymssql", "oracledb"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_drivers)
    url = resolve_url(spec(f"{kind}://u@h/d"), {}, "input t")
    with pytest.raises(BadInputError, match=rf"install store2erp\[{extra}\]"), connected(url):
        pass


def test_a_sqlite_file_that_is_not_there_is_not_made(tmp_path: Any) -> None:
    url = resolve_url(spec("sqlite:///{path}"), {"path": str(tmp_path / "a b.db")}, "input t")
    with pytest.raises(InfrastructureError), connected(url) as connection:
        connection.execute(text("SELECT 1"))
    assert list(tmp_path.iterdir()) == []
