"""The jobs: `migrate` takes a store through everything, `reconcile` compares a loaded store again."""

from dataclasses import dataclass

import dagster as dg

from migration_pipeline.contracts.datasets import STAGES


@dataclass(frozen=True)
class StoreJob:
    """A job of one store and the stages whose assets it may run."""

    name: str
    stages: tuple[str, ...]


MIGRATION_JOB = StoreJob("migrate", (*STAGES, "unmapped"))
RECONCILE = StoreJob("reconcile", ("reconciled",))

MIGRATE = dg.define_asset_job(
    MIGRATION_JOB.name,
    selection=dg.AssetSelection.all(),
    description="One store, all datasets, raw to reconciled, with every check. 单店全流程迁移。",
)
COMPARE = dg.define_asset_job(
    RECONCILE.name,
    selection=dg.AssetSelection.groups("reconciled"),
    description="Compares a loaded store with its ERP again; reads no source, loads nothing. 再次核对已导入的门店。",
)
