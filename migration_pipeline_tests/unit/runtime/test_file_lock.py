"""Locks between processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.file_lock import is_locked, locked


def test_a_held_lock_is_not_given_twice_and_free_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    with locked(path):
        assert is_locked(path)
        with pytest.raises(InfrastructureError, match="another process"), locked(path, seconds=0.1):
            pass
    assert not is_locked(path)
    with locked(path, seconds=0):
        pass


def test_a_child_that_inherits_the_lock_holds_it_until_it_dies(tmp_path: Path) -> None:
    """This is how the server's own life is known to the kernel."""
    path = tmp_path / "lock"
    with locked(path) as descriptor:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(descriptor,))
    assert is_locked(path)
    os.kill(child.pid, 9)
    while child.poll() is None:
        pass
    assert not is_locked(path)
    child.communicate()
