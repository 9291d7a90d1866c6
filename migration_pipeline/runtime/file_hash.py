"""SHA-256 of files, counted again only where a file can have changed.

Belongs here: hashing. Does not belong here: what a wrong hash means (`raw/archive.py`, `lake.py`).
"""

import hashlib
import time
from functools import lru_cache
from pathlib import Path
from typing import Protocol

CHUNK = 1 << 20
_SETTLED = 2_000_000_000
"""Nanoseconds; file systems stamp changes in steps of up to two seconds."""


class Source(Protocol):
    """Something to read bytes from."""

    def read(self, size: int = -1, /) -> bytes: ...  # noqa: D102


class Sink(Protocol):
    """Something to write bytes to."""

    def write(self, data: bytes, /) -> int: ...  # noqa: D102
    def flush(self) -> None: ...  # noqa: D102


class HashedSource:
    """Bytes of another source, hashed as they pass."""

    def __init__(self, source: Source) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Some bytes; empty at the end."""
        data = self._source.read(size)
        self._digest.update(data)
        return data

    @property
    def sha256(self) -> str:
        """Of all that was read so far, as hex digits."""
        return self._digest.hexdigest()


class HashedSink:
    """Bytes that are hashed and thrown away."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        """Hash some bytes."""
        self._digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def sha256(self) -> str:
        """Of all that was written so far, as hex digits."""
        return self._digest.hexdigest()


def file_hash(path: Path) -> tuple[str, int]:
    """SHA-256 (hex digits) and size in bytes of a file, read in chunks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


def known_hash(path: Path) -> tuple[str, int]:
    """As `file_hash`, but a file this process has read before is not read again unless something about it changed.

    Size, modification time, change time and inode stand for the content. The change time is set by the kernel at every write and cannot
    be set back as the modification time can. A file changed in the last two seconds is always read: a clock can be that coarse.
    """
    about = path.stat()
    if time.time_ns() - about.st_ctime_ns < _SETTLED:
        return file_hash(path)
    return _hash_of(path, about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)


@lru_cache(maxsize=100_000)
def _hash_of(path: Path, *_about: int) -> tuple[str, int]:
    return file_hash(path)
