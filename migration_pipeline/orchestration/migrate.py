"""A migration over many stores: check the files, register the stores, run them one after another, sum up, write the report.

Belongs here: the order of things for one command. Does not belong here: one store (`run.py`), figures (`summary.py`), printing (`cli/`).
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from psycopg import OperationalError as PsycopgOperationalError
from sqlalchemy.exc import OperationalError as SQLAlchemyOperationalError

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.run import OnStep, StoreRun, register_stores, run_store
from migration_pipeline.orchestration.summary import Summary, summarise
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.raw.claimed import demand_all_claimed, demand_all_stores
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError


class Watcher(Protocol):
    """Someone who wants to know how far a migration is."""

    def step(self, store: str, step: str) -> None:
        """A step of a store starts."""
        ...

    def done(self, run: StoreRun) -> None:
        """A store's run has ended."""
        ...


def migrate(workspace: Workspace, stores: Sequence[str] | None, datasets: Sequence[str] | None, watch: Watcher) -> Summary:
    """Run the stores (default: all) through Dagster, each on its own.

    Raises:
        BadInputError: an unknown store or dataset, a file nobody claims, or a wrong file of corrections; nothing has run then.
    """
    wanted = [workspace.store(store).id for store in stores] if stores else list(workspace.stores)
    _known(datasets)
    known = list(workspace.stores.values())
    workspace.corrections()
    demand_all_claimed(workspace.project, known, workspace.loaded.data)
    demand_all_stores(workspace.project, known, workspace.loaded.data, workspace.places.cache)
    on_step: OnStep = watch.step
    finish: Callable[[StoreRun], None] = watch.done
    runs = []
    try:
        with open_instance(workspace.home, workspace.databases) as instance:
            register_stores(instance, workspace)
            for store in (s for s in workspace.stores if s in set(wanted)):
                run = run_store(workspace, instance, store, datasets, on_step)
                runs.append(run)
                finish(run)
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
