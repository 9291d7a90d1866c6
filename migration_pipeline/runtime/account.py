"""Who the embedded server runs as: PostgreSQL refuses root, so root drops to an unprivileged account.

Belongs here: choosing the account and asking what it may reach. Does not belong here: where data lies (`server_place.py`),
changing the permissions of anything (nothing here does).
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.runtime.errors import InfrastructureError

ACCOUNT_NAMES = ("store2erp", "nobody")
"""Tried in this order; an administrator who wants a dedicated account creates the first."""


@dataclass(frozen=True)
class Account:
    """A user id and group id that root can drop to."""

    uid: int
    gid: int

    def can_traverse(self, folder: Path) -> bool:
        """True if `folder` and every folder above it let this account pass, going by their mode bits."""
        return all(self._may_enter(path) for path in (folder, *folder.parents))

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account() -> Account | None:
    """The account for a new server, or None when this process is not root and may run it itself.

    Raises:
        InfrastructureError: root, on a system without any of `ACCOUNT_NAMES`.
    """
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: Account(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    for name in ACCOUNT_NAMES:
        if name in known:
            return known[name]
    raise InfrastructureError(
        "the database server does not run as root and no unprivileged account was found",
        where=f"accounts {', '.join(ACCOUNT_NAMES)}",
        fix="run as an ordinary user, or create one: useradd --system store2erp",
    )


def owner(path: Path) -> Account | None:
    """The account that owns `path`, or None when this process is not root and can only be itself."""
    status = path.stat()
    return Account(status.st_uid, status.st_gid) if os.geteuid() == 0 else None
