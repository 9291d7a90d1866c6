"""The 25 assets, one module per stage; each asset wires a dataset's stage to the lake. No computing here."""

from collections.abc import Sequence

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.assets.cleaned import cleaned_asset
from migration_pipeline.orchestration.assets.loaded import loaded_asset
from migration_pipeline.orchestration.assets.mapped import mapped_asset
from migration_pipeline.orchestration.assets.raw import raw_asset
from migration_pipeline.orchestration.assets.reconciled import reconciled_asset

_STAGES = (raw_asset, cleaned_asset, mapped_asset, loaded_asset, reconciled_asset)


def migration_assets() -> Sequence[dg.AssetsDefinition]:
    """Five stages x five datasets."""
    return [stage(dataset) for dataset in DATASETS.values() for stage in _STAGES]
