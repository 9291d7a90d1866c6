"""`loaded_<dataset>`: committed to the ERP.

A store is loaded only when all its datasets are mapped, so that bad input in one of them leaves nothing half-loaded; then in load order.
"""

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS, Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.loaded.load import load
from migration_pipeline.orchestration.assets.grammar import stage_asset
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.load_gate import load_gate
from migration_pipeline.orchestration.metadata import stage_metadata
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.versions import set_data_version

_FIGURES = ("inserted", "updated", "unchanged", "kept", "refused", "batches")


def loaded_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """Build `loaded_<dataset>`."""
    others = [f"mapped_{name}" for name in DATASETS if name != dataset.name]
    earlier = [f"loaded_{name}" for name in dataset.needs]

    @stage_asset("loaded", dataset, source="mapped", deps=[*others, *earlier], pool="erp")
    def loaded(context: dg.AssetExecutionContext, migration: MigrationResource, mapped: StageOutput) -> StageOutput:
        with as_failures():
            workspace = migration.workspace()
            workspace.verify_manifest(mapped, context.partition_key, dataset.name)
            store, run_id = context.partition_key, context.run.run_id
            with load_gate(workspace, store, context.run) as gate:
                at = {"store": store, "run_id": run_id}
                output = load(dataset.name, mapped, workspace.target, workspace.records, **at, settings=gate.settings)
            figures = {
                name: dg.MetadataValue.int(int(str(output.facts[name])))
                for name in ("inserted", "updated", "unchanged", "kept", "refused", "batches")
            }
            context.add_output_metadata({**stage_metadata(dataset, output), **figures})
            set_data_version(context, "loaded", output)
            return output

    return loaded
