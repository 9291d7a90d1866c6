"""Dagster's storages on the project's PostgreSQL, with connections that stay open.

As they come, they open a connection for every event: 7 s instead of 1.7 s for one store's 25 assets and checks (DESIGN.md section 9).
They are configured with the project's home, not with an address, so that no password stands in `dagster.yaml` or a process list,
and the embedded server is started when somebody opens the instance.
Belongs here: those differences. Does not belong here: `dagster.yaml` (`instance.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._serdes import ConfigurableClassData
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage

from migration_pipeline.runtime.databases import DAGSTER, open_databases
from migration_pipeline.runtime.paths import Home

_POOL = {"statement_timeout": 0, "pool_recycle": 3600, "max_overflow": 10}
_CONFIG = {"home": dg.StringSource}


def _url(config: Mapping[str, Any]) -> str:
    return open_databases(Home(Path(config["home"]))).dagster_url(DAGSTER)


class _OfHome:
    """What the three storages share; goes before Dagster's class."""

    @classmethod
    def config_type(cls) -> Any:
        """`home`: the project's state folder."""
        return _CONFIG

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Any:
        """Called by Dagster with the values of `dagster.yaml`."""
        make: Any = cls
        storage = make(postgres_url=_url(config_value), inst_data=inst_data)
        storage.optimize_for_webserver(**_POOL)
        return storage


class PooledRunStorage(_OfHome, PostgresRunStorage):
    """Runs."""


class PooledEventLogStorage(_OfHome, PostgresEventLogStorage):
    """Events, materialisations, check results."""


class PooledScheduleStorage(_OfHome, PostgresScheduleStorage):
    """Schedules and sensors."""
