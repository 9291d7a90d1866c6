"""Writing the import reports, one per store: figures from the control database and the lake, into the home's `reports/import/`.

Belongs here: collecting and writing, and the ledger row by row. Does not belong here: arranging (`reconciled/import_report.py`), the page
and the workbook (`reconciled/import_page.py`, `reconciled/import_workbook.py`), printing (`cli/`).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.control.views import read_view
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.import_page import page
from migration_pipeline.reconciled.import_report import BATCH_COLUMNS, CAUSE_COLUMNS, ImportFigures, ImportReport, arranged
from migration_pipeline.reconciled.import_workbook import workbook
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import OUTCOMES, read_columns
from migration_pipeline.runtime.private_file import write_private
from migration_pipeline.runtime.safe_csv import safe_csv

FORMS: MappingProxyType[str, Callable[[ImportReport], bytes]] = MappingProxyType(
    {
        "html": lambda report: page(report).encode(),
        "xlsx": workbook,
        "json": lambda report: json.dumps(report.as_dict(), ensure_ascii=False, indent=2).encode(),
    }
)
ROW_FORMS = ("csv", "parquet")
ROW_COLUMNS = ("store", "dataset", "table", "row_id", "outcome", "reason", "stage", "erp_table", "erp_key")
"""What is written of every source row: codes and keys, no value of the row."""
ROW_IDS = 50
_FOLDER = "import"
_KEY = ["table", "reason", "row_id"]
_MASTERS = MappingProxyType({"suppliers": "supplier", "products": "item", "members": "member"})
_STOPPED = Text(en="read, but its load did not come to the comparison", zh="已读取，但未完成导入核对")
_RUN_AGAIN = Text(en="see the run in Dagster, then run the store again", zh="在 Dagster 中查看原因后重跑该店")


@dataclass(frozen=True)
class Written:
    """One report and the file it is in."""

    report: ImportReport
    path: Path


@dataclass(frozen=True)
class _Known:
    """What the control database says of all stores, read once."""

    batches: pd.DataFrame
    reasons: pd.DataFrame
    checks: pd.DataFrame
    unfinished: pd.DataFrame

    def of(self, store: str) -> "_Known":
        """The part of one store."""
        frames = (self.batches, self.reasons, self.checks, self.unfinished)
        return _Known(*(frame[frame["store"] == store] for frame in frames))

    @property
    def changed_at(self) -> float:
        """When the newest of it came to be, in seconds since 1970; every run judges checks, every undo marks its batches."""
        moments = (
            self.batches["ended_at"],
            self.batches["undone_at"],
            self.checks["judged_at"],
            self.unfinished["taken_at"],
        )
        newest = [values.dropna().max() for values in moments if values.notna().any()]
        return max((moment.timestamp() for moment in newest), default=0)


def write_import_reports(
    workspace: Workspace, stores: Sequence[str] | None = None, form: str = "html", out: Path | None = None
) -> list[Written]:
    """Write the reports of all stores that were loaded, or of those named; readable by the owner only.

    Args:
        workspace: the project.
        stores: ids; default all.
        form: one of `FORMS`.
        out: the file of a single report; default `<home>/reports/import/<store>.<form>`.

    Raises:
        BadInputError: an unknown store or form; nothing was loaded; or `out` for more than one report.
        InfrastructureError: the reports cannot be written, or the control database is not there.
    """
    if form not in FORMS:
        raise BadInputError(f"there is no form {form!r}", where="--format", fix=f"forms are {', '.join(FORMS)}")
    known = _known(workspace)
    chosen = _loaded(workspace, stores, known)
    _demand_one(chosen, out, "reports")
    written = []
    for store in chosen:
        report = arranged(_figures(workspace, store, known.of(store), alone=out is not None))
        path = out or _path(workspace, store, form)
        write_private(path, FORMS[form](report))
        written.append(Written(report, path))
    return written


def current_import_reports(workspace: Workspace) -> dict[str, str]:
    """Store -> link from the main report to its import report, for the stores that were loaded.

    A report is written anew if it is older than what it tells of: with hundreds of stores one run changes few.

    Raises:
        InfrastructureError: a report cannot be written.
    """
    known = _known(workspace)
    links = {}
    for store in (name for name in workspace.stores if name in set(known.batches["store"])):
        path, own = _path(workspace, store, "html"), known.of(store)
        if not path.exists() or path.stat().st_mtime < own.changed_at:
            write_private(path, FORMS["html"](arranged(_figures(workspace, store, own))))
        links[store] = f"{_FOLDER}/{quote(path.name)}"
    return links


def write_rows(workspace: Workspace, stores: Sequence[str] | None = None, form: str = "csv", out: Path | None = None) -> dict[Path, int]:
    """Write for every source row its outcome, reason and key in the ERP, one file per store; returns their rows by path.

    Raises:
        BadInputError: an unknown store or form; nothing was loaded; or `out` for more than one file.
        InfrastructureError: a file cannot be written.
    """
    if form not in ROW_FORMS:
        raise BadInputError(f"there is no form {form!r} for rows", where="--format", fix=f"forms are {', '.join(ROW_FORMS)}")
    chosen = _loaded(workspace, stores, _known(workspace))
    _demand_one(chosen, out, "files")
    written = {}
    for store in chosen:
        rows = rows_of(workspace, store)
        path = out or _path(workspace, f"{store}-rows", form)
        write_private(path, _row_file(rows, form), what="the list of rows")
        written[path] = len(rows)
    return written


def rows_of(workspace: Workspace, store: str) -> pd.DataFrame:
    """The ledger of one store's newest loads: `ROW_COLUMNS`, all text."""
    parts = []
    for name in workspace.datasets(store):
        columns = ("table", "row_id", "outcome", "reason", "stage", "target_key")
        ledger = read_columns(workspace.home.lake, ("loaded", name, store), OUTCOMES, columns)
        if ledger is not None:
            tables = {table.name: _MASTERS.get(table.name, table.erp_table) for table in DATASETS[name].tables}
            erp = ledger["table"].map(tables).where(ledger["target_key"] != "", "")
            parts.append(ledger.assign(store=store, dataset=name, erp_table=erp, erp_key=ledger["target_key"])[list(ROW_COLUMNS)])
    return pd.concat(parts, ignore_index=True).astype("str") if parts else pd.DataFrame(columns=list(ROW_COLUMNS), dtype="str")


def _row_file(rows: pd.DataFrame, form: str) -> bytes:
    if form == "csv":
        return safe_csv(ROW_COLUMNS, rows.fillna("").itertuples(index=False, name=None))
    out = BytesIO()
    rows.to_parquet(out, index=False)
    return out.getvalue()


def _known(workspace: Workspace) -> _Known:
    databases = workspace.databases
    return _Known(
        BatchRepository(databases).batches(),
        read_view(databases, "outcomes_by_reason", ("store", "dataset", "table_name", "outcome", "reason")),
        read_view(databases, "current_check", ("store", "dataset", "stage", "check_name")),
        read_view(databases, "unfinished", ("store", "dataset")),
    )


def _loaded(workspace: Workspace, stores: Sequence[str] | None, known: _Known) -> list[str]:
    """The stores asked for that have batches."""
    asked = [workspace.store(store).id for store in stores] if stores else list(workspace.stores)
    there = set(known.batches["store"])
    found = [store for store in asked if store in there]
    if not found:
        raise BadInputError("nothing of this was loaded yet", where="import-report", fix="run `store2erp run` first")
    return found


def _demand_one(chosen: Sequence[str], out: Path | None, what: str) -> None:
    if out and len(chosen) > 1:
        raise BadInputError(f"{len(chosen)} {what} do not go into one file", where="--out", fix="name one --store")


def _path(workspace: Workspace, name: str, form: str) -> Path:
    return workspace.home.reports / _FOLDER / f"{name}.{form}"


def _figures(workspace: Workspace, store: str, known: _Known, *, alone: bool = False) -> ImportFigures:
    """What is known of one store's loads; a report that is to stand `alone` has no link back to the main report."""
    name = workspace.store(store).name
    return ImportFigures(
        title=workspace.project.title,
        project=workspace.project.name,
        currency=workspace.project.currency,
        version=version("store2erp"),
        written_at=datetime.now().astimezone(),
        store=store,
        store_name=Text(en=name, zh=name) if isinstance(name, str) else Text(en=name.en, zh=name.zh),
        batches=known.batches[list(BATCH_COLUMNS)],
        outcomes=known.reasons,
        causes=_causes(known),
        row_ids=_row_ids(workspace, store),
        report="" if alone else f"../{workspace.report.name}",
    )


def _causes(known: _Known) -> pd.DataFrame:
    """Stopped loads, checks that did not pass and reasons of rejected rows, each with what to do."""
    rows: list[tuple[Any, ...]] = [
        (row["dataset"], "stopped", "unfinished", 1, _STOPPED.en, _STOPPED.zh, _RUN_AGAIN.en, _RUN_AGAIN.zh)
        for row in known.unfinished.to_dict("records")
    ]
    failed = known.checks[known.checks["verdict"] != "passed"]
    rows += [
        (row["dataset"], "check", f"{row['stage']}.{row['check_name']}", 1, row["told"], row["told"], "", "")
        for row in failed.to_dict("records")
    ]
    rejected = known.reasons[known.reasons["outcome"] == str(Outcome.REJECTED)]
    for (dataset, code), own in rejected.groupby(["dataset", "reason"]):
        reason = REASONS[str(code)]
        rows.append((dataset, "rejected", code, int(own["rows"].sum()), reason.en, reason.zh, reason.hint_en, reason.hint_zh))
    return pd.DataFrame(rows, columns=list(CAUSE_COLUMNS), dtype=object)


def _row_ids(workspace: Workspace, store: str) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Some ids of the rejected rows of every dataset, table and reason; none where the ledger is not as it was written."""
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for dataset in workspace.datasets(store):
        ledger = _ledger(workspace, dataset, store)
        if ledger is None:
            continue
        rejected = ledger.loc[ledger["outcome"] == str(Outcome.REJECTED), _KEY]
        for (table, reason), own in rejected.groupby(["table", "reason"], sort=False):
            found[dataset, str(table), str(reason)] = tuple(own["row_id"].head(ROW_IDS))
    return found


def _ledger(workspace: Workspace, dataset: str, store: str) -> pd.DataFrame | None:
    try:
        return read_columns(workspace.home.lake, ("loaded", dataset, store), OUTCOMES, ("outcome", *_KEY))
    except BadInputError:  # the run itself says so
        return None
