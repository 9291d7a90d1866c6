"""The Tryton server of one project: up, down, back to the template; and the target that speaks with it.

Belongs here: the order of those steps. Does not belong here: each step (`runtime/tryton_*.py`), loading (`loaded/targets/tryton/`).
"""

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.target_changes import TargetChangeRepository
from migration_pipeline.loaded.targets.tryton.journal import Journal
from migration_pipeline.loaded.targets.tryton.rpc import Address
from migration_pipeline.loaded.targets.tryton.target import TrytonTarget
from migration_pipeline.runtime import tryton_server
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.file_lock import locked
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.tryton_database import copy_template, has_database
from migration_pipeline.runtime.tryton_install import install
from migration_pipeline.runtime.tryton_server import TrytonState


def up(home: Home, databases: Databases) -> TrytonState:
    """Install Tryton, make its database, start it: each only if need be.

    Raises:
        InfrastructureError: one of these fails.
    """
    tryton_server.folder(home).mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(tryton_server.folder(home) / "server.lock", seconds=1_800, held_by="another `store2erp erp`"):
        install()
        databases.ensure(CONTROL)
        if tryton_server.read_state(home) is None or not has_database(databases):
            copy_template(home, databases)
        return tryton_server.start(home, databases)


def down(home: Home) -> bool:
    """Stop the server, if it runs; True if it ran."""
    return tryton_server.stop(home)


def reset(home: Home, databases: Databases) -> TrytonState:
    """An empty Tryton again, as after the first `up`: its data is gone, and so is the journal of its batches."""
    down(home)
    upgrade(databases)
    if tryton_server.folder(home).exists():
        copy_template(home, databases)
    TargetChangeRepository(databases).clear()
    return up(home, databases)


def tryton_target(home: Home, databases: Databases) -> TrytonTarget:
    """The running Tryton of this home as a target.

    Raises:
        InfrastructureError: it does not run.
    """
    state = tryton_server.status(home)
    if state is None:
        raise InfrastructureError("Tryton does not run", where=str(tryton_server.folder(home)), fix="run `store2erp erp up`")
    address = Address(tryton_server.HOST, state.port, databases.real_name(tryton_server.TRYTON), tryton_server.USER, state.password)
    journal = Journal(TargetChangeRepository(databases))
    return TrytonTarget(address, journal, home, databases)
