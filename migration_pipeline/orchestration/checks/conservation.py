"""`conservation`: before anything is loaded, every source row has exactly one outcome."""

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.stage_output import PENDING
from migration_pipeline.orchestration.checks.store_check import store_check
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.reconcile import conserved
from migration_pipeline.runtime.lake import read_stage


def conservation_check(dataset: Dataset) -> dg.AssetChecksDefinition:
    """Build the check `conservation` of `mapped_<dataset>`."""

    def judge(workspace: Workspace, store: str) -> dg.AssetCheckResult:
        lake = workspace.home.lake
        raw, mapped = read_stage(lake, "raw", dataset.name, store), read_stage(lake, "mapped", dataset.name, store)
        books = conserved(dataset, raw, joined([mapped.outcomes, mapped.tables[PENDING]]))
        figures = {
            b.table: {
                "source_rows": b.source_rows,
                "missing": b.missing,
                "unknown": b.unknown,
                "twice": b.twice,
                "row_ids": list(b.samples),
            }
            for b in books
        }
        return dg.AssetCheckResult(passed=all(b.holds for b in books), metadata={"books": dg.MetadataValue.json(figures)})

    words = "Every source row has exactly one outcome. 每一来源行恰有一个去向。"
    return store_check("mapped", dataset, "conservation", words, judge)
