"""Comparing again: the archive of the last extract against the ERP as it is now; nothing is read from the source, nothing is loaded.

Belongs here: running comparisons, what changed since the comparison before. Does not belong here: which stores
can be compared (`loaded_stores.py`), comparing (`reconciled/`), the schedule (`schedules.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import pandas as pd

from migration_pipeline.control.models_breaks import BreakCase
from migration_pipeline.control.repository.break_cases import BreakCaseRepository, WantedBreaks
from migration_pipeline.orchestration.drift import drift_frame
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.jobs import RECONCILE
from migration_pipeline.orchestration.run import OnStep, StoreRun, register_stores, run_store
from migration_pipeline.orchestration.summary import Summary, summarise
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.kept_connections import connections_kept


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
