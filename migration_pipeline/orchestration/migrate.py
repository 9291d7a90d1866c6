"""A migration over many stores: check the files, register the stores, run them one after another, sum up, write the report.

Belongs here: the order of things for one command. Does not belong here: one store (`run.py`), figures (`summary.py`), printing (`cli/`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Protocol
from uuid import uuid4

from psycopg import OperationalError as PsycopgOperationalError
from sqlalchemy.exc import OperationalError as SQLAlchemyOperationalError

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.audit import run_ended, run_started
from migration_pipeline.orchestration.groups import groups_of, is_large
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.results import before_run, keep_results
from migration_pipeline.orchestration.run import OnStep, StoreRun, register_stores, run_stores
from migration_pipeline.orchestration.summary import Summary, summarise
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.raw.claimed import demand_all_claimed, demand_all_stores
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.kept_connections import connections_kept


class Watcher(Protocol):
    """Someone who wants to know how far a migration is."""

    def step(self, store: str, step: str) -> None:
        """A step of a store starts."""
        ...

    def done(self, run: StoreRun) -> None:
        """A store's run has ended."""
        ...


def demand_fit(workspace: Workspace, stores: Sequence[str] | None, datasets: Sequence[str] | None) -> None:
    """Before anything runs: raises BadInputError for an unknown store or dataset, a file nobody claims, or a wrong file of corrections."""
    for store in stores or ():
        workspace.store(store)
    _known(datasets)
    known = list(workspace.stores.values())
    workspace.corrections()
    demand_all_claimed(workspace.project, known, workspace.loaded.data)
    demand_all_stores(workspace.project, known, workspace.loaded.data, workspace.places.cache)


def migrate(
    workspace: Workspace, wanted: Mapping[str, Sequence[str] | None], watch: Watcher, tags: Mapping[str, str] = MappingProxyType({})
) -> Summary:
    """Run stores with their datasets (None: all) through Dagster, small ones together, in the order given; `demand_fit` comes before.

    What a sandbox comes to, and what a store comes to that a dry run has predicted, is measured and kept.

    Raises:
        InfrastructureError: the database went away.
    """
    on_step: OnStep = watch.step
    finish: Callable[[StoreRun], None] = watch.done
    runs, migration = [], str(uuid4())
    try:
        with connections_kept(), open_instance(workspace.home, workspace.databases) as instance:
            register_stores(instance, workspace)
            run_started(workspace, migration, list(wanted), tags)
            for group in groups_of(wanted, instance.get_dynamic_partitions(STORES.name or ""), partial(is_large, workspace)):
                before = {store: before_run(workspace, store) for store in group}
                for run in run_stores(workspace, instance, group, wanted[group[0]], on_step, {MIGRATION: migration, **tags}):
                    if found := before[run.store]:
                        keep_results(workspace, run, migration, found)
                    runs.append(run)
                    finish(run)
            run_ended(workspace, migration, runs)
        return summarise(workspace, runs)
    except (SQLAlchemyOperationalError, PsycopgOperationalError) as error:
        raise InfrastructureError(
            f"the database went away after {len(runs)} of {len(wanted)} stores",
            where="PostgreSQL",
            fix="run again: what is committed stays, the rest is done once more",
        ) from error


def _known(datasets: Sequence[str] | None) -> None:
    if unknown := sorted(set(datasets or ()) - set(DATASETS)):
        raise BadInputError(
            f"there is no dataset {', '.join(map(repr, unknown))}", where="--dataset", fix=f"datasets are {', '.join(DATASETS)}"
        )
