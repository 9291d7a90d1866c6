"""Running PostgreSQL's own programs (initdb, postgres, pg_ctl) as the right account, with their words in the server's log.

Belongs here: one call of one program. Does not belong here: in which order (`embedded_postgres.py`).
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.server_place import Place

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH")
_TAIL_LINES = 15


@dataclass(frozen=True)
class Tools:
    """The programs of `install`, run in `place`; paths in arguments are relative to `place.folder` (no quoting trouble in pg_ctl)."""

    install: Path
    place: Place

    def run(self, tool: str, *arguments: str, stdin: str = "", inherit: tuple[int, ...] = (), seconds: float = 300) -> None:
        """Run a program to its end; `inherit` are descriptors it keeps open.

        Raises:
            InfrastructureError: it failed, could not be run or took longer than `seconds`; carries the log's tail since the call.
        """
        begin, account = self._log_size(), self.place.account
        try:
            with self._open_log() as log:
                subprocess.run(  # noqa: S603 - fixed program, no shell
                    [self.install / "bin" / tool, *arguments],
                    input=stdin,
                    text=True,
                    stdout=log,
                    stderr=log,
                    cwd=self.place.folder,
                    env={"LC_ALL": "C"} | {name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                    umask=0o077,
                    pass_fds=inherit,
                    timeout=seconds,
                    check=True,
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise InfrastructureError(
                f"the embedded PostgreSQL failed in {tool}: {_reason(error)}\n{self.log_since(begin)}".rstrip(),
                where=str(self.place.log),
                fix="see the lines above; disk space, memory and permissions of the folder are the usual causes",
            ) from error

    def log_since(self, begin: int) -> str:
        """The last lines that the log gained after byte `begin`."""
        if not self.place.log.exists():
            return ""
        with self.place.log.open("rb") as log:
            log.seek(begin)
            lines = log.read().decode("utf-8", "replace").splitlines()
        return "\n".join(f"  | {line}" for line in lines[-_TAIL_LINES:])

    def _log_size(self) -> int:
        return self.place.log.stat().st_size if self.place.log.exists() else 0

    def _open_log(self) -> TextIO:
        descriptor = os.open(self.place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        if self.place.account:
            os.fchown(descriptor, self.place.account.uid, self.place.account.gid)
        return os.fdopen(descriptor, "a", encoding="utf-8")


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"it ended with code {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no end after {error.timeout:.0f} s"
    return str(error)
