"""The composition root: everything Dagster sees is put together here, and tests may replace any resource.

Nothing is opened or read at import or here: the project is loaded when the first asset runs.
"""

import warnings
from collections.abc import Mapping

import dagster as dg

from migration_pipeline.orchestration.alerts.sensor import alerts_sensor
from migration_pipeline.orchestration.archive_check import archive_weekly, verify_archive
from migration_pipeline.orchestration.assets import migration_assets
from migration_pipeline.orchestration.jobs import COMPARE, MIGRATE
from migration_pipeline.orchestration.own_runs import own_runs_sensor
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.schedules import reconcile_nightly
from migration_pipeline.orchestration.sensors import report_sensors, stores_sensor
from migration_pipeline.orchestration.sync_sensor import sync_sensor


def build_defs(migration: MigrationResource | None = None, overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """All definitions.

    Args:
        migration: which project; default: from the environment, else the demo.
        overrides: resources by key that replace the usual ones.
    """
    with warnings.catch_warnings():
        # partitioned checks are a preview since 1.13; they let every store have results of its own
        warnings.simplefilter("ignore", dg.PreviewWarning)
        # runs over several stores
        warnings.simplefilter("ignore", dg.BetaWarning)
        assets = migration_assets()
    resources = {"migration": migration or MigrationResource(), **(overrides or {})}
    return dg.Definitions(
        assets=assets,
        jobs=[MIGRATE, COMPARE, verify_archive],
        schedules=[reconcile_nightly, archive_weekly],
        sensors=[stores_sensor, alerts_sensor, own_runs_sensor, sync_sensor, *report_sensors()],
        resources=resources,
        executor=dg.in_process_executor,
    )
