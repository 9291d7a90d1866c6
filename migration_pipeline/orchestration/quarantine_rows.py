"""Rejected rows with their source cells, as a person edits them: one sheet per store x dataset x table.

Belongs here: what a row of such a file says, and the fingerprint by which it is recognised again. Does not belong here: file formats
(`quarantine_file.py`), reading edits back (`quarantine_import.py`), the list of rejected rows (`quarantine.py`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from migration_pipeline.cleaned.corrections import EXCLUDED_BY, corrected
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.quarantine import rejected_rows
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import read_stage

ABOUT = ("store", "dataset", "table", "row", "reason", "reason en", "reason zh", "hint en", "hint zh", "column", "check", "action")
"""What stands before the source columns, each in brackets: `[store]` ... `[action]`; only `action` is for a person to fill."""
NO_CELLS = "no cells: mend the file 无单元格：请修正文件"
_RAGGED = "ragged_row"
Place = tuple[str, str, str]


@dataclass(frozen=True)
class RejectedRow:
    """One rejected row: its cells as they are now (corrections applied; missing = ""), why it was rejected, which columns are at fault."""

    row: str
    reason: str
    faults: tuple[str, ...]
    cells: Mapping[str, str]
    excluded: bool = False

    @property
    def editable(self) -> bool:
        """A row that could not be split has no cells."""
        return self.reason != _RAGGED

    @property
    def check(self) -> str:
        """Changes whenever a cell of the row changes, in the source or by a correction."""
        now = json.dumps([self.row, sorted(self.cells.items()), self.excluded], ensure_ascii=False)
        return hashlib.sha256(now.encode()).hexdigest()[:16]

    def about(self, place: Place) -> dict[str, str]:
        """The cells under `ABOUT`."""
        reason = REASONS[self.reason]
        words = (reason.code, reason.en, reason.zh, reason.hint_en, reason.hint_zh)
        column = ", ".join(self.faults) if self.editable else NO_CELLS
        return dict(zip(ABOUT, (*place, self.row, *words, column, self.check, ""), strict=True))


@dataclass(frozen=True)
class Sheet:
    """The rejected rows of one store x dataset x table, and the table's source columns."""

    place: Place
    columns: tuple[str, ...]
    rows: tuple[RejectedRow, ...]


def rejected_sheets(workspace: Workspace, stores: Sequence[str] | None = None, datasets: Sequence[str] | None = None) -> list[Sheet]:
    """The rejected rows of the newest load, by store, dataset and table.

    Raises:
        BadInputError: an unknown store; the source was read again after the load; a correction does not fit the rows.
    """
    rejected = rejected_rows(workspace, stores, datasets)
    grouped = rejected.groupby(["store", "dataset"], sort=False)
    return [sheet for (store, dataset), own in grouped for sheet in _sheets(workspace, str(store), str(dataset), own)]


def _sheets(workspace: Workspace, store: str, dataset: str, rejected: pd.DataFrame) -> list[Sheet]:
    raw = read_stage(workspace.home.lake, "raw", dataset, store)
    if read_stage(workspace.home.lake, "loaded", dataset, store).extract_id != raw.extract_id:
        fix = f"store2erp run --store {store} --dataset {dataset}"
        raise BadInputError("the source was read again after the last load", where=f"store {store}, {dataset}", fix=f"run first: {fix}")
    now = corrected(raw, workspace.corrections(store, dataset)).tables
    return [_sheet((store, dataset, str(name)), raw, now[str(name)], own) for name, own in rejected.groupby("table", sort=False)]


def _sheet(place: Place, raw: StageOutput, now: pd.DataFrame, rejected: pd.DataFrame) -> Sheet:
    columns = tuple(str(c) for c in now.columns if c not in {"_row_id", EXCLUDED_BY})
    rows = now[now["_row_id"].isin(rejected["row_id"])].drop_duplicates("_row_id").set_index("_row_id")
    excluded = set(rows.index[rows[EXCLUDED_BY].notna()]) if EXCLUDED_BY in rows else set()
    cells = {row: {c: v for c, v in values.items() if c in columns} for row, values in rows.fillna("").to_dict("index").items()}
    sources = _sources(raw, place[2])
    found = [
        RejectedRow(row, reason, sources.get(detail, ()), cells.get(row, {}), row in excluded)
        for row, reason, detail in zip(rejected["row_id"], rejected["reason"], rejected["detail"], strict=True)
    ]
    return Sheet(place, columns, tuple(found))


def _sources(raw: StageOutput, table: str) -> dict[str, tuple[str, ...]]:
    """Canonical column -> the source columns it is read from."""
    known = raw.facts.get("columns", {})
    columns = known.get(table, {}) if isinstance(known, dict) else {}
    return {name: (source,) if isinstance(source, str) else tuple(source) for name, source in columns.items()}
