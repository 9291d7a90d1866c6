"""A sandbox: the whole project on copies of the ERP and of the control database, to rehearse what must not happen for real yet.

Belongs here: making one, opening it, throwing it away. Does not belong here: what is rehearsed (`dry_run.py`), copying an ERP
(`loaded/sandbox.py`) or a database (`runtime/database_copy.py`).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

from migration_pipeline.loaded.sandbox import sandbox_of
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.runtime.database_copy import copy_database, drop_copies, sandbox_databases
from migration_pipeline.runtime.databases import CONTROL
from migration_pipeline.runtime.file_lock import locked

_WAIT_SECONDS = 5


@contextmanager
def sandbox(workspace: Workspace, *, keep: bool = False) -> Iterator[Workspace]:
    """The project on copies of its ERP and control database, with a lake of its own that is empty; one at a time per project.

    Whatever is done with the workspace that this yields, nothing of the real ERP, control database, lake and reports changes; files that
    are read for the first time come into the archive and the reading cache, which are named by content. Afterwards the copies are dropped
    and only `<home>/sandbox/reports` stays; with `keep` all stays until the next sandbox, also after an error.

    Raises:
        BadInputError: this kind of ERP cannot be copied.
        InfrastructureError: a copy cannot be made, or another process uses the sandbox.
    """
    name = uuid4().hex[:8]
    with locked(workspace.home.root / "sandbox.lock", seconds=_WAIT_SECONDS, held_by="another dry run or drill of this project"):
        _drop(workspace)
        _remove(workspace, "lake", "dagster", "reports")
        try:
            copy_database(workspace.databases, sandbox_databases(workspace.databases, name), CONTROL)
            sandbox_of(workspace.bare_target()).copy(name)
            yield open_workspace(workspace.loaded.folder, workspace.loaded.data, name)
        finally:
            if not keep:
                _drop(workspace)
                _remove(workspace, "lake", "dagster")


def _drop(workspace: Workspace) -> None:
    sandbox_of(workspace.bare_target()).drop_all()
    drop_copies(workspace.databases, CONTROL)


def _remove(workspace: Workspace, *folders: str) -> None:
    for folder in folders:
        shutil.rmtree(replace(workspace.home, sandbox=True).made / folder, ignore_errors=True)
