"""Fixtures of source presets: folders with a small export in a store system's true layout, and what must come of it.

Belongs here: finding and building fixtures, migrating one, its figures. Does not belong here: assertions (`test_presets.py`), the
layouts themselves (`presets/`, explained in `test_presets.py`).
"""

import csv
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import dagster as dg
import openpyxl
import pandas as pd
import pytest
import yaml

from migration_pipeline.orchestration import workspace as workspace_module
from migration_pipeline.orchestration.run import StoreRun, register_stores, run_store
from migration_pipeline.orchestration.summary import OUTCOMES, Summary, summarise
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.raw.claimed import demand_all_claimed, demand_all_stores
from migration_pipeline.runtime.databases import Databases

FOLDER = Path(__file__).parent / "presets"
EXPECTED = "expected.yaml"
_NUMERIC = "=n:"
_DEFAULT_SHEET = "Sheet1"
_WORKBOOK_ENDINGS = (".xlsx.csv", ".xls.csv")
_SQLITE_ENDING = ".db.sql"
_ENCODINGS = ("gb18030", "big5", "utf-16")


@dataclass(frozen=True)
class Migrated:
    """How the migration of one fixture ended; `runs` are one per store, in the order they ran."""

    runs: tuple[StoreRun, ...]
    summary: Summary

    @property
    def figures(self) -> dict[str, dict[str, int | Decimal]]:
        """Dataset -> source_rows (what was read), the four outcomes, money_in and money_out, all stores together."""
        board = self.summary.board.drop(columns=["store"])
        return {str(name): self._sums(part) for name, part in board.groupby("dataset")}

    @staticmethod
    def _sums(part: pd.DataFrame) -> dict[str, int | Decimal]:
        counts: dict[str, int | Decimal] = {name: int(part[name].sum()) for name in ("source_rows", *OUTCOMES)}
        return counts | {name: sum(part[name], Decimal("0.00")) for name in ("money_in", "money_out")}

    @property
    def reasons(self) -> dict[str, dict[str, dict[str, int]]]:
        """Dataset -> table -> reason code -> rows."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for row in self.summary.reasons.itertuples():
            tables = found.setdefault(str(row.dataset), {})
            codes = tables.setdefault(str(row.table_name), {})
            codes[str(row.reason)] = codes.get(str(row.reason), 0) + int(str(row.rows))
        return found


def fixture_names() -> list[str]:
    """Presets that have a fixture."""
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{EXPECTED}"))


def kind_of(preset: str) -> str:
    """What its data is: `sql`, `db`, `xlsx`, `xls`, `xml`, or `csv` where there is nothing else."""
    names = [path.name.removesuffix(".csv") for path in (FOLDER / preset / "data").rglob("*") if path.is_file()]
    endings = {"db" if name.endswith(_SQLITE_ENDING) else name.rpartition(".")[2] for name in names}
    return next((kind for kind in ("sql", "db", "xlsx", "xls", "xml") if kind in endings), "csv")


def waits_for(preset: str) -> str | None:
    """What store2erp cannot do yet and this fixture needs."""
    return expected_of(preset).get("waits_for")


def expected_of(preset: str) -> dict[str, Any]:
    """The hand-made figures of one fixture."""
    return dict(yaml.safe_load((FOLDER / preset / EXPECTED).read_text(encoding="utf-8")))


def build(preset: str, folder: Path) -> Path:
    """Copy a fixture to `folder`/project and make its binary files; returns the project's folder.

    The folder is the same for every preset: what Dagster puts together for one path serves all of them.
    """
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(FOLDER / preset, project, ignore=shutil.ignore_patterns(EXPECTED))
    for encoding in _ENCODINGS:
        for path in sorted(project.rglob(f"*.{encoding}.csv")):
            path.with_name(path.name.replace(f".{encoding}.", ".")).write_text(path.read_text(encoding="utf-8"), encoding=encoding)
            path.unlink()
    for name, sheets in _workbooks(project).items():
        _write_workbook(project / name, sheets)
    for script in sorted(project.rglob(f"*{_SQLITE_ENDING}")):
        with closing(sqlite3.connect(script.with_suffix(""))) as connection:
            connection.executescript(script.read_text(encoding="utf-8"))
        script.unlink()
    return project


def migrate_fixture(preset: str, folder: Path, databases: Databases) -> Migrated:
    """Take every store of a fixture through all stages; `databases` are empty ones of the caller's own."""
    project = build(preset, folder)
    with _opened(project, databases) as workspace, dg.DagsterInstance.ephemeral() as instance:
        known = list(workspace.stores.values())
        demand_all_claimed(workspace.project, known, workspace.loaded.data)
        demand_all_stores(workspace.project, known, workspace.loaded.data, workspace.places.cache)
        register_stores(instance, workspace)
        runs = tuple(run_store(workspace, instance, store) for store in workspace.stores)
        return Migrated(runs, summarise(workspace, runs))


@contextmanager
def _opened(project: Path, databases: Databases) -> Iterator[Workspace]:
    open_workspace.cache_clear()
    with mock.patch.object(workspace_module, "open_databases", return_value=databases):
        yield open_workspace(project.resolve(), None)
    open_workspace.cache_clear()


def _workbooks(project: Path) -> dict[Path, dict[str, Path]]:
    """Workbook (relative path) -> sheet -> the csv file it is made of, sheets in the order of their file names."""
    found: dict[Path, dict[str, Path]] = {}
    for path in sorted(path for path in project.rglob("*.csv") if path.name.endswith(_WORKBOOK_ENDINGS)):
        stem, _, ending = path.name.removesuffix(".csv").rpartition(".")
        book, _, sheet = stem.partition("@")
        found.setdefault(path.relative_to(project).with_name(f"{book}.{ending}"), {})[sheet or _DEFAULT_SHEET] = path
    return found


def _write_workbook(target: Path, sheets: Mapping[str, Path]) -> None:
    rows = {sheet: _cells(path) for sheet, path in sheets.items()}
    (_write_xlsx if target.suffix == ".xlsx" else _write_xls)(target, rows)
    for path in sheets.values():
        path.unlink()


def _cells(path: Path) -> list[list[str | float | None]]:
    """Cells of one sheet: text, numbers where the text begins with `=n:`, nothing where it is empty."""
    with path.open(encoding="utf-8", newline="") as file:
        return [[_cell(text) for text in row] for row in csv.reader(file)]


def _cell(text: str) -> str | float | None:
    return float(text.removeprefix(_NUMERIC)) if text.startswith(_NUMERIC) else text or None


def _write_xlsx(target: Path, sheets: Mapping[str, Sequence[Sequence[str | float | None]]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(target)


def _write_xls(target: Path, sheets: Mapping[str, Sequence[Sequence[str | float | None]]]) -> None:
    book = pytest.importorskip("xlwt").Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
    book.save(str(target))
