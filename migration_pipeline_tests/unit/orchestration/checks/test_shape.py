"""What the check `shape` says: how many rows break which rule, the source rows they are, and never a value."""

import json
from decimal import Decimal

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.cross_rules import Surroundings
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.orchestration.checks.shape import Staged, shape_result
from migration_pipeline.project.source import SourceSpec
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, raw, source_of, spec, text
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

MEMBERS = {"member_code": ["1001", "1002", "1003"], "name": ["Zhang San", "Li Si", "Wang Wu"], "points": ["1", "2", "3"]}
AROUND = Surroundings("S1", ("MAIN",), known=lambda dataset, codes: codes.iloc[:0], elsewhere=lambda dataset, codes: codes.iloc[:0])


def members() -> StageOutput:
    return cleaned("members", {"members": MEMBERS})


def source() -> SourceSpec:
    return source_of("members", {"members": spec(list(MEMBERS))})


def judged(stage: str, output: StageOutput, done: StageOutput | None = None) -> dg.AssetCheckResult:
    return shape_result(Staged(stage, DATASETS["members"], output, done), source(), AROUND)


def failures(result: dg.AssetCheckResult) -> list[dict[str, object]]:
    found = result.metadata["failures"].value
    assert isinstance(found, list)
    return found


def with_table(output: StageOutput, name: str, frame: pd.DataFrame) -> StageOutput:
    return StageOutput(output.extract_id, {**output.tables, name: frame}, output.outcomes, output.findings, output.facts)


def test_good_tables_of_every_stage_pass() -> None:
    done = members()
    final = mapped("members", done, FakeCrosswalk(), "S1")
    for stage, output, before in (("raw", raw({"members": MEMBERS}), None), ("cleaned", done, None), ("mapped", final, done)):
        result = judged(stage, output, before)
        assert result.passed, failures(result)


def test_every_broken_rule_is_counted_with_its_source_rows_and_without_values() -> None:
    done = members()
    frame = done.tables["members"].assign(member_code=text("1001", "8.1E+11", None))
    result = judged("cleaned", with_table(done, "members", frame))
    assert not result.passed
    assert result.severity is dg.AssetCheckSeverity.ERROR
    assert [(f["column"], f["check"], f["rows"], f["row_ids"]) for f in failures(result)] == [
        ("member_code", "not_nullable", 1, ["members:3"]),
        ("member_code", "not_scientific", 1, ["members:2"]),
    ]
    told = json.dumps({name: str(value.value) for name, value in result.metadata.items()})
    assert not any(value in told for value in ("Zhang", "Li Si", "1001", "8.1E"))


def test_only_a_few_row_ids_are_listed() -> None:
    codes = {"member_code": [str(n) for n in range(50)]}
    done = cleaned("members", {"members": codes})
    wrong = done.tables["members"].assign(stored_value=pd.Series([Decimal(1)] * 50, dtype=decimal_dtype(2)))
    (found,) = failures(judged("cleaned", with_table(done, "members", wrong)))
    assert (found["rows"], found["row_ids"]) == (50, [f"members:{n}" for n in range(1, 6)])


def test_a_wrong_type_is_told_once_and_the_tables_are_not_compared_then() -> None:
    done = members()
    final = mapped("members", done, FakeCrosswalk(), "S1")
    broken = final.tables["member_balance"].assign(points=1.5, store_code="S2")
    found = failures(judged("mapped", with_table(final, "member_balance", broken), done))
    assert [(f["table"], f["column"], f["row_ids"]) for f in found] == [("member_balance", "points", [])]


def test_an_erp_row_is_named_by_the_source_row_that_became_it() -> None:
    done = members()
    final = mapped("members", done, FakeCrosswalk(), "S1")
    balance = final.tables["member_balance"].assign(store_code=text("S1", "S2", "S1"))
    (found,) = failures(judged("mapped", with_table(final, "member_balance", balance), done))
    assert (found["column"], found["check"], found["row_ids"]) == ("store_code", "own_store", ["members:2"])
    lost = with_table(final, "member_balance", final.tables["member_balance"].iloc[1:])
    (found,) = failures(judged("mapped", lost, done))
    assert (found["table"], found["check"], found["row_ids"]) == (PENDING, "is_in_its_table", ["members:1"])
