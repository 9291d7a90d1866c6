"""The processes of production on one machine: code server (gRPC), webserver, daemon; each with a health check and a log of its own.

They are the processes of `docker-compose.yml`, for machines without containers. They outlive the command that starts them.

Belongs here: start, status, stop. Does not belong here: what they serve (`orchestration/`), the database (`databases.py`).
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import yaml

from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.private_file import write_private
from migration_pipeline.runtime.processes import birth, same_process

CODE, WEB, DAEMON = "code", "webserver", "daemon"
_HOST = "127.0.0.1"
_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
_CHECK_SECONDS = 60.0


@dataclass(frozen=True)
class Part:
    """One process; `started` is its birth as the system tells it, `port` 0 for one that does not listen."""

    name: str
    pid: int
    started: str
    host: str
    port: int


def up(home: Home, settings: Mapping[str, str], *, host: str, port: int) -> list[Part]:
    """Start what does not run; returns when every part is healthy. If one does not become so, all are stopped.

    Args:
        home: the project's; logs and the parts' numbers lie in it.
        settings: added to the environment (DAGSTER_HOME, the project).
        host: address the webserver listens on; the code server is never open to other machines.
        port: of the webserver.

    Raises:
        InfrastructureError: a part ends or does not become healthy; it names the log.
    """
    running = {part.name: part for part in _kept(home) if same_process(part.pid, part.started)}
    if len(running) == len((CODE, WEB, DAEMON)):
        return list(running.values())
    down(home)
    free = _free_port()
    servers = _written_servers(home, free)
    dagster = [sys.executable, "-m", "dagster"]
    commands = {
        CODE: ([*dagster, "code-server", "start", "-m", "migration_pipeline.definitions", "-h", _HOST, "-p", str(free)], _HOST, free),
        WEB: ([sys.executable, "-m", "dagster_webserver", "-h", host, "-p", str(port), "-w", str(servers)], host, port),
        DAEMON: ([sys.executable, "-m", "dagster._daemon", "run", "-w", str(servers)], "", 0),
    }
    try:
        for together in ((CODE,), (WEB, DAEMON)):  # the others read the code server's definitions when they start
            parts = [_launched(home, name, commands[name][0], settings, *commands[name][1:]) for name in together]
            _keep(home, [*_kept(home), *parts])
            for part in parts:
                _wait_for(home, part, settings)
    except InfrastructureError:
        down(home)
        raise
    return _kept(home)


def status(home: Home, settings: Mapping[str, str]) -> dict[str, str]:
    """Part -> `healthy`, `starting` (alive, does not answer) or `stopped`."""
    parts = {part.name: part for part in _kept(home)}
    return {name: _state(parts[name], settings) if name in parts else "stopped" for name in (CODE, WEB, DAEMON)}


def down(home: Home) -> list[str]:
    """Stop the daemon first, so that nothing new begins, then the others with the runs they serve; names of those that ran."""
    ended = []
    for part in reversed(_kept(home)):
        process = same_process(part.pid, part.started)
        if process is None:
            continue
        _end(process)
        ended.append(part.name)
    _keep(home, [])
    return ended


def log_of(home: Home, name: str) -> Path:
    """Where a part writes what it says."""
    return home.logs / f"stack-{name}.log"


def _end(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        process.terminate()
        _, left = psutil.wait_procs(family, timeout=_STOP_SECONDS)
        for one in left:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(left, timeout=_STOP_SECONDS)


def _launched(home: Home, name: str, command: list[str], settings: Mapping[str, str], host: str, port: int) -> Part:
    descriptor = os.open(log_of(home, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | settings, start_new_session=True
        )
    return Part(name, process.pid, birth(process.pid), host, port)


def _wait_for(home: Home, part: Part, settings: Mapping[str, str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while (state := _state(part, settings)) != "healthy":
        if state == "stopped" or time.monotonic() > deadline:
            what = "ended at once" if state == "stopped" else "does not become healthy"
            raise InfrastructureError(f"the {part.name} {what}", where=str(log_of(home, part.name)), fix="read the end of this log")
        time.sleep(0.5)


def _state(part: Part, settings: Mapping[str, str]) -> str:
    if same_process(part.pid, part.started) is None:
        return "stopped"
    healthy = _daemon_beats(settings) if part.name == DAEMON else _answers(part)
    return "healthy" if healthy else "starting"


def _answers(part: Part) -> bool:
    with suppress(OSError), socket.create_connection((part.host, part.port), timeout=2):
        return True
    return False


def _daemon_beats(settings: Mapping[str, str]) -> bool:
    """Dagster's own check: every daemon has said lately, in the database, that it lives."""
    command = [sys.executable, "-m", "dagster._daemon", "liveness-check"]
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
            command, env=os.environ | settings, capture_output=True, timeout=_CHECK_SECONDS, check=False
        )
        return done.returncode == 0
    return False


def _written_servers(home: Home, port: int) -> Path:
    path = home.dagster / "workspace.yaml"
    server = {"grpc_server": {"host": _HOST, "port": port, "location_name": "store2erp"}}
    path.write_text(yaml.safe_dump({"load_from": [server]}), encoding="utf-8")
    return path


def _kept(home: Home) -> list[Part]:
    try:
        return [Part(**one) for one in json.loads((home.root / "stack.json").read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError, TypeError):
        return []


def _keep(home: Home, parts: list[Part]) -> None:
    write_private(home.root / "stack.json", json.dumps([asdict(part) for part in parts]).encode(), what="the stack's state")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
