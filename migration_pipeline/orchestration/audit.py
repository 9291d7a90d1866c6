"""What commands tell the audit log: runs, files of decisions that changed, who saw personal data and why.

Belongs here: the deeds of whole commands. Does not belong here: deeds that share a transaction with what they are about (batches, undo,
overrides, approvals: `control/repository/`), the log itself (`control/repository/audit.py`).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from migration_pipeline.contracts.audit import Deed
from migration_pipeline.control.repository.audit import AuditLog
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.corrections import Correction
from migration_pipeline.runtime.file_hash import file_hash

if TYPE_CHECKING:
    from migration_pipeline.orchestration.run import StoreRun

_DECIDING = ("migration.yaml", "corrections/*.yaml", "decisions/*.csv", "value_maps/*.csv", "mappings/*.yaml", "expectations/*.json")
"""Files of a project in which people decide something; what they held at each run can be told apart by hash."""


def run_started(workspace: Workspace, migration: str, stores: Sequence[str], tags: Mapping[str, str]) -> None:
    """A command begins to migrate: also which files of decisions changed since the last one, with their hashes before and after.

    Nothing of a sandbox is in the log but that it was made.
    """
    if workspace.sandbox:
        return
    why = "; ".join(text for name, text in tags.items() if name in {"outside_window", "without_approval"})
    started = Deed("run_started", run_id=migration, why=why, details={"stores": list(stores)})
    AuditLog(workspace.databases).add(*_changed_files(workspace), started)


def run_ended(workspace: Workspace, migration: str, runs: Sequence["StoreRun"]) -> None:
    """It has ended: which stores came through, which did not."""
    if workspace.sandbox:
        return
    details = {
        "runs": {run.store: run.run_id for run in runs},
        "failed": [run.store for run in runs if not run.ok],
    }
    AuditLog(workspace.databases).add(Deed("run_ended", run_id=migration, details=details))


def ui_run_ended(workspace: Workspace, run_id: str, tags: Mapping[str, str], status: str) -> None:
    """A run that no command started has ended; who started it Dagster knows at best by a tag."""
    who, store = tags.get("user") or "Dagster", tags.get("dagster/partition", "")
    AuditLog(workspace.databases).add(Deed("run_ended", store=store, run_id=run_id, details={"status": status}, who=who))


def _changed_files(workspace: Workspace) -> list[Deed]:
    """One deed per file of decisions that is not what it was when it was last used."""
    folder, log = workspace.loaded.folder, AuditLog(workspace.databases)
    now = {path.relative_to(folder).as_posix(): file_hash(path)[0] for pattern in _DECIDING for path in folder.glob(pattern)}
    last: dict[str, str] = {}
    for entry in log.entries({"action": "files_changed"}):
        last[str(entry["subject"])] = str(json.loads(str(entry["details"]))["after"])
    return [
        Deed("files_changed", subject=name, details={"before": last.get(name, ""), "after": now.get(name, "")})
        for name in sorted({*now, *last})
        if now.get(name, "") != last.get(name, "")
    ]


def personal_read(workspace: Workspace, what: str, why: str, *, store: str = "", dataset: str = "", subject: str = "") -> None:
    """Somebody is about to see personal data: ids of what, never the data; written before anything is shown."""
    AuditLog(workspace.databases).add(Deed("personal_read", store, dataset, "", subject, why, {"command": what}))


def personal_exported(workspace: Workspace, what: str, why: str, details: Mapping[str, object]) -> None:
    """Somebody writes personal data to a file: how much of which stores and datasets."""
    AuditLog(workspace.databases).add(Deed("personal_exported", why=why, details={"command": what, **details}))


def corrections_made(workspace: Workspace, path: Path, made: Sequence[Correction]) -> None:
    """A file of corrections was written: which rows of whom, which columns; what they held and hold now is in the file, here its hash."""
    first = made[0]
    rows = [f"{one.store}/{one.dataset}/{one.row}: {one.action} {', '.join(one.set or ())}".strip() for one in made]
    details = {"sha256": file_hash(path)[0], "rows": rows}
    log = AuditLog(workspace.databases)
    log.add(Deed("quarantine_imported", subject=path.name, why=first.reason, details=details, who=first.who))
