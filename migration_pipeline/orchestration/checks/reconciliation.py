"""`reconciliation`: source = ERP + what is explained, the unexplained rest is 0.00, and the ERP's rows are the mapped rows.

A break that waits for a person fails it; one that a person accepted, or that changes no amount, is a warning.
"""

from decimal import Decimal

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.repository.break_cases import BreakCaseRepository
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.drift import drift_frame
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.reconciled.classed_breaks import shown_key

_TOLD = ("rung", "metric", "by_dimension", "grp", "source", "target", "explained", "unexplained", "sample")

_SHOWN = ["metric", "grp", "break_class", "reason", "rows", "amount", "state", "sample"]
_ROWS_SHOWN = 20


def reconciliation_check() -> StoreCheck:
    """The check `reconciliation` of `reconciled_<dataset>`."""

    def judge(at: StoreStage, proof: StageOutput) -> dg.AssetCheckResult:
        measured, ladder, cases = (proof.tables[name] for name in ("measurements", "ladder", "cases"))
        broken = ladder[ladder["status"] == "break"].head(_ROWS_SHOWN)
        looked_at = cases[cases["state"] != "explained"]
        severity = dg.AssetCheckSeverity.WARN if proof.facts["clean"] else dg.AssetCheckSeverity.ERROR
        events = BreakCaseRepository(at.workspace.databases).events([at.run_id])
        own = [(case, event) for case, event in events if (case.store, case.dataset) == (at.store, at.dataset.name)]
        return dg.AssetCheckResult(
            passed=bool(proof.facts["clean"]) and looked_at.empty,
            severity=severity,
            description=_told(looked_at),
            metadata={
                "unexplained": dg.MetadataValue.text(str(sum(measured["unexplained"].abs(), Decimal(0)))),
                "breaks by class": dg.MetadataValue.json(_by_class(cases)),
                "breaks that wait": dg.MetadataValue.md(markdown(looked_at[_SHOWN])),
                "since the run before": dg.MetadataValue.md(markdown(drift_frame(own))),
                "measurements": dg.MetadataValue.md(markdown(measured)),
                "breaks": dg.MetadataValue.md(markdown(proof.tables["breaks"])),
                "rungs that break": dg.MetadataValue.md(markdown(broken[list(_TOLD)])),
                "rows that differ": dg.MetadataValue.md(markdown(proof.tables["rows"])),
                "changed rows": dg.MetadataValue.md(markdown(_masked_rows(proof.tables["break_rows"]))),
            },
        )

    words = "Source totals of a code path of their own = ERP + explained differences. 独立取得的来源总数 = ERP + 已解释差异。"
    return one_check("reconciliation", words, judge)


def _by_class(cases: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in cases.groupby("break_class").size().items()}


def _told(cases: pd.DataFrame) -> str | None:
    """The breaks that somebody must look at, in words; None: there is none."""
    kinds = sorted({f"{one.break_class} in {one.metric}" for one in cases.itertuples(index=False) if not one.grp})
    return "; ".join(kinds) or None


def _masked_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The first changed rows; keys of persons are masked."""
    shown = rows.head(_ROWS_SHOWN)
    return shown.assign(key=[shown_key(table, key) for table, key in zip(shown["erp_table"], shown["key"], strict=True)])
