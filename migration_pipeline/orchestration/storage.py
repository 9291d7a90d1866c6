"""Dagster's storages on PostgreSQL, with connections that stay open.

As they come, they open a connection for every event: 7 s instead of 1.7 s for one store's 25 assets and checks (DESIGN.md section 9).
Belongs here: that one difference. Does not belong here: `dagster.yaml` (`instance.py`).
"""

from collections.abc import Mapping
from typing import Any, Self

from dagster._serdes import ConfigurableClassData
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage

_NO_TIMEOUT_MS, _RECYCLE_SECONDS, _OVERFLOW = 0, 3600, 10


class PooledRunStorage(PostgresRunStorage):
    """Runs."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Called by Dagster with the values of `dagster.yaml`."""
        storage = cls(postgres_url=config_value["postgres_url"], inst_data=inst_data)
        storage.optimize_for_webserver(_NO_TIMEOUT_MS, _RECYCLE_SECONDS, _OVERFLOW)
        return storage


class PooledEventLogStorage(PostgresEventLogStorage):
    """Events, materialisations, check results."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Called by Dagster with the values of `dagster.yaml`."""
        storage = cls(postgres_url=config_value["postgres_url"], inst_data=inst_data)
        storage.optimize_for_webserver(_NO_TIMEOUT_MS, _RECYCLE_SECONDS, _OVERFLOW)
        return storage


class PooledScheduleStorage(PostgresScheduleStorage):
    """Schedules and sensors."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Called by Dagster with the values of `dagster.yaml`."""
        storage = cls(postgres_url=config_value["postgres_url"], inst_data=inst_data)
        storage.optimize_for_webserver(_NO_TIMEOUT_MS, _RECYCLE_SECONDS, _OVERFLOW)
        return storage
