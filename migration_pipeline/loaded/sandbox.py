"""Copies of the ERP to rehearse on, one kind of ERP at a time.

Belongs here: what a kind of ERP must be able to do for that, and which can. Does not belong here: the rest of a sandbox (lake, control
database: `orchestration/sandbox.py`), copying databases (`runtime/database_copy.py`).
"""

import shutil
from dataclasses import dataclass, replace
from typing import Protocol

from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.loaded.targets.tryton.target import TrytonTarget
from migration_pipeline.runtime.database_copy import copy_database, drop_copies, sandbox_databases
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.tryton_server import TRYTON, folder, keep_password, read_state, start, stop


class TargetSandbox(Protocol):
    """Makes copies of one ERP.

    The target of a workspace whose `sandbox` is `name` speaks to the copy of that name. Only one sandbox of a project is alive at a time.
    """

    def copy(self, name: str) -> None:
        """Copy the ERP as it is now; the real one is only read.

        Raises:
            InfrastructureError: it cannot be copied.
        """
        ...

    def drop_all(self) -> None:
        """Drop every copy, also what a killed process left."""
        ...


@dataclass(frozen=True)
class PostgresSandbox:
    """Copies of the database `erp` on its own server."""

    databases: Databases

    def copy(self, name: str) -> None:
        """A template copy, or a dump where somebody is connected."""
        self.databases.ensure(ERP)
        copy_database(self.databases, sandbox_databases(self.databases, name), ERP)

    def drop_all(self) -> None:
        """Drop the databases."""
        drop_copies(self.databases, ERP)


@dataclass(frozen=True)
class TrytonSandbox:
    """Copies of the database `tryton`, each with a server of its own beside the real one."""

    home: Home
    databases: Databases

    def copy(self, name: str) -> None:
        """A dump, since the real server is connected; then a second server is started on the copy."""
        copies, home = sandbox_databases(self.databases, name), replace(self.home, sandbox=True)
        copy_database(self.databases, copies, TRYTON)
        real = read_state(self.home)
        keep_password(home, real.password if real else "")
        start(home, copies)

    def drop_all(self) -> None:
        """Stop the second server, drop the databases."""
        home = replace(self.home, sandbox=True)
        stop(home)
        drop_copies(self.databases, TRYTON)
        shutil.rmtree(folder(home), ignore_errors=True)


def sandbox_of(target: object) -> TargetSandbox:
    """What copies this target, which need not be prepared.

    Raises:
        BadInputError: this kind of ERP cannot be copied.
    """
    match target:
        case PostgresTarget():
            return PostgresSandbox(target.databases)
        case TrytonTarget():
            return TrytonSandbox(target.home, target.databases)
    raise BadInputError(
        f"an ERP of the kind {type(target).__name__} cannot be copied, so there are no dry runs on it",
        where="--dry-run",
        fix="rehearse on a test installation of the ERP with a state folder of its own (STORE2ERP_HOME)",
    )
