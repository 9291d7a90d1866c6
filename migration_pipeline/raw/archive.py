"""The archive: every source file as it was, stored once under the hash of its content, in one place or two, encrypted if wished.

Belongs here: storing, verifying, getting back one file. Does not belong here: disks and buckets (`archive_places.py`), encryption
(`runtime/sealed.py`), which files a run reads (`inputs.py`), the manifest (`extract.py`), a whole restore (`orchestration/archive.py`).

A file lies under `ab/<sha256>`; encrypted under `ab/<sha256>.<sha256 of the encrypted bytes>.age`, so that each name proves its file.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from migration_pipeline.project.models import ArchiveSpec
from migration_pipeline.raw.archive_places import BUCKET, Folder, Place, content_hash, incoming, place_at, reachable, written_hash
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import CHUNK, HashedSink, HashedSource, Sink, known_hash
from migration_pipeline.runtime.sealed import IDENTITY_VARIABLE, SUFFIX, is_sealed, seal, unseal

Entry = Mapping[str, Any]
"""One file in a manifest: name, sha256, size, stored (its key, or a path ending in it), stored_sha256 (of the bytes there, if sealed)."""
State = Literal["ok", "changed", "missing"]
FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class ArchivedFile:
    """One file in the archive.

    Attributes:
        sha256: of the plain content, as hex digits; size in bytes.
        name: what the file was called at its source.
        stored: its key: where it lies below any root.
        stored_sha256: of the bytes that lie there; differs from `sha256` if they are encrypted.
    """

    sha256: str
    size: int
    name: str
    stored: str
    stored_sha256: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """What a manifest says of a file, wherever the archive lay when it was written."""
        stored = "/".join(Path(entry["stored"]).parts[-2:])
        return cls(entry["sha256"], int(entry["size"]), entry["name"], stored, entry.get("stored_sha256") or entry["sha256"])

    @property
    def sealed(self) -> bool:
        """Whether the stored bytes are encrypted."""
        return is_sealed(Path(self.stored))

    def entry(self) -> dict[str, object]:
        """What a manifest holds of it."""
        plain = {"name": self.name, "sha256": self.sha256, "size": self.size, "stored": self.stored}
        return {**plain, "stored_sha256": self.stored_sha256} if self.sealed else plain


@dataclass(frozen=True)
class Archive:
    """Where files are kept and how.

    Attributes:
        root: the first place, a folder.
        second: another place that gets every file as well: a folder, or `s3://bucket/prefix`.
        recipients: age public keys; if there are any, files are encrypted for them.
        identity: the environment variable that names the private key's file.
        shared: several machines archive, each in a first place of its own; what is absent there comes from the second place.
    """

    root: Path
    second: str | None = None
    recipients: tuple[str, ...] = ()
    identity: str = IDENTITY_VARIABLE
    shared: bool = False

    @classmethod
    def of(cls, root: Path, spec: ArchiveSpec, project_folder: Path) -> Self:
        """The archive a project file describes; a relative second folder lies below the project's folder.

        Raises:
            BadInputError: the second place is the first.
        """
        if not spec.second or spec.second.startswith(BUCKET):
            return cls(root, spec.second, spec.recipients, spec.identity)
        second = (project_folder / Path(spec.second).expanduser()).resolve()
        if second == root.resolve():
            raise BadInputError("the second place is the first", where="archive: second", fix="name a folder on another disk, or a bucket")
        return cls(root, str(second), spec.recipients, spec.identity)

    @cached_property
    def places(self) -> dict[str, Place]:
        """The places by `first` and `second`."""
        return {FIRST: Folder(self.root)} | ({SECOND: place_at(self.second)} if self.second else {})

    def store(self, path: Path, *, read_as: str | None = None) -> ArchivedFile:
        """Keep a file unchanged in all places, unless its content is there already.

        Args:
            path: the file.
            read_as: SHA-256 of what its rows were read from; it must still be the same.

        Raises:
            BadInputError: the file is missing or changes while it is read; a place is open to others; a copy there is damaged.
            InfrastructureError: a place cannot be reached or written.
        """
        with reachable(self.root):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in self.places.values():
            place.demand_fit()
        with _readable(path):
            sha256, size = known_hash(path)
        if sha256 != (read_as or sha256):
            raise _changes(path)
        with reachable(self.root):
            stored = self._there(sha256) or self._add(path, sha256)
        kept = ArchivedFile(sha256, size, path.name, stored, _named_hash(stored))
        self._verify(kept, str(path))
        if SECOND in self.places:
            self._copy(kept, self.places[SECOND])
        return kept

    def verify(self, entries: Iterable[Entry], where: str) -> None:
        """Compare the first place's bytes of a manifest with their hashes; no key is needed.

        Files this process has verified before are read again only if something about them changed (see `known_hash`).

        Args:
            entries: files of a manifest.
            where: store and dataset they belong to, for the message.

        Raises:
            BadInputError: a stored file is gone, or any byte of it changed; it names the file.
        """
        for entry in entries:
            self._verify(ArchivedFile.of(entry), where)

    def _verify(self, file: ArchivedFile, where: str) -> None:
        path = self.root / file.stored
        if self.shared and not path.is_file() and SECOND in self.places and self.places[SECOND].size(file.stored) is not None:
            with self.places[SECOND].open(file.stored) as source:
                self.places[FIRST].write(file.stored, source, file.stored_sha256)
        if not path.is_file():
            raise damaged(file, "missing", f"{where}, {path}")
        with reachable(path):
            found, _ = known_hash(path)
        if found != file.stored_sha256:
            raise damaged(file, "changed", f"{where}, {path}")

    def state(self, place: Place, file: ArchivedFile, *, deep: bool = False) -> State:
        """Read a stored file again; `deep` decrypts it as well, which needs the key.

        Raises:
            BadInputError: no key or another key.
        """
        if place.size(file.stored) is None:
            return "missing"
        with place.open(file.stored) as stored, reachable(file.stored):
            if content_hash(stored) != file.stored_sha256:
                return "changed"
        return "ok" if not deep or self._plain_hash(place, file) == file.sha256 else "changed"

    def give_back(self, place: Place, file: ArchivedFile, target: Path) -> None:
        """Write a file's original bytes to `target`, whole or not at all, readable by its owner only.

        Raises:
            BadInputError: it is not what it was, or cannot be decrypted.
            InfrastructureError: `target` cannot be written.
        """
        with reachable(target.parent):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with incoming(target.parent) as sink:
                self._unpack(place, file, sink)
                if written_hash(sink) != file.sha256:
                    raise damaged(file, "changed", str(target))
                Path(sink.name).replace(target)

    def _plain_hash(self, place: Place, file: ArchivedFile) -> str:
        sink = HashedSink()
        with reachable(file.stored):
            self._unpack(place, file, sink)
        return sink.sha256

    def _unpack(self, place: Place, file: ArchivedFile, sink: Sink) -> None:
        with place.open(file.stored) as stored:
            if file.sealed:
                unseal(stored, sink, self.identity, where=file.stored)
            else:
                shutil.copyfileobj(stored, sink, CHUNK)

    def _there(self, sha256: str) -> str | None:
        name = f"{sha256}.*{SUFFIX}" if self.recipients else sha256
        found = sorted(path.name for path in (self.root / sha256[:2]).glob(name))
        return f"{sha256[:2]}/{found[0]}" if found else None

    def _add(self, path: Path, sha256: str) -> str:
        """Write beside the place, hash what was read, then rename: another process sees all of the file or nothing."""
        with incoming(self.root) as sink:
            with _readable(path):
                file = path.open("rb")
            with file:
                source = HashedSource(file)
                if self.recipients:
                    seal(source, sink, self.recipients)
                else:
                    shutil.copyfileobj(source, sink, CHUNK)
            stored_sha256 = written_hash(sink)
            if source.sha256 != sha256 or not (self.recipients or stored_sha256 == sha256):
                raise _changes(path)
            stored = f"{sha256[:2]}/{sha256}" + (f".{stored_sha256}{SUFFIX}" if self.recipients else "")
            Folder(self.root).keep(sink, stored)
        return stored

    def _copy(self, file: ArchivedFile, place: Place) -> None:
        size = place.size(file.stored)
        if size is None:
            with self.places[FIRST].open(file.stored) as source:
                place.write(file.stored, source, file.stored_sha256)
        elif size != self.places[FIRST].size(file.stored):
            raise damaged(file, "changed", f"second place, {file.stored}")


def damaged(file: ArchivedFile, state: State, where: str) -> BadInputError:
    """What to say of a copy that is not what it was."""
    return BadInputError(
        f"the archived copy of {file.name} {'is gone' if state == 'missing' else 'has changed'}",
        where=where,
        fix="`store2erp archive verify --repair` takes it from the other place; without one, move it away and run again from the source",
    )


def _changes(path: Path) -> BadInputError:
    fix = "run again when the store system has finished writing it"
    return BadInputError("the file changes while it is read", where=str(path), fix=fix)


def _named_hash(stored: str) -> str:
    """The hash of the stored bytes, which their name promises."""
    path = Path(stored)
    return path.stem.split(".")[1] if is_sealed(path) else path.name


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInputError(
            f"the file cannot be read ({error.strerror})", where=str(path), fix="check that it is there and readable"
        ) from error
