"""Dagster's IO manager over the lake: hands a store's `StageOutput` from asset to asset.

Belongs here: asset key and partition -> place in the lake. Does not belong here: the lake itself (`runtime/lake.py`).
"""

import dagster as dg

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.runtime.lake import read_stage, write_stage


class LakeIOManager(dg.ConfigurableIOManager):
    """`cleaned_products` of store S01 <-> `<home>/lake/cleaned/products/S01/`."""

    migration: dg.ResourceDependency[MigrationResource]

    def handle_output(self, context: dg.OutputContext, obj: StageOutput) -> None:
        """Write the output of the asset's stage, dataset and partition."""
        stage, _, dataset = context.asset_key.path[-1].partition("_")
        write_stage(self.migration.workspace().home.lake, stage, dataset, context.partition_key, obj)

    def load_input(self, context: dg.InputContext) -> StageOutput:
        """Read the current output of the upstream asset for this partition."""
        stage, _, dataset = context.asset_key.path[-1].partition("_")
        return read_stage(self.migration.workspace().home.lake, stage, dataset, context.partition_key)
