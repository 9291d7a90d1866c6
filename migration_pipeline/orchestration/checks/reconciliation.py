"""`reconciliation`: source = ERP + what is explained, the unexplained rest is 0.00, and the ERP's rows are the mapped rows."""

from decimal import Decimal

import dagster as dg

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.store_stage import StoreStage

_SHOWN = 20
_TOLD = ("rung", "metric", "by_dimension", "grp", "source", "target", "explained", "unexplained", "sample")


def reconciliation_check() -> StoreCheck:
    """The check `reconciliation` of `reconciled_<dataset>`."""

    def judge(at: StoreStage, proof: StageOutput) -> dg.AssetCheckResult:
        measured, rows, ladder = (proof.tables[name] for name in ("measurements", "rows", "ladder"))
        broken = ladder[ladder["status"] == "break"].head(_SHOWN)
        return dg.AssetCheckResult(
            passed=bool(proof.facts["clean"]),
            metadata={
                "unexplained": dg.MetadataValue.text(str(sum(measured["unexplained"].abs(), Decimal(0)))),
                "measurements": dg.MetadataValue.md(markdown(measured)),
                "breaks": dg.MetadataValue.md(markdown(proof.tables["breaks"])),
                "rungs that break": dg.MetadataValue.md(markdown(broken[list(_TOLD)])),
                "rows that differ": dg.MetadataValue.md(markdown(rows)),
            },
        )

    words = "Source totals of a code path of their own = ERP + explained differences. 独立取得的来源总数 = ERP + 已解释差异。"
    return one_check("reconciliation", words, judge)
