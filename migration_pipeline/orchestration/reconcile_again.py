"""Comparing again: the archive of the last extract against the ERP as it is now; nothing is read from the source, nothing is loaded.

Belongs here: which stores and datasets can be compared, running them, what changed since the comparison before. Does not belong here:
comparing (`reconciled/`), the schedule (`schedules.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import pandas as pd

from migration_pipeline.control.break_models import BreakCase
from migration_pipeline.control.repository.break_cases import BreakCaseRepository, WantedBreaks
from migration_pipeline.orchestration.drift import drift_frame
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.jobs import RECONCILE
from migration_pipeline.orchestration.run import OnStep, StoreRun, register_stores, run_store
from migration_pipeline.orchestration.summary import Summary, summarise
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.kept_connections import connections_kept
from migration_pipeline.runtime.lake import current_folder


@dataclass(frozen=True)
class Again:
    """What comparing again came to.

    Attributes:
        summary: figures of these stores as they are now.
        drift: what changed since the comparison before (`drift.COLUMNS`).
        waiting: breaks that wait for a person.
    """

    summary: Summary
    drift: pd.DataFrame
    waiting: tuple[BreakCase, ...]

    @property
    def exit_code(self) -> int:
        """0: reconciled; 1: a break waits that fails; else what failed steps ask for. Rejected rows are the matter of `run`."""
        codes = [failure.exit_code or 3 for run in self.summary.runs for failure in run.failures]
        return max(codes) if codes else 0 if self.summary.balanced else 1


def loaded_datasets(workspace: Workspace, store: str) -> list[str]:
    """The datasets of a store that have been loaded, in load order."""
    return [name for name in workspace.datasets(store) if current_folder(workspace.home.lake, "loaded", name, store) is not None]


def to_compare(workspace: Workspace, stores: Sequence[str] | None, datasets: Sequence[str] | None) -> dict[str, list[str]]:
    """Store -> loaded datasets, of those that were named (None: all).

    Raises:
        BadInputError: nothing of it was ever loaded, or a store is unknown.
    """
    named = [workspace.store(store).id for store in stores] if stores else list(workspace.stores)
    found = {store: [name for name in loaded_datasets(workspace, store) if not datasets or name in datasets] for store in named}
    missing = [store for store in named if not found[store]]
    if missing and (stores or len(missing) == len(named)):
        what = f"nothing to compare: {', '.join(missing[:5])} was not loaded"
        raise BadInputError(what, where="reconcile", fix="run `store2erp run` first; `store2erp status` shows what was loaded")
    return {store: names for store, names in found.items() if names}


def reconcile_again(workspace: Workspace, wanted: Mapping[str, Sequence[str]], on_step: OnStep, done: Callable[[StoreRun], None]) -> Again:
    """Compare stores with their datasets through Dagster, one run per store.

    Raises:
        InfrastructureError: the database or the archive is not there.
    """
    runs, command = [], str(uuid4())
    with connections_kept(), open_instance(workspace.home, workspace.databases) as instance:
        register_stores(instance, workspace)
        for store, datasets in wanted.items():
            runs.append(run_store(workspace, instance, store, datasets, on_step, {MIGRATION: command}, RECONCILE))
            done(runs[-1])
    cases = BreakCaseRepository(workspace.databases)
    events = cases.events([run.run_id for run in runs])
    names = tuple({name for found in wanted.values() for name in found})
    waiting = cases.cases(WantedBreaks(tuple(wanted), names, waiting=True))
    return Again(summarise(workspace, runs), drift_frame(events), tuple(waiting))
