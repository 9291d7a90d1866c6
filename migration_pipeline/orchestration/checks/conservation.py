"""`conservation`: before anything is loaded, every source row has exactly one outcome."""

import dagster as dg

from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.reconciled.reconcile import conserved
from migration_pipeline.runtime.lake import read_stage


def conservation_check() -> StoreCheck:
    """The check `conservation` of `mapped_<dataset>`."""

    def judge(at: StoreStage, mapped: StageOutput) -> dg.AssetCheckResult:
        raw = read_stage(at.workspace.home.lake, "raw", at.dataset.name, at.store)
        books = conserved(at.dataset, raw, joined([mapped.outcomes, mapped.tables[PENDING]]))
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

    return one_check("conservation", "Every source row has exactly one outcome. 每一来源行恰有一个去向。", judge)
