"""Findings are counted, added up and never shown without a hit."""

import pandas as pd

from migration_pipeline.contracts.stage_output import FINDING_COLUMNS, Finding, StageOutput, empty_findings, findings_frame


def test_equal_findings_are_added_up_and_empty_ones_left_out() -> None:
    twice = [Finding("t", "r", "trimmed", "fix", 2), Finding("t", "r", "trimmed", "fix", 3)]
    found = findings_frame([*twice, Finding("t", "s", "trimmed", "fix", 0)])
    assert found.to_dict("records") == [{"table": "t", "rule": "r", "reason": "trimmed", "action": "fix", "hits": 5}]


def test_findings_without_a_reason_are_kept() -> None:
    """Rules that set or clear values name no reason code."""
    assert findings_frame([Finding("t", "r", "", "set", 1)])["hits"].tolist() == [1]


def test_no_findings_have_the_columns_and_types_of_some() -> None:
    assert list(findings_frame([]).columns) == list(FINDING_COLUMNS)
    both = pd.concat([empty_findings(), findings_frame([Finding("t", "r", "trimmed", "fix", 1)])], ignore_index=True)
    assert both.dtypes.to_dict() == empty_findings().dtypes.to_dict()


def test_outputs_share_no_frames() -> None:
    assert StageOutput("a", {}).outcomes is not StageOutput("b", {}).outcomes
