"""Processes that an earlier command started: whether one is still there, and is still the same.

Belongs here: that. Does not belong here: starting and stopping (`embedded_postgres.py`, `tryton_server.py`, `stack.py`).
"""

from contextlib import suppress

import psutil


def birth(pid: int) -> str:
    """When a process was started, as text: two that have the same number never have the same birth; empty if there is none."""
    with suppress(psutil.NoSuchProcess):
        return str(psutil.Process(pid).create_time())
    return ""


def same_process(pid: int, started: str) -> psutil.Process | None:
    """The process with this number and birth; None if it is dead or its number belongs to another one now."""
    if not pid or birth(pid) != started:
        return None
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return process if process.status() != psutil.STATUS_ZOMBIE else None
    return None
