"""The sensors: `stores` keeps the partitions equal to the project's stores, `report_after_...` keeps the report current."""

from collections.abc import Sequence

import dagster as dg

from migration_pipeline.control.repository.syncs import SYNC_PREFIX
from migration_pipeline.orchestration.audit import ui_run_ended
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.report import write_report
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.runtime.errors import BadInputError


def missing_partitions(stores: Sequence[str], known: Sequence[str]) -> list[str]:
    """Stores of the project that are no partitions yet, in their order."""
    return [store for store in stores if store not in set(known)]


@dg.sensor(
    name="stores",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Registers new stores as partitions. 将新门店登记为分区。",
)
def stores_sensor(context: dg.SensorEvaluationContext, migration: MigrationResource) -> dg.SensorResult | dg.SkipReason:
    """Register every store of the project that is no partition yet."""
    try:
        stores = list(migration.workspace().stores)
    except BadInputError as error:
        return dg.SkipReason(str(error))
    new = missing_partitions(stores, context.instance.get_dynamic_partitions(STORES.name or ""))
    if not new:
        return dg.SkipReason(f"all {len(stores)} stores are registered")
    return dg.SensorResult(dynamic_partitions_requests=[STORES.build_add_request(new)])


def report_sensors() -> list[dg.SensorDefinition]:
    """Write the report anew after every run, also of those started in the UI, which get into the audit log here, and of failed ones."""
    return [_report_sensor(status) for status in (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)]


def _report_sensor(status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=f"report_after_{status.value.lower()}",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Writes the HTML report. 生成 HTML 报告。",
    )
    def report(context: dg.RunStatusSensorContext, migration: MigrationResource) -> None:
        workspace, run = migration.workspace(), context.dagster_run
        write_report(workspace)
        if run.tags.get(MIGRATION, SYNC_PREFIX).startswith(SYNC_PREFIX):  # a command tells the log itself
            ui_run_ended(workspace, run.run_id, run.tags, status.value)

    return report
