"""The 30 assets: one module per stage, and one for what is not mapped yet; each wires a dataset to the lake. No computing here."""

from collections.abc import Sequence

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.assets.cleaned import cleaned_asset
from migration_pipeline.orchestration.assets.loaded import loaded_asset
from migration_pipeline.orchestration.assets.mapped import mapped_asset
from migration_pipeline.orchestration.assets.raw import raw_asset
from migration_pipeline.orchestration.assets.reconciled import reconciled_asset
from migration_pipeline.orchestration.assets.unmapped import unmapped_asset

_STAGES = (raw_asset, cleaned_asset, unmapped_asset, mapped_asset, loaded_asset, reconciled_asset)


def migration_assets() -> Sequence[dg.AssetsDefinition]:
    """Five stages and the unmapped words x five datasets."""
    return [stage(dataset) for dataset in DATASETS.values() for stage in _STAGES]
