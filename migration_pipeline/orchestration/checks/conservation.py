"""`conservation`: before anything is loaded, every source row has exactly one outcome."""

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.stage_output import PENDING
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.reconciled.reconcile import conserved
from migration_pipeline.runtime.lake import read_stage


def conservation_check(dataset: Dataset) -> dg.AssetChecksDefinition:
    """Build the check `conservation` of `mapped_<dataset>`."""

    @dg.asset_check(
        asset=f"mapped_{dataset.name}",
        name="conservation",
        blocking=True,
        partitions_def=STORES,
        description="Every source row has exactly one outcome. 每一来源行恰有一个去向。",
    )
    def conservation(context: dg.AssetCheckExecutionContext, migration: MigrationResource) -> dg.AssetCheckResult:
        with as_failures():
            lake = migration.workspace().home.lake
            raw = read_stage(lake, "raw", dataset.name, context.partition_key)
            mapped = read_stage(lake, "mapped", dataset.name, context.partition_key)
            books = conserved(dataset, raw, joined([mapped.outcomes, mapped.tables[PENDING]]))
            figures = {
                b.table: {
                    "source_rows": b.source_rows,
                    "missing": b.missing,
                    "unknown": b.unknown,
                    "twice": b.twice,
                    "row_ids": list(b.samples),
                }
                for b in books
            }
            return dg.AssetCheckResult(passed=all(b.holds for b in books), metadata={"books": dg.MetadataValue.json(figures)})

    return conservation
