"""What the history keeps of a check's result: the verdict, the figures, nothing that is only for reading."""

import dagster as dg

from migration_pipeline.orchestration.checks.store_check import figures, verdict


def test_the_verdict_tells_a_stopped_store_from_a_warned_one() -> None:
    error, warn = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    results = [dg.AssetCheckResult(passed=passed, severity=severity) for passed, severity in ((True, error), (False, warn), (False, error))]
    assert [verdict(result) for result in results] == ["passed", "warned", "failed"]


def test_numbers_texts_and_lists_are_kept_and_tables_and_paths_are_not() -> None:
    metadata = {
        "rows": dg.MetadataValue.int(3),
        "unexplained": dg.MetadataValue.text("0.00"),
        "books": dg.MetadataValue.json({"lines": {"missing": 0}}),
        "table": dg.MetadataValue.md("| a |"),
        "report": dg.MetadataValue.path("/somewhere"),
    }
    result = dg.AssetCheckResult(passed=True, metadata=metadata)
    assert figures(result) == {"rows": 3, "unexplained": "0.00", "books": {"lines": {"missing": 0}}}
