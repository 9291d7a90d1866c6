"""The archive as a whole: is every file that an extract read still there unchanged, and everything back into a folder.

Belongs here: which files, in which places, what was found. Does not belong here: one file (`raw/archive.py`), tables on the terminal
(`cli/`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from migration_pipeline.control.repository.runs import RunRepository
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.raw.archive import Archive, ArchivedFile, Entry, State
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import file_hash

OnBytes = Callable[[int], None]


@dataclass(frozen=True)
class Kept:
    """One file that an extract read; `path` is where it lay, relative to the data folder."""

    store: str
    dataset: str
    path: PurePosixPath
    file: ArchivedFile


@dataclass(frozen=True)
class Found:
    """What one place holds of one file; `repaired` if a good copy was put there just now."""

    kept: Kept
    place: str
    state: State
    repaired: bool = False

    @property
    def good(self) -> bool:
        """Whether the place holds a good copy now."""
        return self.repaired or self.state == "ok"


@dataclass(frozen=True)
class Restored:
    """One file given back: from which place, or None if no place holds a good copy; `was_there` if nothing had to be written."""

    kept: Kept
    target: Path
    place: str | None
    damaged: tuple[str, ...] = ()
    was_there: bool = False


def kept_files(workspace: Workspace, stores: Sequence[str] | None, datasets: Sequence[str] | None) -> list[Kept]:
    """Files of all extracts that were ever recorded, the newest extract first; a file several extracts read comes several times.

    Raises:
        BadInputError: there is none, so that nothing can be said of the archive.
    """
    wanted_stores, wanted_datasets = set(stores or ()), set(datasets or ())
    folders = {store.id: store.path for store in workspace.project.stores}
    files = [
        Kept(found.store, found.dataset, _path(entry, folders.get(found.store, ".")), ArchivedFile.of(entry))
        for found in RunRepository(workspace.databases).extracts()
        for entry in found.manifest
        if (not stores or found.store in wanted_stores) and (not datasets or found.dataset in wanted_datasets)
    ]
    if not files:
        raise BadInputError(
            "no extract of these stores and datasets is on record", where="archive", fix="`store2erp run` archives what it reads"
        )
    return files


def verify(archive: Archive, files: Sequence[Kept], on_bytes: OnBytes, *, deep: bool = False, repair: bool = False) -> list[Found]:
    """Read every stored file in every place and compare it with its hash.

    Args:
        archive: the places.
        files: what must be there.
        on_bytes: is told the size of each file that is done.
        deep: decrypt as well, which needs the key.
        repair: write a good copy where one is damaged or missing, if another place holds one.

    Raises:
        BadInputError: a place is open to others than its owner; `deep` without the right key.
        InfrastructureError: a place cannot be reached.
    """
    for place in archive.places.values():
        place.demand_fit()
    results = []
    for kept in {kept.file.stored: kept for kept in files}.values():
        found = [Found(kept, name, archive.state(place, kept.file, deep=deep)) for name, place in archive.places.items()]
        results += _repaired(archive, found) if repair else found
        on_bytes(kept.file.size)
    return results


def _repaired(archive: Archive, found: Sequence[Found]) -> list[Found]:
    good = next((f for f in found if f.state == "ok"), None)
    return [_replaced(archive, good, f) if good and f.state != "ok" else f for f in found]


def _replaced(archive: Archive, good: Found, bad: Found) -> Found:
    file = good.kept.file
    with archive.places[good.place].open(file.stored) as source:
        archive.places[bad.place].write(file.stored, source, file.stored_sha256)
    return replace(bad, repaired=True)


def restore(archive: Archive, files: Sequence[Kept], target: Path, on_bytes: OnBytes, *, only_from: str | None = None) -> list[Restored]:
    """Write the newest archived version of every file to its old place below `target`.

    Nothing is written if a different file lies in the way. A file that no place holds undamaged comes back with `place` None.

    Raises:
        BadInputError: an unknown place, a different file in the way, no key for encrypted files.
        InfrastructureError: a place cannot be reached, `target` cannot be written.
    """
    if only_from and only_from not in archive.places:
        raise BadInputError(
            f"there is no place {only_from!r}",
            where="--from",
            fix=f"there is {' and '.join(archive.places)}; a second one is named under archive: in migration.yaml",
        )
    newest: dict[PurePosixPath, Kept] = {}
    for kept in files:
        newest.setdefault(kept.path, kept)
    there = {path for path, kept in newest.items() if _is_there(target / path, kept)}
    results = []
    for path, kept in newest.items():
        places = (only_from,) if only_from else tuple(archive.places)
        results.append(
            Restored(kept, target / path, None, was_there=True) if path in there else _give_back(archive, places, kept, target / path)
        )
        on_bytes(kept.file.size)
    return results


def _is_there(target: Path, kept: Kept) -> bool:
    if not target.exists():
        return False
    if not target.is_file() or file_hash(target)[0] != kept.file.sha256:
        raise BadInputError("a different file is in the way; nothing was written", where=str(target), fix="restore into an empty folder")
    return True


def _give_back(archive: Archive, places: Sequence[str], kept: Kept, target: Path) -> Restored:
    damaged: tuple[str, ...] = ()
    for name in places:
        if archive.state(archive.places[name], kept.file) == "ok":
            archive.give_back(archive.places[name], kept.file, target)
            return Restored(kept, target, name, damaged)
        damaged += (name,)
    return Restored(kept, target, None, damaged)


def _path(entry: Entry, folder: str) -> PurePosixPath:
    """Where the file lay; what leads out of the data folder is turned inwards (`../x` becomes `__/x`)."""
    path = PurePosixPath(entry["path"]) if entry.get("path") else PurePosixPath(folder) / str(entry["name"])
    inner = path.relative_to(path.anchor) if path.is_absolute() else path
    return PurePosixPath(*("__" if part == ".." else part for part in inner.parts))


def in_figures(found: Sequence[Found]) -> dict[str, Mapping[str, int]]:
    """Per place: files, bytes (plain), and how many are ok, changed, missing and repaired."""
    places = dict.fromkeys(f.place for f in found)
    return {place: _figures([f for f in found if f.place == place]) for place in places}


def _figures(found: Sequence[Found]) -> dict[str, int]:
    states = {state: sum(f.state == state and not f.repaired for f in found) for state in ("ok", "changed", "missing")}
    return {"files": len(found), "bytes": sum(f.kept.file.size for f in found), **states, "repaired": sum(f.repaired for f in found)}
