"""The figures of the reports: what the views of the control database and the lake say now.

Belongs here: reading them. Does not belong here: which reports are written (`report.py`), arranging (`reconciled/report*.py`).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version

import pandas as pd

from migration_pipeline.control.views import read_view
from migration_pipeline.orchestration.cleaning_report import current_cleaning_reports
from migration_pipeline.orchestration.import_report import current_import_reports
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.reconciled.report import MATRIX_STORES
from migration_pipeline.reconciled.report_figures import DAY_COLUMNS, STOCK_COLUMNS, ReportFigures
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import read_columns

_CELLS = ("metric", "by_dimension", "grp", "source", "explained", "target", "unexplained")


def touched(workspace: Workspace) -> dict[str, float]:
    """Store -> when something was last said of it, in seconds since 1970."""
    found = read_view(workspace.databases, "store_touched", ("store",))
    return {str(row["store"]): row["touched_at"].timestamp() for row in found.to_dict("records")}


def figures_of(workspace: Workspace, pages: Mapping[str, str]) -> ReportFigures:
    """What the control database says now about all stores of the project; `pages` are the links to the stores' own reports."""
    project, databases = workspace.project, workspace.databases
    checks = read_view(databases, "current_check", ("store", "dataset", "stage", "check_name"))
    totals = read_view(databases, "current_total", ("store", "dataset", "rung", "metric"))
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
        totals=totals,
        findings=read_view(databases, "findings_by_rule", ("store", "dataset", "table_name", "rule")),
        breaks=read_view(databases, "current_break", ("store", "dataset", "metric", "reason")),
        stages=read_view(databases, "stage_board", ("store", "dataset", "stage")),
        cases=read_view(databases, "open_break", ("store", "dataset", "id")),
        checks=checks[checks["verdict"] != "passed"],
        check_runs=read_view(databases, "check_runs", ("store", "judged_at")),
        days=read_view(databases, "daily_sales_of_all", ("day",))[list(DAY_COLUMNS)],
        stock=_stock(workspace, totals),
        waves={store: tuple(name for name, members in project.waves.items() if store in members) for store in workspace.stores}
        if project.waves
        else {},
        cleaning=current_cleaning_reports(workspace),
        imports=current_import_reports(workspace),
        pages=pages,
    )


def about_store(workspace: Workspace, figures: ReportFigures) -> ReportFigures:
    """The figures of one store with its own days and its own stock by item."""
    days = read_view(workspace.databases, "daily_sales", ("day",), store=figures.store)
    return replace(figures, days=days[list(DAY_COLUMNS)], stock=_stock_of(workspace, figures.store))


def _stock(workspace: Workspace, totals: pd.DataFrame) -> pd.DataFrame:
    """Stock by item of all stores; of many stores, the whole of each."""
    if len(workspace.stores) <= MATRIX_STORES:
        parts = [part for store in workspace.stores if len(part := _stock_of(workspace, store))]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(STOCK_COLUMNS), dtype=object)
    own = totals[(totals["metric"] == "stock.quantity") & (totals["status"] != "not_measurable")]
    return own.assign(item="")[list(STOCK_COLUMNS)]


def _stock_of(workspace: Workspace, store: str) -> pd.DataFrame:
    """Stock of one store by item, as compared last; empty where it was not, or where the lake is not as it was written."""
    try:
        found = read_columns(workspace.home.lake, ("reconciled", "inventory", store), "cells", _CELLS)
    except BadInputError:  # the next run itself says so
        found = None
    if found is None:
        return pd.DataFrame(columns=list(STOCK_COLUMNS), dtype=object)
    own = found[(found["metric"] == "stock.quantity") & (found["by_dimension"] == "item")]
    return own.rename(columns={"grp": "item"}).assign(store=store)[list(STOCK_COLUMNS)].astype(object)


def _stores(workspace: Workspace) -> pd.DataFrame:
    rows = [(store.id, *_names(store), dataset) for store in workspace.stores.values() for dataset in workspace.datasets(store.id)]
    return pd.DataFrame(rows, columns=["store", "name_en", "name_zh", "dataset"], dtype="str")


def _names(store: StoreSpec) -> tuple[str, str]:
    return (store.name, store.name) if isinstance(store.name, str) else (store.name.en, store.name.zh)
