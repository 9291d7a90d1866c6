"""The crosswalk as CSV files: one per dataset for the ERP, one per store and dataset (old code -> new code) for the stores.

Belongs here: which files there are, what is in them, their manifest. Does not belong here: the form of CSV (`runtime/safe_csv.py`), the
crosswalk (`control/repository/crosswalk.py`). Codes only, and names of products: nothing of a person.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from migration_pipeline.contracts.codes import CODE_COLUMNS
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.private_file import write_private
from migration_pipeline.runtime.safe_csv import safe_csv

MANIFEST = "manifest.json"
_FOR_ERP = {"erp_code": "erp_key", "store": "store", "source_code": "source_key", "is_owner": "is_owner", "first_run": "first_run"}
_FOR_STORE = {"old_code": "source_key", "new_code": "erp_key"}


@dataclass(frozen=True)
class ExportedFile:
    """One file: `store` is empty for the ERP's."""

    file: str
    dataset: str
    store: str
    rows: int
    sha256: str


def export_crosswalk(
    workspace: Workspace, folder: Path, datasets: Sequence[str] | None = None, stores: Sequence[str] | None = None
) -> list[ExportedFile]:
    """Write the files of these datasets and stores (None: all that the crosswalk knows) and, last, their manifest.

    The same crosswalk gives the same bytes. Each dataset is as one moment saw it; nothing is written if there is nothing to write.

    Raises:
        BadInputError: an unknown dataset or store, a folder among the data, stores whose files would have one name.
    """
    _demand_usable(workspace, folder, datasets, stores)
    crosswalk = CrosswalkRepository(workspace.databases)
    made: list[ExportedFile] = []
    for dataset in datasets or CODE_COLUMNS:
        rows = crosswalk.rows(dataset, stores)
        if len(rows) and not made:
            _forget_manifest(folder)
        made += [_written(folder, *file) for file in _files(dataset, rows)]
    if made:
        about = {"project": workspace.project.name, "files": [asdict(file) for file in made]}
        write_private(folder / MANIFEST, f"{json.dumps(about, ensure_ascii=False, indent=2)}\n".encode())
    return made


def _files(dataset: str, rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Dataset, store (empty: all) and the table of each file."""
    if rows.empty:
        return
    rows = rows.assign(is_owner=rows["is_owner"].map({True: "true", False: "false"}), name=rows["name"].fillna(""))
    names = [store.casefold() for store in rows["store"].unique()]
    if len(set(names)) < len(names):
        what = "two stores differ only in case; their files would be one on some computers"
        raise BadInputError(what, where="crosswalk export", fix="export them one by one with --store and --out")
    yield dataset, "", _table(rows, _FOR_ERP)
    columns = {**_FOR_STORE, "name": "name"} if dataset == "products" else _FOR_STORE
    for store, own in rows.groupby("store"):
        yield dataset, str(store), _table(own.sort_values("source_key", kind="stable"), columns)


def _table(rows: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({head: rows[name] for head, name in columns.items()})


def _written(folder: Path, dataset: str, store: str, table: pd.DataFrame) -> ExportedFile:
    name = f"{store}-{dataset}.csv" if store else f"{dataset}.csv"
    content = safe_csv(list(table.columns), zip(*(table[column] for column in table), strict=True))
    write_private(folder / name, content)
    return ExportedFile(name, dataset, store, len(table), hashlib.sha256(content).hexdigest())


def _forget_manifest(folder: Path) -> None:
    """An export that stops on its way leaves no manifest that speaks of other files."""
    try:
        (folder / MANIFEST).unlink(missing_ok=True)
    except OSError as error:
        raise InfrastructureError(
            f"the folder cannot be written: {error.strerror}", where=str(folder), fix="name another folder"
        ) from error


def _demand_usable(workspace: Workspace, folder: Path, datasets: Sequence[str] | None, stores: Sequence[str] | None) -> None:
    for dataset in datasets or ():
        if dataset not in CODE_COLUMNS:
            fix = f"choose one of {', '.join(CODE_COLUMNS)}"
            raise BadInputError(f"{dataset!r} has no codes of its own in the ERP", where="--dataset", fix=fix)
    for store in stores or ():
        workspace.store(store)
    if folder.is_relative_to(workspace.loaded.data):
        raise BadInputError("the files would lie among the data", where=str(folder), fix="name another folder with --out")
