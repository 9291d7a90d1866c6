"""Writing the HTML report of a whole migration: figures from the control database, one file in the home's `reports/`.

Belongs here: collecting and writing. Does not belong here: the page itself (`reconciled/report.py`), sums (`dbt_like_sql/models/`).
"""

from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from migration_pipeline.control.views import read_view
from migration_pipeline.orchestration.cleaning_report import current_cleaning_reports
from migration_pipeline.orchestration.import_report import current_import_reports
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.reconciled.report import ReportFigures, render
from migration_pipeline.runtime.private_file import write_private


def write_report(workspace: Workspace) -> Path:
    """Write the report over everything done so far and return its path; readable by the owner only, never seen half-written.

    It links to the cleaning reports, which are written anew before where that is cheap, and to the import reports.

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
        measurements=read_view(databases, "current_measurement", ("store", "dataset", "rung", "metric", "by_dimension", "grp")),
        findings=read_view(databases, "findings_by_rule", ("store", "dataset", "table_name", "rule")),
        breaks=read_view(databases, "current_break", ("store", "dataset", "metric", "reason")),
        cleaning=current_cleaning_reports(workspace),
        imports=current_import_reports(workspace),
    )


def _stores(workspace: Workspace) -> pd.DataFrame:
    rows = [(store.id, *_names(store), dataset) for store in workspace.stores.values() for dataset in workspace.datasets(store.id)]
    return pd.DataFrame(rows, columns=["store", "name_en", "name_zh", "dataset"], dtype="str")


def _names(store: StoreSpec) -> tuple[str, str]:
    return (store.name, store.name) if isinstance(store.name, str) else (store.name.en, store.name.zh)
