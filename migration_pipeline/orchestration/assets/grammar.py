"""What all assets have in common: name, group, partitions, kinds, owner, description.

Belongs here: the grammar `<stage>_<dataset>`. Does not belong here: bodies.
"""

from collections.abc import Callable, Sequence

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.partitions import STORES

OWNER, LAKE = "team:migration", "lake"
_WHAT = {
    "raw": ("Untouched rows of the source, archived and listed in a manifest.", "来源原始行，已归档并登记清单。", {"parquet"}),
    "cleaned": (
        "Typed, checked rows; whatever ended here has an outcome and a reason.",
        "已定型、已检查的行；在此结束的行均有去向与原因。",
        {"pandas", "parquet"},
    ),
    "unmapped": (
        "Source words without a meaning in the ERP; must be empty before mapping.",
        "尚无 ERP 含义的来源取值；映射前必须为空。",
        {"pandas", "parquet"},
    ),
    "mapped": (
        "Rows in the ERP's shape, with ERP keys from the crosswalk.",
        "ERP 结构的行，使用对照表中的 ERP 主键。",
        {"pandas", "parquet"},
    ),
    "loaded": ("Committed to the ERP in batches; the outcome ledger is complete.", "已分批提交到 ERP；去向台账完整。", {"postgres"}),
    "reconciled": ("ERP read back and compared with the untouched source.", "读回 ERP 并与未改动的来源核对。", {"postgres", "duckdb"}),
}


def stage_asset(
    stage: str, dataset: Dataset, *, source: str | None, deps: Sequence[str] = (), pool: str | None = None
) -> Callable[[Callable[..., StageOutput]], dg.AssetsDefinition]:
    """The decorator for one stage x dataset.

    Args:
        stage: one of `STAGES`.
        dataset: whose rows.
        source: the stage whose output of the same dataset is handed in under that name; None for raw.
        deps: assets that must have run, without their output.
        pool: limits how many such steps run at once.
    """
    english, chinese, kinds = _WHAT[stage]
    return dg.asset(
        name=f"{stage}_{dataset.name}",
        group_name="mapped" if stage == "unmapped" else stage,
        partitions_def=STORES,
        kinds=kinds,
        owners=[OWNER],
        tags={"stage": stage, "dataset": dataset.name},
        description=f"**{dataset.name} {dataset.zh}** — {english}\n\n{chinese}",
        io_manager_key=LAKE,
        ins={source: dg.AssetIn(f"{source}_{dataset.name}", input_manager_key=LAKE)} if source else {},
        deps=list(deps),
        pool=pool,
    )
