"""`raw_<dataset>`: one extract of one store's dataset."""

from dataclasses import replace

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.assets.grammar import stage_asset
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.metadata import read_since, stage_metadata
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.versions import stamped
from migration_pipeline.raw.extract import extract


def raw_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """Build `raw_<dataset>`."""

    @stage_asset("raw", dataset, source=None)
    def raw(context: dg.AssetExecutionContext, migration: MigrationResource) -> StageOutput:
        with as_failures():
            workspace = migration.workspace()
            store, source = workspace.store(context.partition_key), workspace.source(context.partition_key)
            output = extract(dataset, store, source, replace(workspace.places, run=context.run.run_id))
            before = workspace.records.last_manifest(store.id, dataset.name)
            context.add_output_metadata({**stage_metadata(dataset, output, source.datasets[dataset.name]), **read_since(before, output)})
            workspace.records.extract(context.run.run_id, store.id, dataset.name, output)
            return stamped(context, workspace, "raw", dataset.name, output)

    return raw
