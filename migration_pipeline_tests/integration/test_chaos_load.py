"""Whatever kills a load or cuts it off, the next load ends in the state of an undisturbed one, and can be taken back to the row.

The short form: a few points; `make chaos` hits them all, kills PostgreSQL and fills the disk as well.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from migration_pipeline.runtime.databases import Databases
from migration_pipeline_tests.benchmarks.chaos_ground import Ground
from migration_pipeline_tests.benchmarks.chaos_load import hit_commit, hit_load, hit_undo, prepared
from migration_pipeline_tests.benchmarks.lost_answers import UNANSWERED
from migration_pipeline_tests.benchmarks.one_load import CUT, KILL

FIRST, SECOND = "first load", "second load"
FIRST_BATCH = 5
"""Its COMMIT, after those of: the ERP's batches, settling the journal, the state hash, the batch as started."""


@pytest.fixture
def ground(server_url: str, tmp_path: Path) -> Iterator[Ground]:
    """A small store, loaded once and loaded again."""
    prefix = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_chaos_"
    made = prepared(Databases(server_url, prefix=prefix, options="sslmode=disable"), tmp_path)
    yield made
    made.drop()


def last(ground: Ground, load: str, name: str) -> int:
    """The number of the last point of this name."""
    points = ground.points[load]
    return len(points) - points[::-1].index(name)


def test_loads_and_undos_that_are_killed_or_cut_off_leave_no_trace(ground: Ground) -> None:
    """One test, because making the ground takes as long as two of its points."""
    points = [
        (FIRST, "copy payment", KILL),
        (FIRST, "committed sales", KILL),
        (SECOND, "commit", KILL),
        (SECOND, "update item", CUT),
    ]
    hits = [hit_load(ground, load, last(ground, load, name), name, action) for load, name, action in points]
    lost, there = hit_commit(ground, FIRST, UNANSWERED, FIRST_BATCH)
    hits += [lost, hit_undo(ground, 30, "in the midst")]
    assert there
    assert {f"{hit.what} at {hit.point}": hit.problems for hit in hits if hit.problems} == {}
