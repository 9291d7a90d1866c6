"""What all checks have in common: partitioned, blocking, and every result kept in the control database's history.

Belongs here: that frame. Does not belong here: what a check looks at (its own module). Dagster cannot run a check of a partitioned asset
for one store without `partitions_def`; a check that raises is kept as `error` and stops the store like one that fails.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.control.models import CheckResult
from migration_pipeline.control.repository.checks import CheckRepository
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import Store2erpError

Judge = Callable[[Workspace, str], dg.AssetCheckResult]
"""Takes the opened project and a store."""


def store_check(stage: str, dataset: Dataset, name: str, description: str, judge: Judge) -> dg.AssetChecksDefinition:
    """Build the check `name` of `<stage>_<dataset>`."""

    @dg.asset_check(asset=f"{stage}_{dataset.name}", name=name, blocking=True, partitions_def=STORES, description=description)
    def check(context: dg.AssetCheckExecutionContext, migration: MigrationResource) -> dg.AssetCheckResult:
        with as_failures():
            workspace, store = migration.workspace(), context.partition_key
            history = CheckRepository(workspace.databases)
            place = {"run_id": context.run.run_id, "store": store, "dataset": dataset.name, "stage": stage, "check_name": name}
            try:
                result = judge(workspace, store)
            except Store2erpError as error:
                history.record(CheckResult(judged_at=datetime.now(UTC), verdict="error", told=str(error), figures={}, **place))
                raise
            history.record(
                CheckResult(judged_at=datetime.now(UTC), told=told(result), verdict=verdict(result), figures=figures(result), **place)
            )
            return result

    return check


def verdict(result: dg.AssetCheckResult) -> str:
    """`passed`, `warned` or `failed`."""
    if result.passed:
        return "passed"
    return "failed" if result.severity is dg.AssetCheckSeverity.ERROR else "warned"


def told(result: dg.AssetCheckResult) -> str:
    """What the check says in words; empty where nothing is to say."""
    return result.description or ""


def figures(result: dg.AssetCheckResult) -> dict[str, object]:
    """The figures of a result: numbers, short texts and lists; no tables for reading, no paths."""
    kept = (dg.IntMetadataValue, dg.TextMetadataValue, dg.JsonMetadataValue, dg.BoolMetadataValue)
    return {name: value.value for name, value in (result.metadata or {}).items() if isinstance(value, kept)}
