"""Importing what Dagster loads needs nothing and touches nothing: no variable, network, database or file, no Great Expectations."""

import json
import subprocess
import sys
from pathlib import Path

from migration_pipeline_tests.conventions.source_tree import ROOT

PROBE = """
import importlib, json, os, sys
import psycopg, psycopg2

touched = []
writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def audit(event, arguments):
    if event.startswith(("socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect", "os.mkdir")):
        touched.append(event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & writes and arguments[0] != os.devnull:
        touched.append(f"writes {arguments[0]}")
def connect(*arguments, **options):
    touched.append("database")
    raise OSError("no database here")
psycopg.connect = psycopg.Connection.connect = psycopg2.connect = psycopg2._connect = connect
get = os._Environ.__getitem__
def watched(environment, key):
    if key.startswith("STORE2ERP"):
        touched.append("variable " + key)
    return get(environment, key)
os._Environ.__getitem__ = watched
sys.addaudithook(audit)
sys.path[:0] = sys.argv[2:]
importlib.import_module(sys.argv[1])
if "great_expectations" in sys.modules:
    touched.append("imports great_expectations")
print(json.dumps(sorted(set(touched))))
"""


def touched_by_import(module: str, *folders: Path) -> tuple[list[str], str]:
    """What importing a module in a fresh interpreter with an empty environment touched, and what it wrote to stderr, all warnings on."""
    command = [sys.executable, "-B", "-W", "default", "-c", PROBE, module, *map(str, folders)]
    done = subprocess.run(command, env={}, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    touched: list[str] = json.loads(done.stdout)
    return touched, done.stderr


def own_warnings(stderr: str) -> list[str]:
    """Lines of warnings that blame a file of the package."""
    own = str(ROOT / "migration_pipeline") + "/"
    return [line.removeprefix(f"{ROOT}/") for line in stderr.splitlines() if line.startswith(own) and "Warning" in line]


def test_definitions_import_needs_and_touches_nothing() -> None:
    touched, stderr = touched_by_import("migration_pipeline.definitions")
    assert touched == []
    assert own_warnings(stderr) == []


def test_a_module_that_touches_something_is_caught(tmp_path: Path) -> None:
    (tmp_path / "great_expectations.py").write_text("")
    (tmp_path / "bad_module.py").write_text(
        "import contextlib, os, pathlib, socket, sqlite3, psycopg, great_expectations\n"
        "os.environ.get('STORE2ERP_HOME')\n"
        "sqlite3.connect(':memory:').close()\n"
        "pathlib.Path(__file__).with_name('left').write_text('x')\n"
        "with contextlib.suppress(OSError):\n    socket.create_connection(('127.0.0.1', 9), timeout=1)\n"
        "with contextlib.suppress(OSError):\n    psycopg.connect('')\n"
    )
    touched, _ = touched_by_import("bad_module", tmp_path)
    expected = {
        "database",
        "imports great_expectations",
        "socket.connect",
        "sqlite3.connect",
        "variable STORE2ERP_HOME",
        f"writes {tmp_path / 'left'}",
    }
    assert expected <= set(touched)


def test_own_warnings_are_caught_and_those_of_others_are_not() -> None:
    own = f"{ROOT}/migration_pipeline/orchestration/jobs.py:7: DeprecationWarning: old"
    assert own_warnings(f"{own}\n/somewhere/dagster/x.py:1: PreviewWarning: new\n") == [own.removeprefix(f"{ROOT}/")]
