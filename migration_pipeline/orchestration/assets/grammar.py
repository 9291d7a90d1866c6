"""What all assets have in common: name, group, partitions, kinds, owner, description, what they wait for.

Belongs here: the grammar `<stage>_<dataset>`. Does not belong here: bodies, how a step goes through its stores (`store_step.py`).
"""

from collections.abc import Collection
from functools import cache
from typing import Any

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS, Dataset
from migration_pipeline.orchestration.partitions import STORES, STORES_PER_RUN

OWNER = "team:migration"
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
_SOURCE = {"cleaned": "raw", "unmapped": "cleaned", "mapped": "cleaned", "loaded": "mapped", "reconciled": "loaded"}
_POOLS = {"loaded": "erp"}


def name_of(stage: str, dataset: str) -> str:
    """The asset of a stage and dataset."""
    return f"{stage}_{dataset}"


def waits_for(stage: str, dataset: str) -> list[str]:
    """The assets that must have run: the stage before, and what the dataset refers to.

    A store is loaded only when all its datasets are mapped, so that bad input in one of them leaves nothing half-loaded.
    """
    before = [name_of(_SOURCE[stage], dataset)] if stage in _SOURCE else []
    needs = [name_of(stage, need) for need in DATASETS[dataset].needs] if stage in {"mapped", "loaded"} else []
    words = [name_of("unmapped", dataset)] if stage == "mapped" else []
    others = [name_of("mapped", name) for name in DATASETS if name != dataset] if stage == "loaded" else []
    return [*before, *words, *others, *needs]


ALL = [name_of(stage, dataset) for dataset in DATASETS for stage in _WHAT]
"""Every asset."""


@cache
def upstream(asset: str) -> frozenset[str]:
    """All assets that one waits for, near and far."""
    stage, _, dataset = asset.partition("_")
    near = waits_for(stage, dataset)
    return frozenset(near).union(*(upstream(one) for one in near))


def is_last(asset: str, among: Collection[str]) -> bool:
    """Whether none of these assets waits for this one."""
    return not any(asset in upstream(other) for other in among)


def properties(stage: str, dataset: Dataset) -> dict[str, Any]:
    """The arguments of `dg.asset` that follow from the grammar."""
    english, chinese, kinds = _WHAT[stage]
    return {
        "name": name_of(stage, dataset.name),
        "group_name": "mapped" if stage == "unmapped" else stage,
        "partitions_def": STORES,
        "backfill_policy": dg.BackfillPolicy.multi_run(STORES_PER_RUN),
        "kinds": kinds,
        "owners": [OWNER],
        "tags": {"stage": stage, "dataset": dataset.name},
        "description": f"**{dataset.name} {dataset.zh}** — {english}\n\n{chinese}",
        "deps": waits_for(stage, dataset.name),
        "pool": _POOLS.get(stage),
    }
