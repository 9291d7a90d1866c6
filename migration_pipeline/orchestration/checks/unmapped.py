"""`complete`: no source word of the store is without a meaning in the ERP; else the store stops, or its rows go to quarantine."""

import dagster as dg

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.unmapped import TABLE
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.project.source import SourceSpec

_TO_DO = "run `store2erp map unmapped`, fill in value_maps/, run again"


def complete_check() -> StoreCheck:
    """The check `complete` of `unmapped_<dataset>`."""

    def judge(at: StoreStage, unmapped: StageOutput) -> dg.AssetCheckResult:
        return complete_result(unmapped, at.workspace.source(at.store))

    words = "Every word of a closed list (unit, payment, status ...) has a meaning in the ERP. 所有取值均已映射。"
    return one_check("complete", words, judge)


def complete_result(unmapped: StageOutput, source: SourceSpec) -> dg.AssetCheckResult:
    """Passed if there is no word; otherwise the source's `unmapped:` decides whether the store stops."""
    words = unmapped.tables[TABLE]
    blocks = source.unmapped == "block"
    listed = words[["vocabulary", "word", "rows"]].to_dict("records")
    shown = ", ".join(" ".join(map(str, one.values())) for one in listed[:5])
    return dg.AssetCheckResult(
        passed=words.empty,
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        description=f"{len(words)} words without a meaning: {shown}. To do: {_TO_DO}" if len(words) else None,
        metadata={
            "words": dg.MetadataValue.int(len(words)),
            "rows": dg.MetadataValue.int(int(words["rows"].sum())),
            "unmapped": dg.MetadataValue.json(listed),
            "table": dg.MetadataValue.md(markdown(words)),
        },
    )
