"""Tables that SQL can read, whichever ERP is loaded: its own, or a copy of what it gives back over its network protocol.

Belongs here: that copy. Does not belong here: what is asked of the tables (`expectations.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
from psycopg import sql

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable, tables_of
from migration_pipeline.loaded.protocol import Batch
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.file_lock import locked

_SECONDS = 1_800
_COPY = "copy_"


@contextmanager
def readable_erp(workspace: Workspace, store: str, dataset: Dataset) -> Iterator[str]:
    """SQLAlchemy URL of a database with the tables of one dataset, this store's rows of those that are a store's own.

    PostgreSQL is read itself; of another ERP a copy is made anew each time, one at a time, with the rows that those rows refer to.
    """
    if workspace.project.target == "postgres":
        yield workspace.databases.sqlalchemy_url(ERP)
        return
    given = workspace.databases
    databases = Databases(given.base_url, _COPY + given.prefix, given.options, given.maintenance)
    with locked(workspace.home.root / "erp-copy.lock", seconds=_SECONDS, held_by="a check of another store"):
        _drop(databases)
        try:
            copy = PostgresTarget(databases)
            workspace.prepare(copy)
            copy.load_batch(Batch("copy", "copy", store, dataset.name), _given_back(workspace, store, dataset))
            yield databases.sqlalchemy_url(ERP)
        finally:
            _drop(databases)


def _drop(databases: Databases) -> None:
    with databases.connect_server() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(databases.real_name(ERP))))


def _given_back(workspace: Workspace, store: str, dataset: Dataset) -> dict[str, pd.DataFrame]:
    return {
        table.name: workspace.target.read_back(table.name, store if table.per_store else None)
        for table in _with_references(tables_of(dataset.name))
    }


def _with_references(tables: tuple[ErpTable, ...]) -> list[ErpTable]:
    """The tables and all that they refer to, directly or not, in load order; not those that set-up fills."""
    wanted, new = set[str](), {table.name for table in tables}
    while new:
        wanted |= new
        new = {reference.table for name in new for reference in ERP_TABLES[name].references} - wanted
    return [table for table in ERP_TABLES.values() if table.name in wanted and table.dataset is not None]
