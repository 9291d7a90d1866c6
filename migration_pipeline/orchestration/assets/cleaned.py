"""`cleaned_<dataset>`: typed and checked rows."""

import dagster as dg

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.assets.grammar import stage_asset
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.metadata import correction_metadata, stage_metadata
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.versions import stamped


def cleaned_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """Build `cleaned_<dataset>`."""

    @stage_asset("cleaned", dataset, source="raw")
    def cleaned(context: dg.AssetExecutionContext, migration: MigrationResource, raw: StageOutput) -> StageOutput:
        with as_failures():
            workspace = migration.workspace()
            workspace.verify_manifest(raw, context.partition_key, dataset.name)
            corrections = workspace.corrections(context.partition_key, dataset.name)
            output = clean(dataset.name, raw, workspace.source(context.partition_key), corrections)
            context.add_output_metadata({**stage_metadata(dataset, output), **correction_metadata(output)})
            return stamped(context, workspace, "cleaned", dataset.name, output)

    return cleaned
