"""Large stores of a backfill: left out of the run they would share, and given a run of their own.

Dagster cuts a backfill into stretches of partitions without asking how large they are.
Belongs here: leaving out, and asking for the other run. Does not belong here: what is large (`groups.py`).
"""

from collections.abc import Iterator

import dagster as dg

from migration_pipeline.orchestration.groups import is_large
from migration_pipeline.orchestration.jobs import COMPARE, MIGRATE, RECONCILE
from migration_pipeline.orchestration.versions import MIGRATION
from migration_pipeline.orchestration.window import REASON_TAG, WHO_TAG
from migration_pipeline.orchestration.workspace import Workspace

LEFT_OUT, WHICH = "left_out", "stores_left_out"
"""Tags of a run that left stores out: that it did, and which."""
_PASSED_ON = ("dagster/backfill", MIGRATION, REASON_TAG, WHO_TAG)


def stores_here(context: dg.AssetExecutionContext, workspace: Workspace) -> list[str]:
    """The stores that a step of this run is about: those of its partitions, without large ones if there are others."""
    run, stores = context.run, list(context.partition_keys)
    if len(stores) == 1:
        return stores
    large = [store for store in stores if is_large(workspace, store)]
    if large and LEFT_OUT not in run.tags:
        context.instance.add_run_tags(run.run_id, {LEFT_OUT: "yes", WHICH: ", ".join(large)})
    return [store for store in stores if store not in large]


@dg.sensor(
    jobs=[MIGRATE, COMPARE],
    name="large_stores",
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Gives large stores that a shared run left out a run of their own. 为共享运行中跳过的大门店单独启动运行。",
)
def own_runs_sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask for one run per store left out; a run key keeps a store from being asked for twice."""
    asked = 0
    for record in context.instance.get_run_records(dg.RunsFilter(tags={LEFT_OUT: "yes"}), limit=50):
        run = record.dagster_run
        for store in run.tags[WHICH].split(", "):
            asked += 1
            yield dg.RunRequest(
                run_key=f"{run.run_id} {store}",
                partition_key=store,
                job_name=RECONCILE.name if run.job_name == RECONCILE.name else MIGRATE.name,
                tags={"store": store, **{name: run.tags[name] for name in _PASSED_ON if name in run.tags}},
                asset_selection=list(run.asset_selection) if run.asset_selection else None,
            )
    if not asked:
        yield dg.SkipReason("no shared run left a store out")
