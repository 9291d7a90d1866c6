"""Writing the cleaning reports: one per store x dataset, from the stages in the lake, into the home's `reports/cleaning/`.

Belongs here: collecting and writing. Does not belong here: arranging and masking (`reconciled/cleaning_report.py`), the page and the
workbook (`reconciled/cleaning_page.py`, `reconciled/cleaning_workbook.py`), printing (`cli/`).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import MEASURES, joined
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.cleaning_page import page
from migration_pipeline.reconciled.cleaning_report import WAITING, CleaningFigures, CleaningReport, arranged
from migration_pipeline.reconciled.cleaning_workbook import workbook
from migration_pipeline.reconciled.reconcile import conserved
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import current_folder, read_stage
from migration_pipeline.runtime.private_file import write_private

FORMS: MappingProxyType[str, Callable[[CleaningReport], bytes]] = MappingProxyType(
    {
        "html": lambda report: page(report).encode(),
        "xlsx": workbook,
        "json": lambda report: json.dumps(report.as_dict(), ensure_ascii=False, indent=2).encode(),
    }
)
_LEDGER = ["table", "row_id", "outcome", "reason", "stage", "detail", *MEASURES]
_FOLDER = "cleaning"
_LEAST_STAGES = 2
CHEAP_BYTES = 4_000_000
"""Stages of one store x dataset that are no larger than this take a second or so to report on; with larger ones a run would wait."""
_SAME = ["table", "row_id", "outcome", "reason"]


@dataclass(frozen=True)
class Written:
    """One report and the file it is in."""

    report: CleaningReport
    path: Path


def write_cleaning_reports(
    workspace: Workspace,
    stores: Sequence[str] | None = None,
    datasets: Sequence[str] | None = None,
    form: str = "html",
    out: Path | None = None,
) -> list[Written]:
    """Write the reports of all stores and datasets that were cleaned, or of those named; readable by the owner only.

    Args:
        workspace: the project.
        stores: ids; default all.
        datasets: names; default all.
        form: one of `FORMS`.
        out: the file of a single report; default `<home>/reports/cleaning/<store>-<dataset>.<form>`.

    Raises:
        BadInputError: an unknown store, dataset or form; nothing was cleaned; or `out` for more than one report.
        InfrastructureError: the reports cannot be written.
    """
    if form not in FORMS:
        raise BadInputError(f"there is no form {form!r}", where="--format", fix=f"forms are {', '.join(FORMS)}")
    chosen = _cleaned(workspace, stores, datasets)
    if out and len(chosen) > 1:
        raise BadInputError(f"{len(chosen)} reports do not go into one file", where="--out", fix="name one --store and one --dataset")
    written = []
    for store, dataset in chosen:
        report = arranged(figures_of(workspace, store, dataset, alone=out is not None))
        path = out or _path(workspace, store, dataset, form)
        write_private(path, FORMS[form](report))
        written.append(Written(report, path))
    return written


def current_cleaning_reports(workspace: Workspace) -> dict[tuple[str, str], str]:
    """Store and dataset -> link from the main report to its cleaning report, for those that tell of the lake as it is now.

    A report that is missing or older than its stages is written anew where that is cheap; a large one is left to `store2erp
    cleaning-report`.

    Raises:
        InfrastructureError: a report cannot be written.
    """
    places = [(store, dataset) for store in workspace.stores for dataset in workspace.datasets(store)]
    return {at: f"{_FOLDER}/{quote(_path(workspace, *at, 'html').name)}" for at in places if _made_current(workspace, *at)}


def _made_current(workspace: Workspace, store: str, dataset: str) -> bool:
    """Whether the HTML report of a store x dataset is there and up to date, if need be by writing it."""
    stages = [current_folder(workspace.home.lake, stage, dataset, store) for stage in ("raw", "cleaned", "loaded")]
    folders, path = [folder for folder in stages if folder is not None], _path(workspace, store, dataset, "html")
    if len(folders) < _LEAST_STAGES or None in stages[:_LEAST_STAGES]:
        return False
    if path.exists() and path.stat().st_mtime >= max(folder.stat().st_mtime for folder in folders):
        return True
    if sum(file.stat().st_size for folder in folders for file in folder.iterdir()) > CHEAP_BYTES:
        return False
    try:
        write_private(path, FORMS["html"](arranged(figures_of(workspace, store, dataset))))
    except BadInputError:  # read again since it was cleaned, or changed: the run itself says so
        return False
    return True


def _path(workspace: Workspace, store: str, dataset: str, form: str) -> Path:
    return workspace.home.reports / _FOLDER / f"{store}-{dataset}.{form}"


def figures_of(workspace: Workspace, store: str, dataset: str, *, alone: bool = False) -> CleaningFigures:
    """What the lake holds of one store x dataset; a report that is to stand `alone` has no link back to the main report.

    Raises:
        BadInputError: not cleaned yet, or read again since.
    """
    lake = workspace.home.lake
    raw, cleaned = read_stage(lake, "raw", dataset, store), read_stage(lake, "cleaned", dataset, store)
    if raw.extract_id != cleaned.extract_id:
        what = "the source was read again after it was cleaned"
        raise BadInputError(what, where=f"store {store}, {dataset}", fix=f"run store {store} again")
    ledger, name = _ledger(lake, store, dataset, cleaned), workspace.store(store).name
    return CleaningFigures(
        title=workspace.project.title,
        project=workspace.project.name,
        version=version("store2erp"),
        written_at=datetime.now().astimezone(),
        store=store,
        store_name=Text(en=name, zh=name) if isinstance(name, str) else Text(en=name.en, zh=name.zh),
        dataset=dataset,
        cleaned=cleaned,
        books=conserved(DATASETS[dataset], raw, ledger),
        ledger=ledger,
        report="" if alone else f"../{workspace.report.name}",
    )


def _cleaned(workspace: Workspace, stores: Sequence[str] | None, datasets: Sequence[str] | None) -> list[tuple[str, str]]:
    """Store and dataset of every report asked for, as far as it was cleaned."""
    if unknown := [name for name in datasets or () if name not in DATASETS]:
        raise BadInputError(f"there is no dataset {unknown[0]!r}", where="--dataset", fix=f"datasets are {', '.join(DATASETS)}")
    chosen = [
        (store, dataset)
        for store in ([workspace.store(s).id for s in stores] if stores else workspace.stores)
        for dataset in workspace.datasets(store)
        if not datasets or dataset in datasets
    ]
    found = [at for at in chosen if current_folder(workspace.home.lake, "cleaned", at[1], at[0])]
    if not found:
        raise BadInputError("nothing of this was cleaned yet", where="cleaning-report", fix="run `store2erp run` first")
    return found


def _ledger(lake: Path, store: str, dataset: str, cleaned: StageOutput) -> pd.DataFrame:
    """Outcomes of all rows: those of the load if it is of this cleaning, else cleaning's own with the rest `WAITING`."""
    if current_folder(lake, "loaded", dataset, store):
        loaded = read_stage(lake, "loaded", dataset, store)
        early = loaded.outcomes[loaded.outcomes["stage"].isin(("raw", "cleaned"))]
        if loaded.extract_id == cleaned.extract_id and _same_rows(early, cleaned.outcomes):
            return loaded.outcomes[_LEDGER]
    waiting = [
        pd.DataFrame({"table": name, "row_id": ids, "outcome": WAITING, "reason": "", "stage": "", "detail": ""})
        for name, frame in cleaned.tables.items()
        if len(ids := frame.loc[frame["_row_id"] != "", "_row_id"])
    ]
    return joined([cleaned.outcomes[_LEDGER], *waiting])


def _same_rows(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    first, second = (frame[_SAME].astype("str").sort_values(_SAME, ignore_index=True) for frame in (one, other))
    return first.equals(second)
