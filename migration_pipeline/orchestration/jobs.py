"""The jobs: `migrate` takes a store through everything."""

import dagster as dg

MIGRATE = dg.define_asset_job(
    "migrate",
    selection=dg.AssetSelection.all(),
    description="One store, all datasets, raw to reconciled, with every check. 单店全流程迁移。",
)
