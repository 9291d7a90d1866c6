"""What stands between a mapped store and the ERP: approval of earlier waves, its window, a place among loads that run at once, the pace.

Belongs here: the order of these. Does not belong here: each of them (`approvals.py`, `window.py`, `control/load_slots.py`,
`loaded/throttle.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import dagster as dg

from migration_pipeline.control.load_slots import load_slot
from migration_pipeline.control.store_locks import loading_turn
from migration_pipeline.loaded.load import LoadSettings
from migration_pipeline.loaded.pace import Pace
from migration_pipeline.loaded.refused import RefusalLimit
from migration_pipeline.loaded.throttle import Throttle
from migration_pipeline.orchestration.approvals import demand_approved
from migration_pipeline.orchestration.window import demand_open
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.loading_settings import Loading


@dataclass(frozen=True)
class Gate:
    """How a store may be loaded: `throttle.wait(rows)` goes before every batch, `loading` says how large batches are."""

    throttle: Throttle
    loading: Loading

    @property
    def settings(self) -> LoadSettings:
        """What the loader is told."""
        own = self.loading
        pace = Pace() if own.target_seconds is None else Pace(own.target_seconds)
        limit = RefusalLimit(own.refused, own.refused_percent)
        return LoadSettings(pace=pace.bounded(own.batch_rows), limit=limit, throttle=self.throttle.wait)


@contextmanager
def load_gate(workspace: Workspace, store: str, run: dg.DagsterRun) -> Iterator[Gate]:
    """Wait for a place, and for an undo of the store's loads, and hold it while one dataset of a store is loaded.

    Raises:
        DataError: a wave before the store's own is not clean and approved.
        NotNowError: the store's window is closed.
        BadInputError: its window cannot be computed.
    """
    demand_approved(workspace, [store], run.tags, run.run_id)
    demand_open(workspace, store, run.run_id, run.tags)
    loading = workspace.loading(store)
    with loading_turn(workspace.databases, store), load_slot(workspace.databases, loading.parallel):
        yield Gate(throttle_of(workspace, store), loading)


def throttle_of(workspace: Workspace, store: str) -> Throttle:
    """The pace of a store: the stores of a project share one in a process, those that say their own have their own."""
    own = workspace.store(store).loading
    says_so = own is not None and "rows_per_second" in own.model_fields_set
    return _throttle(workspace.home.made, store if says_so else "", workspace.loading(store).rows_per_second)


@lru_cache(maxsize=1024)
def _throttle(home: Path, store: str, rows_per_second: int | None) -> Throttle:
    """One bucket per project and owner of a rate."""
    return Throttle(rows_per_second)
