"""Edited files of rejected rows become corrections: compared cell by cell with the rows as they are now, then written as YAML.

Belongs here: what an edit means and which edits are refused. Does not belong here: file formats (`quarantine_file.py`), applying
corrections (`cleaned/corrections.py`). Messages name files, rows and columns, never what is in them.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import yaml

from migration_pipeline.orchestration.quarantine_file import HEADS, EditedRow, read_file
from migration_pipeline.orchestration.quarantine_rows import Place, RejectedRow, Sheet, rejected_sheets
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.corrections import FOLDER, Correction
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

_EXCLUDE = "exclude"
_YAML_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
"""Read as line breaks (or left out) unless written as escapes."""
_AGAIN = "export again, and repeat the edit there if it is still needed"


@dataclass(frozen=True)
class Signed:
    """Who makes the corrections, why (default: the reason code) and on which day."""

    who: str
    reason: str
    on: date


def import_edits(workspace: Workspace, path: Path, signed: Signed) -> list[Correction]:
    """One correction per edited row of a file; nothing is written yet.

    Raises:
        BadInputError: a row is not rejected any more, has changed since the export or cannot be edited; a column is not the row's.
    """
    edited = read_file(path)
    known = _known(workspace, edited, path)
    seen: set[tuple[Place, str]] = set()
    found = []
    for row in edited:
        at = _place_of(row), row.cells["[row]"]
        if at in seen:
            _refuse(path, row, f"row {at[1]} stands in the file twice", "leave one of them")
        seen.add(at)
        if (made := _correction(path, row, known, signed)) is not None:
            found.append(made)
    return found


def write_corrections(folder: Path, corrections: Sequence[Correction], on: date) -> Path:
    """Write a new file `corrections/quarantine-<day>-<n>.yaml` of a project, readable by the owner only, and return its path.

    Raises:
        InfrastructureError: it cannot be written.
    """
    entries = [entry.model_dump(mode="json", exclude_defaults=True) for entry in corrections]
    text = yaml.safe_dump({"corrections": entries}, allow_unicode=True, sort_keys=False, width=140)
    if _YAML_BREAKS.search(text):
        text = yaml.safe_dump({"corrections": entries}, sort_keys=False, width=140)
    place = folder / FOLDER
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        path = _next_free(place, on)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise InfrastructureError(
            f"the corrections cannot be written: {error.strerror}", where=str(place), fix="mend the folder"
        ) from error
    return path


def _next_free(folder: Path, on: date) -> Path:
    """Numbers have three digits, so that files apply in the order in which they were made."""
    numbers = (folder / f"quarantine-{on.isoformat()}-{n:03}.yaml" for n in range(1, 1000))
    return next(path for path in numbers if not path.exists())


def _place_of(row: EditedRow) -> Place:
    return row.cells["[store]"], row.cells["[dataset]"], row.cells["[table]"]


def _known(workspace: Workspace, edited: Iterable[EditedRow], path: Path) -> dict[Place, tuple[Sheet, dict[str, RejectedRow]]]:
    """The rejected rows of now, of the stores and datasets in the file."""
    wanted = {_place_of(row)[:2]: row for row in edited}
    sheets = []
    for (store, dataset), row in wanted.items():
        if store not in workspace.stores or dataset not in workspace.datasets(store):
            _refuse(path, row, "its store or dataset is not in the project", _AGAIN)
        sheets += rejected_sheets(workspace, [store], [dataset])
    return {sheet.place: (sheet, {row.row: row for row in sheet.rows}) for sheet in sheets}


def _correction(
    path: Path, edited: EditedRow, known: dict[Place, tuple[Sheet, dict[str, RejectedRow]]], signed: Signed
) -> Correction | None:
    """What one row of the file asks for; None if it was left as it is."""
    place, row_id = _place_of(edited), edited.cells["[row]"]
    sheet, rows = known.get(place, (None, {}))
    if sheet is None or row_id not in rows:
        _refuse(path, edited, f"row {row_id!r} is not rejected (any more)", _AGAIN)
    now, action = rows[row_id], edited.cells["[action]"].strip().lower()
    if now.check != edited.cells["[check]"] or now.excluded:
        _refuse(path, edited, f"row {row_id} has changed since the export: by its source, or by a correction", _AGAIN)
    changed = _changed(path, edited, sheet, now)
    if action not in {"", _EXCLUDE}:
        _refuse(path, edited, "[action] knows only 'exclude'", "empty the cell, or write exclude")
    if action and changed:
        _refuse(path, edited, f"row {row_id} is edited and excluded as well", "do one of the two")
    if (action or changed) and not now.editable:
        _refuse(path, edited, f"row {row_id} could not be split into cells", "mend the line in a copy of the source file")
    if not (action or changed):
        return None
    cells = {"set": changed, "expect": {column: now.cells[column] or None for column in changed}} if changed else {}
    about = {"store": place[0], "dataset": place[1], "table": place[2], "row": row_id, "action": action or "set"}
    why = {"reason": signed.reason or f"quarantine: {now.reason}", "who": signed.who, "on": signed.on.isoformat()}
    return Correction.model_validate({**about, **cells, **why})


def _changed(path: Path, edited: EditedRow, sheet: Sheet, now: RejectedRow) -> dict[str, str | None]:
    """Source column -> new text, of the cells that differ from what the row holds now."""
    given = {column: text for column, text in edited.cells.items() if column not in HEADS}
    if strange := [column for column, text in given.items() if text and column not in sheet.columns]:
        where = "is no source column of its table; only those can be edited"
        _refuse(path, edited, f"column {strange[0]!r} {where}", "empty the cell")
    if not now.editable:
        return {column: text for column, text in given.items() if text}
    return {column: text or None for column, text in given.items() if column in sheet.columns and text != now.cells[column]}


def _refuse(path: Path, row: EditedRow, what: str, fix: str) -> NoReturn:
    raise BadInputError(what, where=f"{path}: {row.place}", fix=f"{fix}; nothing was imported")
