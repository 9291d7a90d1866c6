"""Addresses and connections of the databases."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import sqlalchemy

from migration_pipeline.runtime import databases as module
from migration_pipeline.runtime.databases import Databases, open_databases
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.paths import Home

SAMPLE = Databases("postgresql://u:pw@h:5/", prefix="gw0_", options="sslmode=disable")


def test_each_library_gets_the_url_it_needs() -> None:
    """SQLAlchemy 2.1 reads bare postgresql:// as psycopg 3, dagster-postgres fails with it."""
    assert SAMPLE.url("erp") == "postgresql://u:pw@h:5/gw0_erp?sslmode=disable"
    assert SAMPLE.sqlalchemy_url("erp") == "postgresql+psycopg://u:pw@h:5/gw0_erp?sslmode=disable"
    assert SAMPLE.dagster_url("dagster") == "postgresql+psycopg2://u:pw@h:5/gw0_dagster?sslmode=disable"
    assert "pw" not in repr(SAMPLE)


@pytest.mark.parametrize("name", ["", "Erp", "a b", "a/b", "a?x=1", 'a"b'])
def test_a_name_that_would_change_the_url_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="database name"):
        SAMPLE.url(name)


def test_all_three_drivers_reach_the_same_database(databases: Databases) -> None:
    databases.ensure("dagster")
    for url in (databases.sqlalchemy_url("dagster"), databases.dagster_url("dagster")):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            assert str(connection.scalar(sqlalchemy.text("SELECT current_database()"))).endswith("_dagster")
        engine.dispose()
    with psycopg.connect(databases.url("dagster")) as plain:
        assert plain.info.dbname.endswith("_dagster")


def test_a_created_database_sorts_by_code_point(databases: Databases) -> None:
    with databases.connect("erp") as connection:
        row = connection.execute("SELECT upper('é'), array_agg(v ORDER BY v) FROM (VALUES ('a'),('B'),('é'),('_')) AS t(v)").fetchone()
    assert row == ("É", ["B", "_", "a", "é"])


def test_a_connection_commits_on_exit_only_unless_autocommit(databases: Databases) -> None:
    assert databases.connect("erp", autocommit=True).autocommit
    assert not databases.connect("erp").autocommit


def test_ensure_keeps_what_is_there(databases: Databases) -> None:
    with databases.connect("erp") as connection:
        connection.execute("CREATE TABLE kept ()")
    databases.ensure("erp")
    with databases.connect("erp") as connection:
        connection.execute("SELECT FROM kept")


def test_many_processes_can_ensure_at_once(databases: Databases) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(databases.ensure, ["dagster"] * 8))
    with databases.connect("dagster") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("_round", [1, 2])
def test_every_test_begins_with_empty_databases(databases: Databases, _round: int) -> None:
    """Protects the fixture all database tests stand on."""
    with databases.connect("erp") as connection:
        connection.execute("CREATE TABLE left_over ()")


def test_open_starts_the_embedded_server_by_default(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORE2ERP_DATABASE_URL", raising=False)
    databases = open_databases(home)
    databases.ensure("control")
    with databases.connect("control") as connection:
        assert connection.info.host == "127.0.0.1"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_open_uses_the_server_that_the_environment_names(
    server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("STORE2ERP_DATABASE_URL", f"{scheme}://{server_url.partition('://')[2]}postgres?application_name=mine")
    databases = open_databases(Home(tmp_path / "unused"))
    with databases.connect("postgres") as connection:
        assert connection.execute("SHOW application_name").fetchone() == ("mine",)
    assert not (tmp_path / "unused").exists()


def test_a_refused_or_absent_server_is_an_error_without_the_password(
    server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = urlsplit(server_url).port
    for url in (f"postgresql://store2erp:hush%21hush@127.0.0.1:{port}/postgres", "postgresql://u:hush%21hush@127.0.0.1:1/postgres"):
        monkeypatch.setenv("STORE2ERP_DATABASE_URL", url)
        with pytest.raises(InfrastructureError, match="no connection") as caught:
            open_databases(Home(tmp_path))
        assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://u:hush@h/x", "hush", "postgresql://u:hu#sh@h/x", "postgresql://u:hush@h:hush/x"])
def test_a_url_that_cannot_be_used_is_a_configuration_error_without_the_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE2ERP_DATABASE_URL", url)
    with pytest.raises(BadInputError, match="STORE2ERP_DATABASE_URL") as caught:
        open_databases(Home(tmp_path))
    assert "hush" not in str(caught.value)
    assert "hu#sh" not in str(caught.value)


def test_a_bad_percent_sign_in_the_url_is_an_error_without_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE2ERP_DATABASE_URL", "postgresql://u:hush%zz@127.0.0.1/x")
    with pytest.raises(InfrastructureError, match=r"malformed|no connection") as caught:
        open_databases(Home(tmp_path))
    assert "hush" not in str(caught.value)


def test_a_server_that_is_too_old_is_refused_by_name(server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OLDEST_VERSION", 99)
    monkeypatch.setenv("STORE2ERP_DATABASE_URL", server_url)
    with pytest.raises(BadInputError, match="PostgreSQL 18 is too old, 99"):
        open_databases(Home(tmp_path))


def test_importing_the_module_touches_nothing(tmp_path: Path) -> None:
    code = "import migration_pipeline.runtime.databases"
    subprocess.run([sys.executable, "-c", code], check=True, env={"HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)})
    assert list(tmp_path.iterdir()) == []


def test_the_password_may_come_from_a_file(tmp_path: Path, server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Container platforms hand secrets over as files; the address they complete must not hold one of its own."""
    found = urlsplit(server_url)
    secret = tmp_path / "secret"
    secret.write_text(f"{unquote(found.password or '')}\n", encoding="utf-8")
    without = f"postgresql://{found.username}@{found.hostname}:{found.port}/postgres"
    monkeypatch.setenv("STORE2ERP_DATABASE_URL", without)
    monkeypatch.setenv("STORE2ERP_DATABASE_PASSWORD_FILE", str(secret))
    with open_databases(Home(tmp_path)).connect_server() as connection:
        assert connection.info.user == found.username
    secret.write_text("p@ss/w:rd?%1", encoding="utf-8")
    with pytest.raises(InfrastructureError, match="password authentication failed") as refused:
        open_databases(Home(tmp_path))
    assert "p@ss" not in str(refused.value)
    for url, file in ((server_url, secret), (without, tmp_path / "absent")):
        monkeypatch.setenv("STORE2ERP_DATABASE_URL", url)
        monkeypatch.setenv("STORE2ERP_DATABASE_PASSWORD_FILE", str(file))
        with pytest.raises(BadInputError):
            open_databases(Home(tmp_path))
