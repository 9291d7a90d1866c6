"""Reading what alerts are about from the control database and from Dagster's history.

Belongs here: reading. Does not belong here: the SELECTs (`dbt_like_sql/alerts/`), what is worth telling (`judge.py`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import dagster as dg
import pandas as pd

from migration_pipeline.control.repository.checks import CheckRepository, Wanted
from migration_pipeline.control.repository.stops import StopRepository
from migration_pipeline.orchestration.alerts.judge import Facts
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.sql_files import sql_text

_DIED = ("store", "run_id")
_LOOKED_BACK = timedelta(hours=24)
"""A run that died is told of for so long."""
_MOST = 50


def read_facts(databases: Databases, died: Sequence[tuple[str, str]] = ()) -> Facts:
    """All facts; `died` are store and id of runs that failed as a whole.

    Raises:
        InfrastructureError: the database is not there.
    """
    stops, checks, reconciled, breaks, quarantine = (
        _frame(databases, name) for name in ("stops", "checks", "reconciled", "breaks", "quarantine")
    )
    return Facts(stops, checks, reconciled, breaks, quarantine, pd.DataFrame(list(died), columns=list(_DIED), dtype="str"))


def died(instance: dg.DagsterInstance, databases: Databases, now: datetime) -> list[tuple[str, str]]:
    """Store and id of runs of the last day that failed without a store or a check telling why, e.g. because their process was killed.

    A run over several stores has no store here.
    """
    wanted = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=now - _LOOKED_BACK)
    runs = [record.dagster_run for record in instance.get_run_records(wanted, limit=_MOST)]
    checks = CheckRepository(databases)
    told = {stop.run_id for stop in StopRepository(databases).of([run.run_id for run in runs])}
    silent = [run for run in runs if run.run_id not in told and not checks.history(Wanted(run_id=run.run_id, not_passed=True))]
    return [(run.tags.get("dagster/partition", ""), run.run_id) for run in silent]


def _frame(databases: Databases, name: str) -> pd.DataFrame:
    with databases.connect(CONTROL) as connection:
        cursor = connection.execute(sql_text(f"alerts/{name}.sql"))
        return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()], dtype=object)
