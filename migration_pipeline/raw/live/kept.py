"""The live tables of one store as they were at one moment of a run, kept for the next run to build on.

Belongs here: which snapshot is the current one. Does not belong here: taking one (`snapshot.py`, `increment.py`).
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.live.snapshot import LiveTable, snapshot
from migration_pipeline.runtime.file_lock import locked

_CURRENT = "current.json"


@dataclass(frozen=True)
class LivePlaces:
    """Where one store's snapshots lie, and the run that asks; without a run every call takes a new one."""

    folder: Path
    run: str


def live_tables(names: frozenset[str], source: SourceSpec, store: StoreSpec, places: LivePlaces) -> Mapping[str, LiveTable]:
    """The live inputs `names` of a store, all read in one transaction; taken once per run, with the one before as a base for increments.

    Raises:
        BadInputError: a table or column is not there, or other rows came than the database counts.
        InfrastructureError: the database is not there.
    """
    folder = places.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(folder / ".lock", seconds=3600, held_by="another extract of this store"):
        run, kept = _current(folder)
        if places.run and run == places.run and names <= kept.keys():
            return kept
        fresh = folder / uuid4().hex[:12]
        before = {name: table.path for name, table in kept.items() if table.path.exists()}
        tables = snapshot({name: source.inputs[name] for name in sorted(names)}, store.connection, fresh, before)
        _make_current(folder, places.run, tables)
        for old in {table.path.parent for table in kept.values()} - {fresh}:
            shutil.rmtree(old, ignore_errors=True)
        return tables


def _current(folder: Path) -> tuple[str, dict[str, LiveTable]]:
    index = folder / _CURRENT
    if not index.exists():
        return "", {}
    about = json.loads(index.read_text(encoding="utf-8"))
    return about["run"], {name: _live_table(folder, table) for name, table in about["tables"].items()}


def _live_table(folder: Path, about: dict[str, Any]) -> LiveTable:
    return LiveTable(**{**about, "path": folder / about["path"], "notes": tuple(about["notes"])})


def _make_current(folder: Path, run: str, tables: Mapping[str, LiveTable]) -> None:
    about = {name: {**asdict(table), "path": table.path.relative_to(folder).as_posix()} for name, table in tables.items()}
    pending = folder / f"{_CURRENT}.{uuid4().hex[:8]}"
    pending.write_text(json.dumps({"run": run, "tables": about}, ensure_ascii=False), encoding="utf-8")
    pending.replace(folder / _CURRENT)
