"""The Dagster instance of a migration project: one history for the command line and the UI.

Belongs here: `dagster.yaml` and opening the instance. Does not belong here: the server (`runtime/`), definitions (`build.py`).
"""

import os
from pathlib import Path

import dagster as dg
import yaml
from psycopg import sql

from migration_pipeline.runtime.databases import DAGSTER, Databases
from migration_pipeline.runtime.paths import Home

_STORAGES = {
    "run_storage": "PooledRunStorage",
    "event_log_storage": "PooledEventLogStorage",
    "schedule_storage": "PooledScheduleStorage",
}


def write_dagster_yaml(home: Home, databases: Databases) -> Path:
    """Write `dagster.yaml` (0600; it names the home, not the database) and return DAGSTER_HOME."""
    databases.ensure(DAGSTER)
    _commit_without_waiting(databases)
    config: dict[str, object] = {
        name: {
            "module": "migration_pipeline.orchestration.storage",
            "class": storage,
            "config": {"home": str(home.root)},
        }
        for name, storage in _STORAGES.items()
    }
    # the pool `erp` of the loaded assets is counted per run: a run is one process and loads one dataset at a time
    pools = {"granularity": "run", "default_limit": _cores()}
    config["concurrency"] = {"runs": {"max_concurrent_runs": _cores()}, "pools": pools}
    # a run that does not start is told as failed; of one whose process died the code server tells
    config["run_monitoring"] = {"enabled": True, "poll_interval_seconds": 30}
    config["telemetry"] = {"enabled": False}
    config["nux"] = {"enabled": False}
    path = home.dagster / "dagster.yaml"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        yaml.safe_dump(config, file)
    return home.dagster


def _cores() -> int:
    """As many runs at once as there are processors: a run works in one process."""
    return max(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2)


def _commit_without_waiting(databases: Databases) -> None:
    """Events need not wait for the disk: if the machine crashes, the last half second of history may be gone, never ERP data."""
    with databases.connect(DAGSTER, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(connection.info.dbname)))


def open_instance(home: Home, databases: Databases) -> dg.DagsterInstance:
    """The project's instance; of a sandbox, one in memory, so that the UI never takes a dry run for the state of a store."""
    if home.sandbox:
        return dg.DagsterInstance.ephemeral()
    return dg.DagsterInstance.from_config(str(write_dagster_yaml(home, databases)))
