"""Two runs beside each other: which rows ended otherwise or have other values, and what was changed in between.

Belongs here: finding the runs, their histories and versions. Does not belong here: comparing rows (`reconciled/row_history.py`), saying why
(`attribution.py`), printing (`cli/`). A run stands for all stores as they were when it ended: a store that it did not touch is as its last
run before left it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.control.models import RunVersion
from migration_pipeline.control.repository.versions import Ended, VersionRepository
from migration_pipeline.orchestration.attribution import RowChange, because
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.versions import KeyChange, differing
from migration_pipeline.reconciled.row_history import ChangedRows, changed_rows, history_file
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import fetched

_SHOWN = 5
Pair = tuple[str, str]


@dataclass(frozen=True)
class ChosenRun:
    """A run as a person named it: a command (with one run per store) or one store's run."""

    name: str
    ended_at: datetime
    pairs: frozenset[Pair]


@dataclass(frozen=True)
class VersionChange:
    """What one store x dataset was made of differently; `files` are where a person says so."""

    store: str
    dataset: str
    kind: str
    old: str
    new: str
    files: tuple[str, ...]
    keys: tuple[KeyChange, ...]


@dataclass(frozen=True)
class Difference:
    """Two runs beside each other.

    Attributes:
        compared: how many stores x datasets were compared; `same_run` of them neither run touched, or only one result is there.
        notes: what could not be compared, and why.
    """

    old: ChosenRun
    new: ChosenRun
    compared: int
    same_run: int
    rows: tuple[RowChange, ...]
    versions: tuple[VersionChange, ...]
    notes: tuple[str, ...]


def diff(workspace: Workspace, old: str, new: str, store: str | None = None, dataset: str | None = None) -> Difference:
    """Compare two runs.

    Args:
        workspace: the opened project.
        old: id of a run, a unique beginning of one, `last` or `last~1` (the one before the last) and so on.
        new: the same of the other run.
        store: only this store.
        dataset: only this dataset.

    Raises:
        BadInputError: no such run, store or dataset.
    """
    if store is not None:
        workspace.store(store)
    if dataset is not None and dataset not in DATASETS:
        raise BadInputError(f"there is no dataset {dataset!r}", where="--dataset", fix=f"datasets are {', '.join(DATASETS)}")
    repository = VersionRepository(workspace.databases)
    ends = repository.ends()
    left, right = chosen(ends, old), chosen(ends, new)
    before, after = repository.as_of(left.ended_at), repository.as_of(right.ended_at)
    wanted = [pair for pair in sorted(left.pairs | right.pairs) if store in {None, pair[0]} and dataset in {None, pair[1]}]
    both = [pair for pair in wanted if pair in before and pair in after]
    moved = [pair for pair in both if before[pair].run_id != after[pair].run_id]
    notes = [
        f"{one} {name}: {'only in the first' if (one, name) in before else 'new in the second'} run"
        for one, name in wanted
        if (one, name) not in both
    ]
    versions = _versions(repository, [(before[pair], after[pair]) for pair in moved])
    rows: list[RowChange] = []
    for pair in moved:
        keys = [key for change in versions if (change.store, change.dataset) == pair for key in change.keys]
        found, told = _rows(workspace, before[pair], after[pair])
        rows.extend(_named(pair, one, keys) for one in found)
        notes.extend(told)
    return Difference(left, right, len(moved), len(both) - len(moved), tuple(rows), tuple(versions), tuple(notes))


def chosen(ends: Sequence[Ended], name: str) -> ChosenRun:
    """The run that a person means; raises BadInputError if there is none, or more than one."""
    migrations = list(dict.fromkeys(end.migration for end in ends))
    if back := re.fullmatch(r"last(?:~([0-9]+))?", name):
        place = int(back[1] or 0)
        if place >= len(migrations):
            raise BadInputError(f"there are {len(migrations)} runs", where=name, fix="name one of them; `store2erp checks` shows their ids")
        return _run(migrations[place], [end for end in ends if end.migration == migrations[place]])
    found = {one: "migration" for one in migrations if one.startswith(name)}
    found.update({end.run_id: "run_id" for end in ends if end.run_id.startswith(name) and end.run_id not in found})
    if not name or not found:
        shown = ", ".join(one[:8] for one in migrations[:_SHOWN]) or "none"
        raise BadInputError(f"no run that was reconciled begins with {name!r}", where="diff", fix=f"the last ones are {shown}")
    if len(found) > 1:
        raise BadInputError(f"{len(found)} runs begin with {name!r}", where="diff", fix="write more of the id")
    ((run, column),) = found.items()
    return _run(run, [end for end in ends if getattr(end, column) == run])


def _run(name: str, ends: Sequence[Ended]) -> ChosenRun:
    return ChosenRun(name, max(end.reconciled_at for end in ends), frozenset((end.store, end.dataset) for end in ends))


def _versions(repository: VersionRepository, moved: Sequence[tuple[RunVersion, RunVersion]]) -> list[VersionChange]:
    changed = [(old, new, kind) for old, new in moved for kind in new.versions if _sha(old, kind) != _sha(new, kind)]
    said = repository.contents((kind, _sha(one, kind)) for old, new, kind in changed for one in (old, new))
    return [_version(old, new, kind, said) for old, new, kind in changed]


def _version(old: RunVersion, new: RunVersion, kind: str, said: Mapping[tuple[str, str], Mapping[str, object]]) -> VersionChange:
    before, after = _sha(old, kind), _sha(new, kind)
    keys = differing(kind, said.get((kind, before), {}), said.get((kind, after), {}))
    files = dict.fromkeys([*old.versions.get(kind, {}).get("files", ()), *new.versions[kind]["files"]])
    return VersionChange(new.store, new.dataset, kind, before, after, tuple(files), tuple(keys))


def _sha(record: RunVersion, kind: str) -> str:
    return str(record.versions.get(kind, {}).get("sha256", ""))


def _rows(workspace: Workspace, old: RunVersion, new: RunVersion) -> tuple[list[ChangedRows], list[str]]:
    lake = workspace.home.lake
    files = [fetched(lake, history_file(lake, one.run_id, one.dataset, one.store)) for one in (old, new)]
    here = f"{new.store} {new.dataset}"
    if absent := [path for path in files if not path.is_file()]:
        return [], [f"{here}: the history is gone ({absent[0].relative_to(workspace.home.root)})"]
    found, comparable = changed_rows(*files)
    notes = [] if comparable else [f"{here}: values were hashed by different versions of DuckDB and are not compared"]
    return found, notes


def _named(pair: Pair, rows: ChangedRows, keys: Sequence[KeyChange]) -> RowChange:
    change = RowChange(*pair, rows)
    return replace(change, because=because(change, keys))
