"""A Tryton server of our own: on 127.0.0.1, a random free port, a random password; one per home.

It has no mail server, no queue of tasks, no scheduler: nothing it does leaves the machine.

Belongs here: start, stop, status. Does not belong here: its databases (`tryton_database.py`), its packages (`tryton_install.py`).
"""

import json
import os
import secrets
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TextIO

import psutil

from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.private_file import write_private
from migration_pipeline.runtime.processes import birth, same_process
from migration_pipeline.runtime.tryton_install import install

HOST, USER = "127.0.0.1", "admin"
TRYTON = "tryton"
"""The database's name on the PostgreSQL server."""
REQUEST_SECONDS = 120
"""After this the server gives up a request; clients wait longer."""
NO_MAIL = "smtp://127.0.0.1:1"
"""Nothing listens there: a mail that any module might try to send cannot leave."""
_START_SECONDS = 90.0
_STOP_SECONDS = 20.0


@dataclass(frozen=True)
class TrytonState:
    """How to reach the server; `pid` 0 while it is stopped, `started` is the process's birth as the system tells it."""

    pid: int
    started: str
    port: int
    password: str = field(repr=False)

    @property
    def address(self) -> str:
        """For people and Tryton's own clients."""
        return f"http://{HOST}:{self.port}/"


def folder(home: Home) -> Path:
    """Where the server's files lie; of a sandbox, those of the server that speaks to the copy."""
    return home.made / "erp"


def log_file(home: Home) -> Path:
    """The server's log."""
    return folder(home) / "trytond.log"


def config_file(home: Home) -> Path:
    """The server's settings; 0600, for they hold the database's password."""
    return folder(home) / "trytond.conf"


def read_state(home: Home) -> TrytonState | None:
    """The recorded state, or None without one."""
    try:
        return TrytonState(**json.loads((folder(home) / "tryton.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def status(home: Home) -> TrytonState | None:
    """The running server, or None; changes nothing."""
    state = read_state(home)
    return state if state and same_process(state.pid, state.started) and _answers(state.port) else None


def new_password() -> str:
    """A password that nobody chose."""
    return secrets.token_urlsafe(24)


def keep_password(home: Home, password: str) -> None:
    """Record the database's administrator password."""
    _write_state(home, TrytonState(0, "", 0, password))


def write_config(home: Home, databases: Databases) -> Path:
    """Write the server's settings for a start without a port; `start` adds it."""
    return _write_config(home, databases, 0)


def start(home: Home, databases: Databases) -> TrytonState:
    """The running server of this home; started if need be. The database and its password must be there.

    Raises:
        InfrastructureError: it does not come up; carries the end of its log.
    """
    if running := status(home):
        return running
    state = read_state(home)
    if state is None:
        raise InfrastructureError("Tryton has no database yet", where=str(folder(home)), fix="run `store2erp erp up`")
    port = _free_port()
    config = _write_config(home, databases, port)
    command = [str(install() / "bin" / "trytond"), "-c", str(config), "-d", databases.real_name(TRYTON)]
    with _opened_log(home) as log:
        process = subprocess.Popen(  # noqa: S603 - our own installation, no shell
            [*command, "--logconf", str(folder(home) / "logging.conf")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder(home),
            env=clean_environment(),
            start_new_session=True,
        )
    state = replace(state, pid=process.pid, started=birth(process.pid), port=port)
    _write_state(home, state)
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise InfrastructureError(f"Tryton does not start\n{log_tail(home)}", where=str(log_file(home)), fix="see the lines above")
        time.sleep(0.1)
    return state


def stop(home: Home) -> bool:
    """Stop the server, if it runs; True if it ran."""
    state = read_state(home)
    process = same_process(state.pid, state.started) if state else None
    if state is None or process is None:
        return False
    with suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
    _write_state(home, replace(state, pid=0, started=""))
    return True


def clean_environment(**more: str) -> dict[str, str]:
    """Our environment without settings that Tryton or Python would take from it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRYTOND_", "TRYTON", "PYTHON"))}
    return kept | more


def log_tail(home: Home) -> str:
    """The last lines of the log."""
    lines = log_file(home).read_text(encoding="utf-8", errors="replace").splitlines() if log_file(home).exists() else []
    return "\n".join(f"  | {line}" for line in lines[-10:])


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=2):
        return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _write_state(home: Home, state: TrytonState) -> None:
    write_private(folder(home) / "tryton.json", json.dumps(asdict(state)).encode(), what="Tryton's state")


def _write_config(home: Home, databases: Databases, port: int) -> Path:
    settings = {
        "database": {
            "uri": databases.base_url + (f"?{databases.options}" if databases.options else ""),
            "path": str(folder(home) / "files"),
            "list": "False",
        },
        "web": {"listen": f"{HOST}:{port}"},
        "request": {"timeout": str(REQUEST_SECONDS)},
        "email": {"uri": NO_MAIL, "from": "nobody@localhost"},
        "queue": {"worker": "False"},
    }
    text = "".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in part.items()) for name, part in settings.items())
    write_private(config_file(home), text.encode(), what="Tryton's settings")
    write_private(folder(home) / "logging.conf", _LOGGING.encode(), what="Tryton's settings")
    return config_file(home)


_LOGGING = """[loggers]
keys = root,werkzeug
[handlers]
keys = out
[formatters]
keys = line
[logger_root]
level = ERROR
handlers = out
[logger_werkzeug]
level = ERROR
handlers =
qualname = werkzeug
[handler_out]
class = StreamHandler
formatter = line
args = (sys.stderr,)
[formatter_line]
format = %(asctime)s %(levelname)s %(name)s %(message)s
"""


def _opened_log(home: Home) -> TextIO:
    descriptor = os.open(log_file(home), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    return os.fdopen(descriptor, "a", encoding="utf-8")
