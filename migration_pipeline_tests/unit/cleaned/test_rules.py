"""Rules do exactly what the project file says; a rule that cannot be meant is an error, not a shrug."""

import warnings
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from migration_pipeline.cleaned.rules import apply_rules
from migration_pipeline.contracts.stage_output import Finding
from migration_pipeline.project.source import Rule
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.cleaned.raw_tables import text


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": text("A1", "B2", None),
            "amount": pd.Series([Decimal("1.00"), Decimal("-2.00"), Decimal(0)], dtype=pd.ArrowDtype(pa.decimal128(18, 2))),
            "sold_at": pd.Series(pd.to_datetime(["2026-01-01", None, None])).astype("datetime64[us]"),
            "weighed": pd.Series([True, False, None], dtype="bool[pyarrow]"),
            "line_no": pd.Series([1, 2, None], dtype="int64[pyarrow]"),
            "_row_id": text("r:1", "r:2", "r:3"),
            "_reason": text(None, None, None),
            "_detail": text("", "", ""),
        }
    )


def rule(**parts: object) -> Rule:
    return Rule.model_validate({"id": "r", "when": {}, **parts})


def run(*rules: Rule) -> tuple[pd.DataFrame, list[Finding]]:
    return apply_rules(frame(), "lines", rules)


def rows_hit(condition: dict[str, dict[str, object]]) -> list[int]:
    """The rows (0, 1, 2) that fulfil a condition."""
    after, _ = run(rule(when=condition, exclude="footer_row"))
    return after.index[after["_reason"].notna()].tolist()


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ({"code": {"equals": "A1"}}, [0]),
        ({"code": {"one_of": ["A1", "B2"]}}, [0, 1]),
        ({"code": {"matches": "^[AB]"}}, [0, 1]),
        ({"code": {"not_matches": "^A"}}, [1, 2]),
        ({"code": {"missing": True}}, [2]),
        ({"code": {"missing": False}}, [0, 1]),
        ({"amount": {"below": 0}}, [1]),
        ({"amount": {"above": 0}}, [0]),
        ({"amount": {"equals": "0"}}, [2]),
        ({"amount": {"one_of": ["0", "1"]}}, [0, 2]),
        ({"amount": {"equals": "99999999999999999999"}}, []),
        ({"weighed": {"equals": "true"}}, [0]),
        ({"line_no": {"above": 1}}, [1]),
        ({"sold_at": {"missing": True}}, [1, 2]),
        ({"code": {"equals": "A1"}, "amount": {"below": 0}}, []),
        ({"amount": {"above": -3, "below": 0}}, [1]),
        ({}, [0, 1, 2]),
    ],
)
def test_a_rule_hits_the_rows_that_fulfil_all_parts_of_all_conditions(condition: dict[str, dict[str, object]], rows: list[int]) -> None:
    assert rows_hit(condition) == rows


def test_reject_and_exclude_end_rows_with_reason_and_rule() -> None:
    after, found = run(
        rule(when={"code": {"equals": "A1"}}, reject="bad_number"), rule(id="s", when={"code": {"equals": "B2"}}, exclude="not_a_sale")
    )
    assert after["_reason"].tolist()[:2] == ["bad_number", "not_a_sale"]
    assert after["_detail"].tolist()[:2] == ["r", "s"]
    assert [(f.rule, f.reason, f.action, f.hits) for f in found] == [("r", "bad_number", "reject", 1), ("s", "not_a_sale", "exclude", 1)]


def test_an_exclusion_overrides_a_rejection_but_a_rejection_no_exclusion() -> None:
    """A total row is a total row, whatever else is wrong with it."""
    reject, exclude = rule(reject="bad_number"), rule(exclude="footer_row")
    assert set(run(reject, exclude)[0]["_reason"]) == {"footer_row"}
    assert set(run(exclude, reject)[0]["_reason"]) == {"footer_row"}


def test_flag_only_counts_and_only_rows_that_go_on() -> None:
    after, found = run(rule(when={"code": {"equals": "A1"}}, exclude="footer_row"), rule(flag="zero_amount"))
    assert found[1].hits == 2
    assert after["_reason"].notna().sum() == 1


def test_set_clear_and_negate_change_values() -> None:
    after, found = run(
        rule(when={"code": {"equals": "A1"}}, set={"code": "Z", "amount": "5", "sold_at": "2026-02-02", "weighed": "0"}),
        rule(when={"code": {"equals": "B2"}}, clear=["code"]),
        rule(when={"amount": {"below": 0}}, negate=["amount"]),
    )
    assert after["code"].iloc[0] == "Z"
    assert after["code"].isna().tolist() == [False, True, True]
    assert after["amount"].tolist() == [Decimal(5), Decimal(2), Decimal(0)]
    assert after["sold_at"].iloc[0] == pd.Timestamp("2026-02-02")
    assert after["weighed"].iloc[0] == False  # noqa: E712 - a pandas boolean
    assert after.dtypes.to_dict() == frame().dtypes.to_dict()
    assert found[2].reason == "sign_normalised"


def test_values_change_in_rejected_rows_too() -> None:
    """A rejected return must stand in the ledger with the sign that the control total gives it."""
    after, _ = run(rule(reject="bad_number"), rule(when={"amount": {"above": 0}}, negate=["amount"]))
    assert after["amount"].tolist() == [Decimal(-1), Decimal(-2), Decimal(0)]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"when": {"colour": {"equals": "x"}}, "flag": "zero_price"}, "colour"),
        ({"set": {"colour": "x"}}, "colour"),
        ({"clear": ["colour"]}, "colour"),
        ({"negate": ["colour"]}, "colour"),
        ({"negate": ["code"]}, "numbers"),
        ({"when": {"code": {"below": 0}}, "flag": "zero_price"}, "numbers"),
        ({"when": {"sold_at": {"above": 0}}, "flag": "zero_price"}, "numbers"),
        ({"when": {"amount": {"equals": "none"}}, "flag": "zero_price"}, "none"),
        ({"set": {"amount": "none"}}, "none"),
        ({"set": {"amount": "1.234"}}, "1.234"),
        ({"set": {"sold_at": "soon"}}, "soon"),
        ({"set": {"weighed": "perhaps"}}, "perhaps"),
        ({"exclude": "bad_number"}, "bad_number"),
        ({"reject": "footer_row"}, "footer_row"),
        ({"flag": "bad_number"}, "bad_number"),
        ({"reject": "no_such_reason"}, "no_such_reason"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_bad_input_that_says_what(parts: dict[str, object], words: str) -> None:
    with pytest.raises(BadInputError) as caught:
        run(rule(**parts))
    assert words in caught.value.what
    assert caught.value.fix


def test_groups_in_a_pattern_are_no_reason_to_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rows_hit({"code": {"matches": "^(A|B)[0-9]"}}) == [0, 1]
        assert rows_hit({"code": {"not_matches": "^(A)"}}) == [1, 2]
