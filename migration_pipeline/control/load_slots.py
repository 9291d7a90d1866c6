"""How many loads of a project run at once, whoever started them.

Belongs here: taking a place and giving it back. Does not belong here: how many there are (`project/loading_settings.py`).
A place is an advisory lock in the control database: PostgreSQL gives it back when its holder ends, however it ends. A slot of a Dagster
pool would stay taken after a kill until a person frees it.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from migration_pipeline.runtime.databases import CONTROL, Databases

_LOADS = 735_051
"""First key of the locks; the second is the number of the place."""
_log = logging.getLogger(__name__)


@contextmanager
def load_slot(databases: Databases, places: int | None, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold one of `places` places (None: no limit), waiting for a free one.

    Raises:
        InfrastructureError: the control database is not there.
    """
    if places is None:
        yield
        return
    with databases.connect(CONTROL, autocommit=True) as connection:
        if not _taken(connection, places):
            _log.info("all %d places for loads are taken; waiting for one", places)
            while not _taken(connection, places):
                sleep(0.5)
        try:
            yield
        finally:
            with suppress(psycopg.OperationalError):  # a connection may be kept and used again, with what is locked in it
                connection.execute("SELECT pg_advisory_unlock_all()")


def _taken(connection: psycopg.Connection[Any], places: int) -> bool:
    query = "SELECT pg_try_advisory_lock(%s, %s)"
    return any((connection.execute(query, (_LOADS, place)).fetchone() or (False,))[0] for place in range(places))
