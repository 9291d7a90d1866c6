"""Writing the reports: one page and workbook of the whole migration, one of every store, into the home's `reports/`.

Belongs here: which are written and where. Does not belong here: their figures (`report_figures.py`), the page and the workbook
(`reconciled/report.py`, `reconciled/report_workbook.py`), sums (`dbt_like_sql/models/`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from migration_pipeline.orchestration.report_figures import about_store, figures_of, touched
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.report import render
from migration_pipeline.reconciled.report_figures import ReportFigures
from migration_pipeline.reconciled.report_workbook import workbook
from migration_pipeline.runtime.private_file import write_private

FOLDER = "stores"


@dataclass(frozen=True)
class WrittenReport:
    """One report; `store` is empty for the whole migration."""

    store: str
    page: Path
    workbook: Path


def write_report(workspace: Workspace) -> Path:
    """Write the whole migration's report, and those of stores that something was said of since theirs was written; returns its path.

    Files are readable by the owner only and never seen half-written. It links to the cleaning reports, which are written anew before
    where that is cheap, and to the import reports.

    Raises:
        InfrastructureError: the control database or the reports folder is not there.
    """
    said = touched(workspace)
    old = [store for store in workspace.stores if store in said and not _current(_page(workspace, store), said[store])]
    return write_reports(workspace, old)[0].page


def write_reports(workspace: Workspace, stores: Sequence[str] | None = None) -> list[WrittenReport]:
    """Write the whole migration's report and those of stores: all that something was said of, or those named.

    Raises:
        BadInputError: the project has no such store.
        InfrastructureError: the control database or the reports folder is not there.
    """
    said = touched(workspace)
    asked = [store for store in said if store in workspace.stores] if stores is None else stores
    chosen = [workspace.store(store).id for store in asked]
    there = [store for store in workspace.stores if store in {*said, *chosen}]
    whole = figures_of(workspace, {store: f"{FOLDER}/{quote(_page(workspace, store).name)}" for store in there})
    return [_write(whole, workspace.report), *(_write(one, _page(workspace, one.store)) for one in _of_stores(workspace, whole, chosen))]


def _of_stores(workspace: Workspace, whole: ReportFigures, stores: Sequence[str]) -> Iterable[ReportFigures]:
    for store, figures in whole.by_store(list(stores)).items():
        own = replace(
            figures,
            back=f"../{workspace.report.name}",
            cleaning=_seen_from_below(whole.cleaning, store=store),
            imports={name: f"../{link}" for name, link in whole.imports.items() if name == store},
        )
        yield about_store(workspace, own)


def _seen_from_below(links: Mapping[tuple[str, str], str], *, store: str) -> dict[tuple[str, str], str]:
    return {at: f"../{link}" for at, link in links.items() if at[0] == store}


def _write(figures: ReportFigures, page: Path) -> WrittenReport:
    book = page.with_suffix(".xlsx")
    write_private(book, workbook(figures))
    write_private(page, render(replace(figures, workbook=quote(book.name))).encode())
    return WrittenReport(figures.store, page, book)


def _page(workspace: Workspace, store: str) -> Path:
    return workspace.home.reports / FOLDER / f"{store}.html"


def _current(page: Path, said_at: float) -> bool:
    return page.exists() and page.stat().st_mtime >= said_at
