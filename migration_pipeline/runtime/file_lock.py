"""Locks between processes: held by an open file, released by the kernel when its last holder ends, however it ends.

Belongs here: flock with a time limit. Does not belong here: what the locks protect.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migration_pipeline.runtime.errors import InfrastructureError


@contextmanager
def locked(path: Path, *, seconds: float = 120, held_by: str = "another process") -> Iterator[int]:
    """Hold the exclusive lock on `path` (created if absent); yields its file descriptor, to be inherited by a child if wanted.

    Raises:
        InfrastructureError: not free within `seconds`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _acquire(descriptor, path, seconds, held_by)
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """True if some process holds the lock on `path` now."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        return not _try(descriptor)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, seconds: float, held_by: str) -> None:
    deadline = time.monotonic() + seconds
    while not _try(descriptor):
        if time.monotonic() > deadline:
            raise InfrastructureError(f"held by {held_by} for more than {seconds:.0f} s", where=str(path), fix="wait for it, or end it")
        time.sleep(0.05)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
