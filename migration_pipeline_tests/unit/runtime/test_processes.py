"""A process that was started earlier is told from another one that has its number now."""

import os
import subprocess
import sys

from migration_pipeline.runtime.processes import birth, same_process


def test_a_process_is_known_by_its_number_and_birth() -> None:
    own = os.getpid()
    found = same_process(own, birth(own))
    assert found is not None
    assert found.pid == own
    assert same_process(own, "1.0") is None
    assert same_process(0, "") is None


def test_one_that_has_ended_is_none() -> None:
    """Also while nobody has asked how it ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = birth(process.pid)
        assert same_process(process.pid, started) is not None
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert same_process(process.pid, started) is None
    assert birth(process.pid) == ""
