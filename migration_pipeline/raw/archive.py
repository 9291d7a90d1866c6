"""The archive: every source file as it was, stored once under the hash of its content.

Belongs here: storing and verifying. Does not belong here: which files a run reads (`inputs.py`), the manifest (`extract.py`).
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

CHUNK = 1 << 20


@dataclass(frozen=True)
class ArchivedFile:
    """One file in the archive.

    Attributes:
        sha256: of the content, as hex digits; size in bytes.
        name: what the file was called at its source.
        stored: where it lies in the archive.
    """

    sha256: str
    size: int
    name: str
    stored: Path


def store_file(archive_root: Path, path: Path) -> ArchivedFile:
    """Copy a file unchanged into the archive, unless its content is there already. Folders are 0700, files 0400.

    Raises:
        BadInputError: the file is missing, changes while it is read, or the archive holds a damaged copy.
        InfrastructureError: the archive cannot be written.
    """
    try:
        digest, size = file_hash(path)
    except OSError as error:
        raise BadInputError(
            f"the file cannot be read ({error.strerror})", where=str(path), fix="check that it is there and readable"
        ) from error
    archived = ArchivedFile(digest, size, path.name, archive_root / digest[:2] / digest)
    try:
        if archived.stored.exists():
            _check_size(archived)
        else:
            _copy(archive_root, path, archived)
    except OSError as error:
        raise InfrastructureError(
            f"the archive cannot be written ({error.strerror})", where=str(archive_root), fix="check the disk and the permissions"
        ) from error
    return archived


def verify(archived: ArchivedFile) -> None:
    """Compare the archived bytes with their hash.

    Raises:
        BadInputError: the stored file is gone or any byte of it changed.
    """
    if not archived.stored.is_file():
        raise BadInputError(
            f"the archived copy of {archived.name} is gone", where=str(archived.stored), fix="restore the archive from a backup"
        )
    if file_hash(archived.stored) != (archived.sha256, archived.size):
        raise _changed(archived)


def file_hash(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size of a file, read in chunks."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _copy(root: Path, path: Path, archived: ArchivedFile) -> None:
    """Write beside the place, hash what was written, then rename: another process sees all of the file or nothing."""
    for folder in (root, archived.stored.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=root, prefix=".incoming-")
    incoming, digest = Path(name), hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as sink:
            for chunk in _chunks(path):
                digest.update(chunk)
                sink.write(chunk)
            sink.flush()
            os.fsync(sink.fileno())
        if digest.hexdigest() != archived.sha256:
            raise BadInputError(
                "the file changes while it is read", where=str(path), fix="run again when the store system has finished writing it"
            )
        incoming.chmod(0o400)
        incoming.replace(archived.stored)
    finally:
        incoming.unlink(missing_ok=True)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _check_size(archived: ArchivedFile) -> None:
    if archived.stored.stat().st_size != archived.size:
        raise _changed(archived)


def _changed(archived: ArchivedFile) -> BadInputError:
    return BadInputError(
        f"the archived copy of {archived.name} has changed", where=str(archived.stored), fix="restore the archive from a backup"
    )
