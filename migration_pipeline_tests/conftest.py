"""Fixtures for all tests: one embedded PostgreSQL per test run, databases of its own for each worker, data of others.

The controller names a folder for the run and removes it at the end; the first test that wants the server starts it there (start()
is safe for many workers at once), so runs without database tests pay nothing. Folders of killed runs are removed by the next run.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from psycopg import sql

from migration_pipeline.runtime.databases import CONTROL, DAGSTER, ERP, URL_VARIABLE, Databases
from migration_pipeline.runtime.embedded_postgres import destroy, start
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import HOME_VARIABLE, Home

RUN_FOLDER = "STORE2ERP_TEST_FOLDER"


def pytest_configure(config: pytest.Config) -> None:
    """In the controller (or without xdist): make the run's folder; keep the developer's own settings out of the tests."""
    os.environ.pop(HOME_VARIABLE, None)
    os.environ.pop(URL_VARIABLE, None)
    if hasattr(config, "workerinput"):
        return
    root = Path(tempfile.gettempdir()) / f"store2erp-tests-{os.getuid()}"
    root.mkdir(mode=0o711, exist_ok=True)
    for left in root.iterdir():
        if not _alive(int(left.name.partition("-")[0])):
            _remove(left)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))
    folder.chmod(0o711)
    os.environ[RUN_FOLDER] = str(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules of whole runs first, so that no worker is left alone with one in the end; those that read the demo while nobody waits for it.

    The first of them migrates the demo, which takes a worker more than a minute; the others come when that is done.
    """
    demo = list(dict.fromkeys(item.path for item in items if "demo" in getattr(item, "fixturenames", ())))
    turns = dict.fromkeys(demo, 2) | dict.fromkeys(demo[:1], 0)
    items.sort(key=lambda item: turns.get(item.path, 1 if item.path.parent.name == "integration" else 3))


def pytest_unconfigure(config: pytest.Config) -> None:
    """In the controller: stop the server and remove the run's folder."""
    if not hasattr(config, "workerinput") and (folder := os.environ.pop(RUN_FOLDER, None)):
        _remove(Path(folder))


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _remove(folder: Path) -> None:
    for home in folder.iterdir():
        with suppress(InfrastructureError, OSError):
            destroy(Home(home))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder of this test run that the server's account can pass through, also as root; shared by all workers."""
    return Path(os.environ[RUN_FOLDER])


@pytest.fixture(scope="session")
def server_url(run_folder: Path) -> str:
    """Base URL of the PostgreSQL shared by all tests of the run."""
    return start(Home(run_folder / "shared"), durable=False).base_url


@pytest.fixture
def databases(server_url: str) -> Databases:
    """Empty `erp` and `control` databases of this worker's own (`dagster` is absent until ensured).

    They are emptied, not dropped and created: 0.03 s instead of 0.5 s per test.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    fresh = Databases(server_url, prefix=f"{worker}_", options="sslmode=disable")
    with Databases(server_url).connect("postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(f"{worker}_{DAGSTER}")))
    for name in (ERP, CONTROL):
        fresh.ensure(name)
        empty(fresh, name)
    return fresh


def empty(databases: Databases, name: str) -> None:
    """Drop all schemas of a database, after ending connections that another test left open."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with databases.connect(name, autocommit=True) as connection:
        connection.execute(end)
        schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'").fetchall()
        for (schema,) in schemas:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
        connection.execute("CREATE SCHEMA public")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with data of others beside the repository; skips where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("data of others (../shared/data) is not here")
    return folder


@pytest.fixture
def home(run_folder: Path) -> Iterator[Home]:
    """A home of this test's own, whose embedded server (if it is started) is stopped and deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=run_folder))
    folder.rmdir()
    own = Home(folder)
    yield own
    destroy(own)
    shutil.rmtree(folder, ignore_errors=True)
