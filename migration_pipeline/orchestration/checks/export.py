"""`export`: does what was read look whole? Smells of a cut export warn; what proves a loss or damage stops the store."""

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.store_stage import StoreStage


def export_check() -> StoreCheck:
    """The check `export` of `raw_<dataset>`."""

    def judge(at: StoreStage, raw: StageOutput) -> dg.AssetCheckResult:
        return export_result(raw)

    words = "Neither cut off nor damaged on its way: row counts, footers, encodings, closing times. 导出未被截断、未损坏。"
    return one_check("export", words, judge)


def export_result(raw: StageOutput) -> dg.AssetCheckResult:
    """What the extract says about itself; figures and places, no cell of the source."""
    found = raw.facts.get("export")
    smells = [dict(smell) for smell in found] if isinstance(found, list) else []
    blocking = [smell for smell in smells if smell["blocks"]]
    rows = [(s["code"], s["where"], s["detail"], REASONS[s["code"]].hint_en, REASONS[s["code"]].hint_zh) for s in smells]
    table = pd.DataFrame(rows, columns=["code", "input", "found", "to do", "处理建议"], dtype="str")
    return dg.AssetCheckResult(
        passed=not smells,
        severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{s['where']}: {REASONS[s['code']].en} ({s['detail']})" for s in blocking or smells) or None,
        metadata={"findings": dg.MetadataValue.md(markdown(table)), "blocking": dg.MetadataValue.int(len(blocking))},
    )
