"""Fixtures of the tests of the whole: the real command, projects with databases of their own, the demo migrated once for all workers.

Belongs here: what several integration tests need. Does not belong here: what a small project contains (`small_project.py`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from psycopg import sql

from migration_pipeline.cli.main import main
from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.loaded.targets.tryton.target import TrytonTarget
from migration_pipeline.orchestration import erp_server
from migration_pipeline.orchestration import storage as storage_module
from migration_pipeline.orchestration import workspace as workspace_module
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.runtime import databases as databases_module
from migration_pipeline.runtime.databases import CONTROL, DAGSTER, ERP, URL_VARIABLE, Databases
from migration_pipeline.runtime.file_lock import locked
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.tryton_database import has_dump
from migration_pipeline.runtime.tryton_install import is_installed
from migration_pipeline_tests.conftest import empty

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "import sys; sys.path.insert(0, sys.argv.pop(1)); from migration_pipeline.cli.main import main; main()"
OPTIONS = "sslmode=disable"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All it wrote, as it would stand on a terminal without line breaks of the window's making."""
        return self.out + self.err

    @property
    def json(self) -> Any:
        """The one object that `--json` prints."""
        return json.loads(self.out)


Command = Callable[..., Ended]


def in_a_process(*arguments: object, **environment: str) -> Ended:
    """The command in an interpreter of its own with no environment but what is given."""
    command = [sys.executable, "-c", ENTRY, str(ROOT), *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False, timeout=600)
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def own_databases(server_url: str, run_folder: Path) -> Iterator[Callable[[Home], Databases]]:
    """Every project of this module finds databases of its own on the shared server.

    In the end they are emptied for the projects of this worker's next module: to create and drop three for each project takes seconds.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    used: dict[Path, Databases] = {}

    def databases_of(home: Home) -> Databases:
        if home.root.is_relative_to(run_folder / "demo"):
            return Databases(server_url, options=OPTIONS)
        return used.setdefault(home.root, Databases(server_url, prefix=f"{worker}_p{len(used)}_", options=OPTIONS))

    with pytest.MonkeyPatch.context() as patch:
        for module in (databases_module, workspace_module, storage_module):
            patch.setattr(module, "open_databases", databases_of)
        yield databases_of
    open_workspace.cache_clear()
    with Databases(server_url, options=OPTIONS).connect("postgres") as connection:
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
    for databases in used.values():
        for name in (ERP, CONTROL, DAGSTER):
            if databases.prefix + name in there:
                empty(databases, name)


@pytest.fixture
def store2erp(own_databases: Callable[[Home], Databases], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command as `main()` runs it, in this process; each call opens the project anew."""

    def call(*arguments: object) -> Ended:
        open_workspace.cache_clear()
        monkeypatch.setattr(sys, "argv", ["store2erp", *map(str, arguments)])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        wrote = capsys.readouterr()
        assert isinstance(code, int)
        return Ended(code, wrote.out, wrote.err)

    return call


def erp_rows(databases: Databases, store: str | None = None) -> dict[str, int]:
    """Rows of every ERP table that loads fill; with a store, its rows in every table that names stores. A table nobody made has none."""
    filled = {table.name: table for table in ERP_TABLES.values() if table.dataset is not None}
    wanted = [name for name, table in filled.items() if store is None or "store_code" in table.column_names]
    condition = sql.SQL("") if store is None else sql.SQL(" WHERE store_code = {}").format(sql.Literal(store))
    with databases.connect(ERP) as connection:
        there = {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()}
        count = sql.SQL("SELECT {}, count(*) FROM {}")
        counted = [count.format(name, sql.Identifier(name)) + condition for name in wanted if name in there]
        return dict.fromkeys(wanted, 0) | (dict(connection.execute(sql.SQL(" UNION ALL ").join(counted)).fetchall()) if counted else {})


@dataclass(frozen=True)
class Demo:
    """The demo, migrated twice.

    Attributes:
        first, second: what each `store2erp demo --json` printed.
        hashes: state of the ERP after the first and after the second.
        written: everything both wrote to stdout and stderr.
    """

    workspace: Workspace
    first: dict[str, Any]
    second: dict[str, Any]
    hashes: tuple[str, str]
    written: str

    @property
    def folder(self) -> Path:
        """The project's folder, with `truth/` in it."""
        return self.workspace.loaded.folder

    @property
    def truth(self) -> dict[str, Any]:
        """truth.json."""
        return dict(json.loads((self.folder / "truth" / "truth.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def demo(server_url: str, run_folder: Path) -> Demo:
    """The demo, migrated by the first worker that wants it; the others wait. Read it, never run it again: others read it too."""
    folder, databases = run_folder / "demo", Databases(server_url, options=OPTIONS)
    with locked(run_folder / "demo.lock", seconds=600, held_by="the worker that migrates the demo"):
        result = folder / "result.json"
        if not result.exists():
            result_text = _migrate_twice(folder, databases)
            result.write_text(result_text, encoding="utf-8")
    kept = json.loads(result.read_text(encoding="utf-8"))
    loaded = load_project(folder / "chain")
    workspace = Workspace(loaded, Home.of(loaded.folder), databases)
    return Demo(workspace, kept["first"], kept["second"], (kept["hashes"][0], kept["hashes"][1]), kept["written"])


@pytest.fixture(scope="session")
def tryton_target(server_url: str, run_folder: Path) -> Iterator[TrytonTarget]:
    """A Tryton of this worker's own, from the dump that an earlier `store2erp erp up` left in the cache."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    databases, home = Databases(server_url, prefix=f"{worker}_erp_", options=OPTIONS), Home(run_folder / f"tryton-{worker}")
    if not (is_installed() and has_dump(databases)):
        pytest.skip("Tryton is not installed; `make demo-erp` or `store2erp erp up` installs it")
    home.ensure()
    erp_server.up(home, databases)
    upgrade(databases)
    yield erp_server.tryton_target(home, databases)
    erp_server.down(home)


@pytest.fixture
def demo_instance(demo: Demo, own_databases: Callable[[Home], Databases]) -> Iterator[dg.DagsterInstance]:
    """The demo's Dagster instance, which `store2erp ui` would show."""
    with open_instance(demo.workspace.home, own_databases(demo.workspace.home)) as instance:
        yield instance


def _migrate_twice(folder: Path, databases: Databases) -> str:
    url = {URL_VARIABLE: databases.url("postgres"), "PATH": ""}
    runs, hashes = [], []
    for _ in range(2):
        runs.append(in_a_process("demo", "--dir", folder / "chain", "--json", **url))
        assert runs[-1].code == 0, runs[-1].text[-4000:]
        hashes.append(PostgresTarget(databases).state_hash())
    kept = {"first": runs[0].json, "second": runs[1].json, "hashes": hashes, "written": "".join(run.text for run in runs)}
    return json.dumps(kept, ensure_ascii=False)
