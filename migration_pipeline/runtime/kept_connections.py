"""Connections that are used again while a run goes on.

A store's run asks for a connection some hundred times, and each costs a new process of the server: 5 to 10 ms.
Belongs here: handing out, taking back, and closing all when the run ends; outside a run nothing stays open, so that databases can be
dropped, copied and restored. Does not belong here: addresses (`databases.py`), Dagster's own connections (`orchestration/storage.py`).
A connection is handed out again only after the server has answered and forgotten all that was set, prepared or locked in it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

_PATIENCE = 10


class _Keeping:
    """What this process keeps: connections of its own by URL (a forked child begins without), as long as a run goes on."""

    def __init__(self) -> None:
        self.runs = 0
        self.idle: dict[tuple[int, str], list[_Kept]] = {}

    def of(self, url: str) -> "list[_Kept]":
        return self.idle.setdefault((os.getpid(), url), [])


class _Kept(psycopg.Connection[tuple[Any, ...]]):
    """A connection that goes back when it is closed after a transaction that has ended."""

    url: str = ""

    def close(self) -> None:
        """Give it back; really close it outside a run or if it is not as new."""
        if _keeping.runs and not self.closed and self.info.transaction_status is TransactionStatus.IDLE:
            _keeping.of(self.url).append(self)
        else:
            super().close()

    def add_notice_handler(self, callback: Callable[[psycopg.errors.Diagnostic], None]) -> None:
        """Once each: SQLAlchemy adds its own whenever it is handed a connection."""
        if callback not in self._notice_handlers:
            super().add_notice_handler(callback)

    def renewed(self) -> bool:
        """Whether the server is there and has forgotten what was done in this connection."""
        try:
            self.set_autocommit(True)
            self.execute("DISCARD ALL")
        except psycopg.Error:
            super().close()
            return False
        return True


_keeping = _Keeping()


@contextmanager
def connections_kept() -> Iterator[None]:
    """While this holds, connections are used again; may be nested. At the end all are closed."""
    keep()
    try:
        yield
    finally:
        release()


def keep() -> None:
    """Begin to keep connections; every call wants one `release`."""
    _keeping.runs += 1


def release() -> None:
    """End it; the last one closes what is idle."""
    _keeping.runs -= 1
    if not _keeping.runs:
        close_idle()


def close_idle() -> None:
    """Close what is not in use now, e.g. before a database is copied or dropped within a run."""
    idle, _keeping.idle = _keeping.idle, {}
    for (process, _), connections in idle.items():
        for connection in connections if process == os.getpid() else ():
            psycopg.Connection.close(connection)


def connection_to(url: str, *, autocommit: bool) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection that is as new.

    Raises:
        psycopg.Error: there is none to be had, or the URL is malformed.
    """
    idle = _keeping.of(url)
    while idle:
        connection = idle.pop()
        if connection.renewed():
            connection.set_autocommit(autocommit)
            return connection
    if not _keeping.runs:
        return psycopg.connect(url, autocommit=autocommit, connect_timeout=_PATIENCE)
    # without prepared statements: psycopg would go on to name those that were discarded
    connection = _Kept.connect(url, autocommit=autocommit, prepare_threshold=None, connect_timeout=_PATIENCE)
    connection.url = url
    return connection
