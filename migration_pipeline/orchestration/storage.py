"""Dagster's storages on the project's PostgreSQL, with connections that stay open and one write per step.

As they come, they open a connection for every event: 7 s instead of 1.7 s for one store's 25 assets and checks (DESIGN.md section 9),
and ask again with every event whether their tables and columns exist.
They are configured with the project's home, not with an address, so that no password stands in `dagster.yaml` or a process list,
and the embedded server is started when somebody opens the instance.
Belongs here: those differences. Does not belong here: `dagster.yaml` (`instance.py`).
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import DagsterEventType
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._serdes import ConfigurableClassData
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage
from sqlalchemy.exc import DataError

from migration_pipeline.runtime.databases import DAGSTER, open_databases
from migration_pipeline.runtime.paths import Home

_POOL = {"statement_timeout": 0, "pool_recycle": 3600, "max_overflow": 10}
_CONFIG = {"home": dg.StringSource}
_WITHIN_A_STEP = {
    DagsterEventType.STEP_INPUT,
    DagsterEventType.STEP_OUTPUT,
    DagsterEventType.LOADED_INPUT,
    DagsterEventType.HANDLED_OUTPUT,
    DagsterEventType.ASSET_MATERIALIZATION,
    DagsterEventType.ASSET_CHECK_EVALUATION,
}
"""Always followed by the end of their step, whether it succeeds or fails."""
_INSERT = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
_SECONDS = 1.0
"""How old an answer may be to what Dagster asks hundreds of times in a run: which store is a partition, what a check is about."""


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
    """Events, materialisations, check results.

    What happens within a step is written together with the step's end, in the order it happened. Only a process that is killed in the
    middle of a step leaves that step's events out; its start is written at once.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._there: set[str] = set()
        self._answers: dict[str, tuple[float, Any]] = {}
        self._waiting: list[EventLogEntry] = []
        self._writing = threading.RLock()
        super().__init__(*args, **kwargs)

    def has_table(self, table_name: str) -> bool:
        """A table that was there stays."""
        if table_name not in self._there and super().has_table(table_name):
            self._there.add(table_name)
        return table_name in self._there

    def _has_asset_key_col_on_connection(self, conn: Any, column_name: str) -> bool:
        column = f"asset_keys.{column_name}"
        if column not in self._there and super()._has_asset_key_col_on_connection(conn, column_name):
            self._there.add(column)
        return column in self._there

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether a store is a partition."""
        asked = super().has_dynamic_partition
        return bool(self._answer(f"{partitions_def_name}/{partition_key}", lambda: asked(partitions_def_name, partition_key)))

    def add_dynamic_partitions(self, partitions_def_name: str, partition_keys: Sequence[str]) -> None:
        """Register stores."""
        super().add_dynamic_partitions(partitions_def_name, partition_keys)
        self._answers.clear()

    def fetch_materializations(self, *args: Any, **kwargs: Any) -> Any:
        """What was materialised, also in the step that asks; each of its checks asks for the same."""
        self._write_waiting()
        asked = super().fetch_materializations
        return self._answer(repr((args, kwargs)), lambda: asked(*args, **kwargs))

    def _answer(self, question: str, ask: Callable[[], Any]) -> Any:
        now = time.monotonic()
        at, answer = self._answers.get(question, (-_SECONDS, None))
        if now - at >= _SECONDS:
            # only the newest few are asked again
            self._answers = {q: kept for q, kept in self._answers.items() if now - kept[0] < _SECONDS}
            answer = ask()
            self._answers[question] = (now, answer)
        return answer

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, at the latest when its step ends."""
        with self._writing:
            self._waiting.append(event)
            if not _waits(event):
                self._write_waiting()

    def _write_waiting(self) -> None:
        with self._writing:
            waiting, self._waiting = self._waiting, []
            if waiting:
                self._write(waiting)

    def _write(self, events: list[EventLogEntry]) -> None:
        """One that the database refuses keeps none of the others out of the history; its error is raised after them."""
        try:
            rows = [self._event_to_row(event) for event in events]
            with self._connect() as connection:
                ids = connection.execute(_INSERT, rows).scalars().all()
        except (DataError, ValueError):
            if len(events) == 1:
                raise
            *earlier, last = events
            try:
                self._write(earlier)
            finally:
                self._write([last])
        else:
            self._follow(list(zip(events, ids, strict=True)))

    def _follow(self, written: list[tuple[EventLogEntry, int]]) -> None:
        """What Dagster keeps beside the events of assets and checks."""
        assets = [
            (event, event_id) for event, event_id in written if _is_one_of(event, ASSET_EVENTS) and event.get_dagster_event().asset_key
        ]
        if assets:
            self._answers.clear()
            with self.index_transaction() as connection:
                self._store_asset_event_tags(connection, [event for event, _ in assets], [event_id for _, event_id in assets])
                for event, event_id in assets:
                    self._store_asset_event(connection, event, event_id)
        for event, event_id in written:
            if _is_one_of(event, ASSET_CHECK_EVENTS):
                self.store_asset_check_event(event, event_id)


def _is_one_of(event: EventLogEntry, types: set[DagsterEventType]) -> bool:
    return event.dagster_event is not None and event.dagster_event.event_type in types


def _waits(event: EventLogEntry) -> bool:
    return bool(event.run_id and event.step_key) and _is_one_of(event, _WITHIN_A_STEP)


class PooledScheduleStorage(_OfHome, PostgresScheduleStorage):
    """Schedules and sensors."""
