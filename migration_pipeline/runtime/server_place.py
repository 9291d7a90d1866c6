"""Where the embedded server's data lies, and who owns it.

Ordinary users: in the home. Root: also in the home, if the server's account can reach it; else (a home below /root, say) in a
folder of its own below /var/lib/store2erp, named by the home's file `location`. No folder outside the home has its
permissions changed. A folder left behind by a home that was deleted is kept: it is somebody's data.

Belongs here: this choice. Does not belong here: starting and stopping (`embedded_postgres.py`).
"""

import hashlib
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.runtime.account import Account, owner, server_account
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home

AREAS = (Path("/var/lib/store2erp"), Path("/var/tmp/store2erp"))  # noqa: S108 - checked for owner and mode before use
"""For root: tried in this order; both survive a reboot."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """A folder that holds `data/` and `server.log`, and the account of the server (None: this process's own)."""

    folder: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"


def location_file(home: Home) -> Path:
    """Names the folder outside the home, where there is one."""
    return home.postgres / "location"


def known_place(home: Home) -> Place | None:
    """Where the data of this home lies, or None if it has none yet.

    Raises:
        InfrastructureError: the recorded folder is gone, or the home is a copy of another one.
    """
    inside = home.postgres / "data"
    if inside.exists():
        return Place(home.postgres, owner(inside))
    if not location_file(home).exists():
        return None
    folder = Path(location_file(home).read_text(encoding="utf-8").strip())
    _check_location(home, folder)
    return Place(folder, owner(folder / "data") if (folder / "data").exists() else server_account())


def place_for(home: Home) -> Place:
    """As `known_place`; makes a place if there is none."""
    return known_place(home) or _new_place(home)


def _new_place(home: Home) -> Place:
    account = server_account()
    if account is None or account.can_traverse(home.postgres):
        return Place(home.postgres, account)
    digest = hashlib.sha256(str(home.postgres).encode()).hexdigest()[:12]
    area = server_area(account)
    for orphan in area.glob(f"{digest}-*"):
        _log.warning("%s holds the database of a deleted home; remove it when it is not needed", orphan)
    folder = Path(tempfile.mkdtemp(prefix=f"{digest}-", dir=area))
    os.chown(folder, -1, account.gid)
    folder.chmod(0o710)
    _owner_file(folder).write_text(str(home.postgres), encoding="utf-8")
    location_file(home).write_text(str(folder), encoding="utf-8")
    return Place(folder, account)


def server_area(account: Account) -> Path:
    """The folder outside all homes: owned by root, writable by nobody else, open to `account`.

    Raises:
        InfrastructureError: no such folder can be made.
    """
    for area in AREAS:
        try:
            if not area.exists():
                area.mkdir()
                area.chmod(0o755)
        except OSError:
            continue
        status = area.lstat()
        if area.is_dir() and not area.is_symlink() and status.st_uid == 0 and not status.st_mode & 0o022 and account.can_traverse(area):
            return area
    raise InfrastructureError(
        "no folder for the database's files that root owns and the server's account can reach",
        where=", ".join(map(str, AREAS)),
        fix="run as an ordinary user, or set STORE2ERP_HOME to a folder that others may pass through",
    )


def _owner_file(folder: Path) -> Path:
    return folder / "home"


def _check_location(home: Home, folder: Path) -> None:
    """The recorded folder must exist and be this home's; a home that was moved takes its folder along."""
    if not _owner_file(folder).exists():
        raise InfrastructureError(
            "the folder with this home's database is gone",
            where=f"{folder}, named in {location_file(home)}",
            fix=f"restore it, or delete the state folder {home.root} to begin anew",
        )
    other = Path(_owner_file(folder).read_text(encoding="utf-8").strip())
    if other == home.postgres:
        return
    if (other / "location").exists() and (other / "location").read_text(encoding="utf-8").strip() == str(folder):
        raise InfrastructureError(
            "this state folder is a copy and would share the original's database",
            where=f"{home.root}, copied from {other.parent}",
            fix="delete the copy's state folder to begin anew",
        )
    _owner_file(folder).write_text(str(home.postgres), encoding="utf-8")
