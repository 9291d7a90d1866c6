"""Writing the HTML report of a whole migration: figures from the control database, one file in the home's `reports/`.

Belongs here: collecting and writing. Does not belong here: the page itself (`reconciled/report.py`), sums (`dbt_like_sql/models/`).
"""

import os
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from migration_pipeline.control.views import read_view
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.reconciled.report import ReportFigures, render
from migration_pipeline.runtime.errors import InfrastructureError


def write_report(workspace: Workspace) -> Path:
    """Write the report over everything done so far and return its path; readable by the owner only, never seen half-written.

    Raises:
        InfrastructureError: the control database or the reports folder is not there.
    """
    write_private(workspace.report, render(figures_of(workspace)).encode())
    return workspace.report


def figures_of(workspace: Workspace) -> ReportFigures:
    """What the control database says now about the project's stores."""
    project, databases = workspace.project, workspace.databases
    return ReportFigures(
        title=project.title,
        project=project.name,
        company=project.company.name,
        currency=project.currency,
        version=version("store2erp"),
        written_at=datetime.now().astimezone(),
        rejected_limit=project.limits.rejected_rows,
        stores=_stores(workspace),
        board=read_view(databases, "status_board", ("store", "dataset")),
        unfinished=read_view(databases, "unfinished", ("store", "dataset")),
        reasons=read_view(databases, "outcomes_by_reason", ("store", "dataset", "table_name", "outcome", "reason")),
        measurements=read_view(databases, "current_measurement", ("store", "dataset", "metric", "grp")),
        findings=read_view(databases, "findings_by_rule", ("store", "dataset", "table_name", "rule")),
        breaks=read_view(databases, "current_break", ("store", "dataset", "metric", "reason")),
    )


def _stores(workspace: Workspace) -> pd.DataFrame:
    rows = [(store.id, *_names(store), dataset) for store in workspace.stores.values() for dataset in workspace.datasets(store.id)]
    return pd.DataFrame(rows, columns=["store", "name_en", "name_zh", "dataset"], dtype="str")


def _names(store: StoreSpec) -> tuple[str, str]:
    return (store.name, store.name) if isinstance(store.name, str) else (store.name.en, store.name.zh)


def write_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, never seen half-written.

    Raises:
        InfrastructureError: the folder is not there to be written to.
    """
    scratch: Path | None = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
        scratch = Path(name)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        scratch.replace(path)
    except OSError as error:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
        raise InfrastructureError(
            f"the report cannot be written: {error.strerror}", where=str(path), fix="make room or mend the folder"
        ) from error
