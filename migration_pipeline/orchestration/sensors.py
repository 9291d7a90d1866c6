"""The sensors: `stores` keeps the partitions equal to the stores of the migration project."""

from collections.abc import Sequence

import dagster as dg

from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
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
