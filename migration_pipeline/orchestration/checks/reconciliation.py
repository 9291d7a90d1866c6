"""`reconciliation`: source = ERP + what is explained, the unexplained rest is 0.00, and the ERP's rows are the mapped rows."""

from decimal import Decimal

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.runtime.lake import read_stage


def reconciliation_check(dataset: Dataset) -> dg.AssetChecksDefinition:
    """Build the check `reconciliation` of `reconciled_<dataset>`."""

    @dg.asset_check(
        asset=f"reconciled_{dataset.name}",
        name="reconciliation",
        blocking=True,
        partitions_def=STORES,
        description="Source totals of a code path of their own = ERP + explained differences. 独立取得的来源总数 = ERP + 已解释差异。",
    )
    def reconciliation(context: dg.AssetCheckExecutionContext, migration: MigrationResource) -> dg.AssetCheckResult:
        with as_failures():
            proof = read_stage(migration.workspace().home.lake, "reconciled", dataset.name, context.partition_key)
            measured, rows = proof.tables["measurements"], proof.tables["rows"]
            return dg.AssetCheckResult(
                passed=bool(proof.facts["clean"]),
                metadata={
                    "unexplained": dg.MetadataValue.text(str(sum(measured["unexplained"].abs(), Decimal(0)))),
                    "measurements": dg.MetadataValue.md(markdown(measured)),
                    "breaks": dg.MetadataValue.md(markdown(proof.tables["breaks"])),
                    "rows that differ": dg.MetadataValue.md(markdown(rows)),
                },
            )

    return reconciliation
