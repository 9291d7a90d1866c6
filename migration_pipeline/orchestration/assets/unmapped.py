"""`unmapped_<dataset>`: source words without a meaning in the ERP. Must be empty before the dataset is mapped."""

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.unmapped import TABLE, unmapped_words
from migration_pipeline.orchestration.assets.grammar import stage_asset
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.versions import set_data_version


def unmapped_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """Build `unmapped_<dataset>`."""

    @stage_asset("unmapped", dataset, source="cleaned")
    def unmapped(context: dg.AssetExecutionContext, migration: MigrationResource, cleaned: StageOutput) -> StageOutput:
        with as_failures():
            source = migration.workspace().source(context.partition_key)
            output = unmapped_words(dataset.name, cleaned, source.value_maps)
            words = output.tables[TABLE]
            context.add_output_metadata({"dagster/row_count": len(words), "words": dg.MetadataValue.md(markdown(words))})
            set_data_version(context, "unmapped", output)
            return output

    return unmapped
