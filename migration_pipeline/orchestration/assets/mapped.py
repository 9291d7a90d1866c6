"""`mapped_<dataset>`: rows in the ERP's shape. Depends on the mapped datasets whose keys it refers to, and on its words being mapped."""

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline.orchestration.assets.grammar import stage_asset
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.metadata import stage_metadata
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.versions import stamped


def mapped_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """Build `mapped_<dataset>`."""

    @stage_asset("mapped", dataset, source="cleaned", deps=[f"unmapped_{dataset.name}", *(f"mapped_{name}" for name in dataset.needs)])
    def mapped(context: dg.AssetExecutionContext, migration: MigrationResource, cleaned: StageOutput) -> StageOutput:
        with as_failures():
            workspace = migration.workspace()
            workspace.verify_manifest(cleaned, context.partition_key, dataset.name)
            output = map_to_erp(dataset.name, cleaned, workspace.mapping_context(context.partition_key, context.run.run_id))
            context.add_output_metadata(stage_metadata(dataset, output))
            return stamped(context, workspace, "mapped", dataset.name, output)

    return mapped
