"""The sensor `alerts`: every minute it tells the channels of the project what they do not know yet.

Belongs here: that. Does not belong here: telling (`telling.py`).
"""

from datetime import UTC, datetime

import dagster as dg

from migration_pipeline.orchestration.alerts.facts import died
from migration_pipeline.orchestration.alerts.telling import alerts_now, tell_all
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.runtime.errors import Store2erpError


@dg.sensor(
    name="alerts",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells the channels of `alerts:` in migration.yaml. 按 migration.yaml 的 `alerts:` 发送告警。",
)
def alerts_sensor(context: dg.SensorEvaluationContext, migration: MigrationResource) -> dg.SkipReason:
    """Tell; a channel that fails, or a project that cannot be opened, is told here and stops nothing."""
    try:
        workspace = migration.workspace()
        if not workspace.project.alerts.channels:
            return dg.SkipReason("migration.yaml names no alerts: channels: 未配置告警渠道")
        now = datetime.now(UTC)
        found = alerts_now(workspace, died(context.instance, workspace.databases, now), now)
        results = tell_all(workspace, found, now)
    except Store2erpError as error:
        return dg.SkipReason(str(error))
    for one in results:
        if one.problem:
            context.log.warning("channel %s: %s; tried again 将重试", one.channel, one.problem)
    arrived, waiting = sum(one.arrived for one in results), sum(one.waiting for one in results)
    return dg.SkipReason(f"{len(found)} alerts; {arrived} messages sent, {waiting} wait 条消息已发送/待发送")
