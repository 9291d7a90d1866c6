"""Who works on a store: any number of loads, or one undo; never both at once.

Belongs here: taking that turn and giving it back. Does not belong here: the turns of single load batches, which the ERP keeps itself
(`loaded/targets/`). A turn is an advisory lock in the control database: PostgreSQL gives it back when its holder ends, however it ends.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import psycopg

from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import BadInputError

_STORES = 735_053
"""First key of the locks; the second is the store's hash."""
_log = logging.getLogger(__name__)


@contextmanager
def loading_turn(databases: Databases, store: str) -> Iterator[None]:
    """While this holds nobody takes loads of the store back; waits for who does. May be nested.

    Raises:
        InfrastructureError: the control database is not there.
    """
    with databases.connect(CONTROL, autocommit=True) as connection:
        if not _taken(connection, "SELECT pg_try_advisory_lock_shared(%s, hashtext(%s))", store):
            _log.info("store %s: waiting for an undo of its loads", store)
            connection.execute("SELECT pg_advisory_lock_shared(%s, hashtext(%s))", (_STORES, store))
        with _given_back(connection):
            yield


@contextmanager
def undo_turn(databases: Databases, stores: Iterable[str]) -> Iterator[None]:
    """Be the only one who works on these stores.

    Raises:
        BadInputError: another process loads one of them, or takes its loads back.
        InfrastructureError: the control database is not there.
    """
    with databases.connect(CONTROL, autocommit=True) as connection, _given_back(connection):
        for store in sorted(set(stores)):
            if not _taken(connection, "SELECT pg_try_advisory_lock(%s, hashtext(%s))", store):
                raise BadInputError(
                    "another process migrates this store or takes its loads back",
                    where=f"store {store}",
                    fix="wait until it has ended, or end it; then do this again",
                )
        yield


def _taken(connection: psycopg.Connection[tuple[bool]], query: str, store: str) -> bool:
    return connection.execute(query.encode(), (_STORES, store)).fetchone() == (True,)


@contextmanager
def _given_back(connection: psycopg.Connection[tuple[bool]]) -> Iterator[None]:
    """A connection may be kept and used again, with what is locked in it; one that broke has given its locks back."""
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):
            connection.execute("SELECT pg_advisory_unlock_all()")
