"""`reconciliation`: source = ERP + what is explained, the unexplained rest is 0.00, and the ERP's rows are the mapped rows."""

from decimal import Decimal

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.orchestration.checks.store_check import store_check
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.lake import read_stage

_SHOWN = 20
_TOLD = ("rung", "metric", "by_dimension", "grp", "source", "target", "explained", "unexplained", "sample")


def reconciliation_check(dataset: Dataset) -> dg.AssetChecksDefinition:
    """Build the check `reconciliation` of `reconciled_<dataset>`."""

    def judge(workspace: Workspace, store: str) -> dg.AssetCheckResult:
        proof = read_stage(workspace.home.lake, "reconciled", dataset.name, store)
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
    return store_check("reconciled", dataset, "reconciliation", words, judge)
