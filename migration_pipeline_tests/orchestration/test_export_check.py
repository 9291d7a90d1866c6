"""The check `export` warns of smells, stops at proofs, and shows where to look and what to do."""

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.checks.export import export_result


def _raw(*smells: dict[str, object]) -> StageOutput:
    return StageOutput("x", {"products": pd.DataFrame()}, facts={"export": list(smells)})


SMELL = {"code": "round_count", "where": "items", "detail": "exactly 1,000 rows", "blocks": False}
PROOF = {"code": "footer_differs", "where": "items", "detail": "its footer states 12 rows, there are 10", "blocks": True}


def test_an_export_without_smells_passes() -> None:
    assert export_result(_raw()).passed


def test_a_smell_warns_and_lets_the_store_go_on() -> None:
    result = export_result(_raw(SMELL))
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_proof_of_loss_stops_the_store_and_says_what_and_where() -> None:
    result = export_result(_raw(SMELL, PROOF))
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "items: The file's own footer states another total" in (result.description or "")
    assert "exactly 1,000 rows" not in (result.description or "")
