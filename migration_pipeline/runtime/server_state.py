"""The state file of the embedded server: how to reach it. It holds the password, so it is 0600 and written in one step.

Belongs here: the file's content, reading and writing. Does not belong here: whether what it says is true (`embedded_postgres.py`).
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from migration_pipeline.runtime.paths import Home

SUPERUSER = "store2erp"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class ServerState:
    """An embedded server.

    Attributes:
        pid: of the postmaster; 0 while it is stopped.
        port: on 127.0.0.1; 0 before the first start.
        data_dir: absolute path of PostgreSQL's data directory.
    """

    pid: int
    port: int
    password: str = field(repr=False)
    data_dir: Path

    @property
    def base_url(self) -> str:
        """`postgresql://user:password@host:port/`, to which a database name is added."""
        return f"postgresql://{SUPERUSER}:{self.password}@{HOST}:{self.port}/"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.data_dir.parent / "server.log"


def state_file(home: Home) -> Path:
    """Path of the state file."""
    return home.postgres / "server.json"


def read_state(home: Home) -> ServerState | None:
    """The recorded state; None if there is none or it is damaged (a new password is set then)."""
    try:
        content = json.loads(state_file(home).read_text(encoding="utf-8"))
        return ServerState(int(content["pid"]), int(content["port"]), str(content["password"]), Path(content["data_dir"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_state(home: Home, state: ServerState) -> None:
    """Replace the state file; it belongs to whoever owns its folder, also when root writes it."""
    scratch = state_file(home).with_suffix(".new")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(asdict(state) | {"data_dir": str(state.data_dir)}, out)
        out.flush()
        os.fsync(out.fileno())
    if os.geteuid() == 0:
        owner = home.postgres.stat()
        os.chown(scratch, owner.st_uid, owner.st_gid)
    scratch.replace(state_file(home))
