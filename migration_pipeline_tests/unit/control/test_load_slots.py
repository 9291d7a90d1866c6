"""No more loads at once than there are places, over all connections; a place is free again when its holder ends, however it ends."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from migration_pipeline.control.load_slots import load_slot
from migration_pipeline.runtime.databases import CONTROL, Databases


class WaitedError(Exception):
    """Somebody had to wait."""


def waits(_: float) -> None:
    raise WaitedError


@pytest.fixture
def held(databases: Databases) -> Iterator[ExitStack]:
    """Two places that are taken."""
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(load_slot(databases, 2, sleep=waits))
        yield stack


def test_one_more_waits_until_a_place_is_free(databases: Databases, held: ExitStack) -> None:
    with pytest.raises(WaitedError), load_slot(databases, 2, sleep=waits):
        pass
    slept = []

    def freed(seconds: float) -> None:
        slept.append(seconds)
        held.close()

    with load_slot(databases, 2, sleep=freed):
        assert len(slept) == 1


def test_a_holder_whose_connection_is_cut_holds_nothing(databases: Databases, held: ExitStack) -> None:
    """As after kill -9; a place that stayed taken would stop every later load."""
    with databases.connect(CONTROL, autocommit=True) as connection:
        cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert connection.execute(cut).fetchall() == [(True,), (True,)]
    with load_slot(databases, 2, sleep=waits), load_slot(databases, 2, sleep=waits):
        pass


def test_without_a_limit_nobody_waits(databases: Databases, held: ExitStack) -> None:
    with load_slot(databases, None, sleep=waits):
        pass
