"""The embedded server: started once, shared, private, and up again after any kind of death."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from migration_pipeline.runtime import embedded_postgres
from migration_pipeline.runtime.embedded_postgres import destroy, start, status, stop
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.server_state import ServerState, read_state, state_file

STARTER = """
import sys
from pathlib import Path
from migration_pipeline.runtime.embedded_postgres import start
from migration_pipeline.runtime.paths import Home
print(start(Home(Path(sys.argv[1])), durable=False).pid)
"""


def quick(home: Home) -> ServerState:
    return start(home, durable=False)


def ask(state: ServerState, query: str) -> object:
    with psycopg.connect(state.base_url + "postgres", autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)


def test_start_is_idempotent_and_a_restart_keeps_data_port_and_password(home: Home) -> None:
    assert status(home) is None
    first = quick(home)
    assert quick(home) == first == status(home)
    ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    assert stop(home)
    assert status(home) is None
    assert not stop(home)
    second = quick(home)
    assert second == replace(first, pid=second.pid)
    assert ask(second, "SELECT n FROM kept") == 7


def test_the_state_file_is_private_and_the_password_is_needed(home: Home) -> None:
    state = quick(home)
    assert stat.S_IMODE(state_file(home).stat().st_mode) == 0o600
    assert stat.S_IMODE(state.log.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.data_dir.stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError, match="password"):
        ask(replace(state, password="wrong"), "SELECT 1")  # noqa: S106
    assert ask(state, "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'store2erp'") is True


def test_it_listens_on_127_0_0_1_only_and_has_no_unix_socket(home: Home) -> None:
    state = quick(home)
    found = {(c.laddr.ip, c.laddr.port) for c in psutil.Process(state.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN}
    assert found == {("127.0.0.1", state.port)}
    assert ask(state, "SHOW unix_socket_directories") == ""


def test_text_sorts_by_code_point_and_case_folding_knows_all_letters(home: Home) -> None:
    state = quick(home)
    query = "SELECT string_agg(v, '' ORDER BY v) || upper('é') FROM (VALUES ('中'),('a'),('B'),('é'),('_')) AS t(v)"
    assert ask(state, query) == "B_aé中É"


def test_durable_unless_told_otherwise(home: Home) -> None:
    assert ask(start(home), "SELECT current_setting('fsync') || current_setting('synchronous_commit')") == "onon"
    stop(home)
    assert ask(quick(home), "SELECT current_setting('fsync') || current_setting('synchronous_commit')") == "offoff"


def test_after_kill_9_start_recovers_committed_rows(home: Home) -> None:
    first = start(home)
    ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    kill(first.pid)
    assert status(home) is None
    second = start(home)
    assert second.pid != first.pid
    assert ask(second, "SELECT n FROM kept") == 7


def test_a_backend_that_outlives_the_killed_postmaster_is_waited_for(home: Home) -> None:
    """Two servers on one data directory would destroy it."""
    first = quick(home)
    with psycopg.connect(first.base_url + "postgres", autocommit=True) as connection:
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        kill(first.pid)
        waker = subprocess.Popen(["/bin/sh", "-c", f"sleep 1; kill -CONT {backend}"])
        begin = time.monotonic()
        second = quick(home)
        waited = time.monotonic() - begin
        waker.wait()
    assert waited > 0.8
    assert ask(second, "SELECT 1") == 1


def test_a_pid_that_now_belongs_to_another_program_is_not_taken_for_the_server(home: Home) -> None:
    first = quick(home)
    kill(first.pid)
    stale = first.data_dir / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"]) as other:
        stale.write_text(stale.read_text().replace(str(first.pid), str(other.pid), 1))
        assert status(home) is None
        assert not stop(home)
        second = quick(home)
        assert other.poll() is None
        assert second.pid != other.pid
        other.kill()
    assert ask(second, "SELECT 1") == 1


def test_a_zombie_is_not_taken_for_the_server(home: Home) -> None:
    first = quick(home)
    kill(first.pid)
    stale = first.data_dir / "postmaster.pid"
    zombie = subprocess.Popen(["true"])
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    stale.write_text(stale.read_text().replace(str(first.pid), str(zombie.pid), 1))
    assert quick(home).pid != zombie.pid
    zombie.wait()


@pytest.mark.parametrize("running", [True, False])
def test_a_lost_state_file_gives_a_new_password_and_keeps_the_data(home: Home, *, running: bool) -> None:
    first = quick(home)
    ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    if not running:
        stop(home)
    state_file(home).write_text("{")
    second = quick(home)
    assert second.password != first.password
    assert ask(second, "SELECT n FROM kept") == 7


def test_concurrent_starts_give_one_server_that_outlives_them(home: Home) -> None:
    command = [sys.executable, "-c", STARTER, str(home.root)]
    starters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) for _ in range(3)]
    pids = {int(starter.communicate(timeout=60)[0]) for starter in starters}
    assert len(pids) == 1
    state = status(home)
    assert state is not None
    assert {state.pid} == pids


def test_ctrl_c_in_the_starters_terminal_does_not_reach_the_server(home: Home) -> None:
    assert os.getsid(quick(home).pid) != os.getsid(0)


def test_a_taken_port_is_not_fought_over(home: Home) -> None:
    first = quick(home)
    stop(home)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", first.port))
        other.listen()
        second = quick(home)
    assert second.port != first.port
    assert read_state(home) == second


def test_an_interrupted_initdb_is_begun_anew(home: Home) -> None:
    home.ensure()
    half = home.postgres / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert ask(quick(home), "SELECT 1") == 1
    assert not half.exists()


def test_a_server_that_cannot_start_says_why(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embedded_postgres.SETTINGS, "max_connections", "none")
    with pytest.raises(InfrastructureError, match=r"pg_ctl.*\n(.*\n)*.*invalid value for parameter .max_connections"):
        quick(home)
    monkeypatch.undo()
    assert ask(quick(home), "SELECT 1") == 1


def test_a_failing_initdb_says_why_and_leaves_no_data(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_postgres, "SUPERUSER", "pg_forbidden")
    with pytest.raises(InfrastructureError, match=r"initdb.*\n(.*\n)*.*pg_forbidden"):
        quick(home)
    assert not (home.postgres / "data").exists()


def test_values_of_failing_statements_stay_out_of_the_servers_log(home: Home) -> None:
    """The log is no place for members' data."""
    state = quick(home)
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(state, "SELECT CAST('phone 13800001111' AS integer)")
    assert "13800001111" not in state.log.read_text()


def test_destroy_leaves_no_process_and_no_data(home: Home) -> None:
    state = quick(home)
    destroy(home)
    assert not psutil.pid_exists(state.pid) or psutil.Process(state.pid).status() == psutil.STATUS_ZOMBIE
    assert not state.data_dir.exists()
    assert not state_file(home).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_as_root_the_server_runs_as_somebody_else_without_supplementary_groups(home: Home) -> None:
    server = psutil.Process(quick(home).pid)
    assert 0 not in (server.uids().real, server.uids().effective, server.gids().effective)
    groups = next(line for line in Path(f"/proc/{server.pid}/status").read_text().splitlines() if line.startswith("Groups:"))
    assert groups.split() == ["Groups:"]
