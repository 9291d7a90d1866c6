"""A PostgreSQL 18 of our own: started on first use, shared by all processes of one home, outliving each of them.

It listens on 127.0.0.1 only, asks for a random password (scram-sha-256) and has no unix socket. Two locks make it safe:
`postgres/lock` is held while something is started or stopped; `alive.lock` beside the data is held by the server and its
children themselves, so the kernel says whether any of them lives - after kill -9, for a zombie, in another container.

Belongs here: start, stop, status, destroy. Does not belong here: databases inside the server (`databases.py`).
"""

import logging
import secrets
import shutil
import signal
import socket
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg

from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.file_lock import is_locked, locked
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.server_binaries import install_for
from migration_pipeline.runtime.server_place import Place, known_place, location_file, place_for, server_area
from migration_pipeline.runtime.server_state import HOST, SUPERUSER, ServerState, read_state, state_file, write_state
from migration_pipeline.runtime.server_tools import Tools

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "hba_file": "pg_hba.conf",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""For a batch loader. `log_min_messages=log` keeps statements' errors, and with them people's data, out of the log."""
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"
_ANSWER_SECONDS = 60.0
_STOP_SECONDS = 60.0
_PORT_TAKEN = ("could not bind", "could not create any TCP/IP sockets")

_log = logging.getLogger(__name__)


def start(home: Home, *, durable: bool = True) -> ServerState:
    """The running server of this home; starts it, and makes its data directory, if need be.

    Args:
        home: created if absent.
        durable: False gives up safety against a power cut for speed (tests only); a running server stays as it is.

    Raises:
        InfrastructureError: it cannot be made or started; carries the end of the server's log.
    """
    home.ensure()
    with locked(home.postgres / "lock"):
        place = place_for(home)
        running = _running(home, place)
        return running or _launch(home, place, durable=durable)


def status(home: Home) -> ServerState | None:
    """The running server, checked by connecting to it, or None; changes nothing."""
    place = known_place(home) if home.postgres.exists() else None
    state = read_state(home)
    if place is None or state is None:
        return None
    pid, port = _postmaster(place)
    state = replace(state, pid=pid, port=port, data_dir=place.data)
    return state if pid and _refusal(state) is None else None


def stop(home: Home) -> bool:
    """Stop the server, if it runs, after a checkpoint; True if it ran.

    Raises:
        InfrastructureError: it does not end.
    """
    if not home.postgres.exists():
        return False
    with locked(home.postgres / "lock"):
        place = known_place(home)
        stopped = _halt(place) if place else False
        if (state := read_state(home)) and state.pid:
            write_state(home, replace(state, pid=0))
    return stopped


def destroy(home: Home) -> None:
    """Stop the server and delete its data, wherever it lies. There is no way back."""
    stop(home)
    if not home.postgres.exists():
        return
    with locked(home.postgres / "lock"):
        place = known_place(home)
        if place and place.folder != home.postgres:
            shutil.rmtree(place.folder)
        for path in (home.postgres / "data", home.postgres / "data.new"):
            shutil.rmtree(path, ignore_errors=True)
        for path in (location_file(home), state_file(home)):
            path.unlink(missing_ok=True)


def _running(home: Home, place: Place) -> ServerState | None:
    """The server if it lives and answers; None if it is certain that nobody uses the data."""
    pid, port = _postmaster(place)
    state = read_state(home)
    if pid and state is None:
        _log.warning("the state file is lost; the server is restarted with a new password")
        _halt(place)
    elif pid and state is not None:
        return _answering(home, place, replace(state, pid=pid, port=port, data_dir=place.data))
    return None


def _answering(home: Home, place: Place, state: ServerState) -> ServerState:
    deadline = time.monotonic() + _ANSWER_SECONDS
    while (refusal := _refusal(state)) is not None:
        if time.monotonic() > deadline or not _postmaster(place)[0]:
            raise InfrastructureError(
                f"the embedded PostgreSQL (pid {state.pid}) runs but does not answer: {refusal}",
                where=f"{HOST}:{state.port}, log {state.log}",
                fix="stop it with `store2erp db stop` and try again",
            )
        time.sleep(0.1)
    if state != read_state(home):
        write_state(home, state)
    return state


def _refusal(state: ServerState) -> str | None:
    """None if the server lets us in, else what it says (never the password)."""
    try:
        psycopg.connect(state.base_url + "postgres", connect_timeout=5, sslmode="disable", gssencmode="disable").close()
    except psycopg.OperationalError as error:
        return str(error).replace(state.password, "***").strip()
    return None


def _postmaster(place: Place) -> tuple[int, int]:
    """Pid and port of the living postmaster of this data directory, (0, 0) without one (dead, zombie, or another program's pid)."""
    try:
        lines = (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid, port = int(lines[0]), int(lines[3])
        process = psutil.Process(pid)
        ours = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).samefile(place.data)
    except (OSError, ValueError, IndexError, psutil.Error):
        return 0, 0
    return (pid, port) if ours else (0, 0)


def _launch(home: Home, place: Place, *, durable: bool) -> ServerState:
    alive = place.folder / "alive.lock"
    with locked(alive, seconds=30, held_by="processes of a crashed server, or a server in another container") as inherited:
        tools = Tools(_install(place), place)
        (place.data / "postmaster.pid").unlink(missing_ok=True)  # nobody holds alive.lock: it is stale
        state = _ready_state(home, tools, durable=durable)
        port = _start_on_some_port(tools, state.port, inherited, durable=durable)
    return _answering(home, place, replace(state, pid=_postmaster(place)[0], port=port))


def _install(place: Place) -> Path:
    if place.account is None:
        return install_for(None, None)
    try:
        return install_for(place.account, None)
    except InfrastructureError:
        return install_for(place.account, server_area(place.account))


def _ready_state(home: Home, tools: Tools, *, durable: bool) -> ServerState:
    """State with a password that the data directory knows; makes either if it is missing."""
    state = read_state(home)
    place = tools.place
    if state is not None and place.data.exists():
        return replace(state, data_dir=place.data)
    if not place.data.exists():
        _make_data(tools, durable=durable)
    state = ServerState(0, state.port if state else 0, secrets.token_urlsafe(24), place.data)
    _set_password(tools, state.password)
    write_state(home, state)
    return state


def _make_data(tools: Tools, *, durable: bool) -> None:
    """Text is UTF-8 and sorts by code point everywhere (builtin C.UTF-8), whatever the machine's locale is."""
    scratch = tools.place.folder / "data.new"
    if scratch.exists():  # a process was killed in the midst
        shutil.rmtree(scratch)
    scratch.mkdir(mode=0o700)
    if account := tools.place.account:
        shutil.chown(scratch, account.uid, account.gid)
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    speed = () if durable else ("--no-sync",)
    tools.run("initdb", "-D", scratch.name, "-U", SUPERUSER, "-A", "reject", "--no-instructions", *locale, *speed)
    scratch.rename(tools.place.data)


def _set_password(tools: Tools, password: str) -> None:
    quiet = ("-c", "log_min_error_statement=panic")
    tools.run("postgres", "--single", "-D", "data", *quiet, "postgres", stdin=f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n")


def _start_on_some_port(tools: Tools, preferred: int, inherited: int, *, durable: bool) -> int:
    access = tools.place.folder / "pg_hba.conf"
    access.write_text(_ACCESS, encoding="utf-8")
    access.chmod(0o644)
    for attempt in (1, 2, 3):
        port = _free_port(preferred)
        try:
            tools.run("pg_ctl", "start", "-w", "-t", "280", "-D", "data", "-l", "server.log", "-o", _options(port, durable=durable),
                      inherit=(inherited,))  # fmt: skip
        except InfrastructureError as error:
            if attempt == 3 or not any(words in error.what for words in _PORT_TAKEN):
                raise
        else:
            break
    return port


def _options(port: int, *, durable: bool) -> str:
    settings = SETTINGS | {"port": str(port)} | ({} if durable else NOT_DURABLE)
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _free_port(preferred: int) -> int:
    """The port of the last start if it is free, else one the system chooses."""
    for port in (preferred, 0) if preferred else (0,):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise InfrastructureError("no free port", where=HOST, fix="end programs that listen on many ports")


def _halt(place: Place) -> bool:
    """Fast shutdown, then an immediate one; waits until no process of the server is left."""
    if not _postmaster(place)[0]:
        return False
    for how in (signal.SIGINT, signal.SIGQUIT):
        pid, _ = _postmaster(place)
        if pid:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).send_signal(how)
        if _gone(place, _STOP_SECONDS):
            return True
    raise InfrastructureError("the embedded PostgreSQL does not stop", where=f"log {place.log}", fix="end its processes")


def _gone(place: Place, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _postmaster(place)[0] and not is_locked(place.folder / "alive.lock"):
            return True
        time.sleep(0.05)
    return False
