"""The 30 assets: a stage of a dataset each, wired to the lake, with its checks. No computing here."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.assets.cleaned import make_cleaned
from migration_pipeline.orchestration.assets.loaded import make_loaded
from migration_pipeline.orchestration.assets.mapped import make_mapped
from migration_pipeline.orchestration.assets.raw import make_raw
from migration_pipeline.orchestration.assets.reconciled import make_reconciled
from migration_pipeline.orchestration.assets.store_step import Body, stage_asset
from migration_pipeline.orchestration.assets.unmapped import make_unmapped
from migration_pipeline.orchestration.checks import checks_of

BODIES: Mapping[str, Body] = MappingProxyType(
    {
        "raw": make_raw,
        "cleaned": make_cleaned,
        "unmapped": make_unmapped,
        "mapped": make_mapped,
        "loaded": make_loaded,
        "reconciled": make_reconciled,
    }
)


def migration_assets() -> Sequence[dg.AssetsDefinition]:
    """Five stages and the unmapped words x five datasets."""
    return [stage_asset(stage, dataset, body, checks_of(stage, dataset)) for dataset in DATASETS.values() for stage, body in BODIES.items()]
