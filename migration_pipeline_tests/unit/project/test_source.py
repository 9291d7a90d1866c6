"""The schema of a source is closed, and an input must say what its format needs."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from migration_pipeline.project.source import Condition, InputSpec, Rule, SourceSpec, TableSpec


@pytest.mark.parametrize("spec", [{"format": "sqlite"}, {"format": "sql_dump"}, {"format": "xml"}, {"format": "xml", "rows": "/a"}])
def test_formats_with_several_tables_must_name_one(spec: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="needs"):
        InputSpec.model_validate({"file": "x", **spec})


def test_models_are_frozen_and_closed() -> None:
    source = SourceSpec()
    with pytest.raises(ValidationError):
        source.title = "x"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        SourceSpec.model_validate({"titel": "x"})


def test_conditions_compare_exact_decimals() -> None:
    assert Condition.model_validate({"below": 0.1}).below == Decimal("0.1")


@pytest.mark.parametrize("actions", [{}, {"flag": "zero_price", "clear": ["amount"]}, {"exclude": "no_member", "reject": "bad_date"}])
def test_a_rule_has_exactly_one_action(actions: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        Rule.model_validate({"id": "r", "when": {}, **actions})


@pytest.mark.parametrize("pattern", ["%d/%m/%Y", "excel", ["%d/%m/%Y", "excel"], "%Y-%m-%dT%H:%M:%S.%f%z"])
def test_dates_take_one_pattern_or_several(pattern: object) -> None:
    assert TableSpec.model_validate({"inputs": ["i"], "dates": {"sold_at": pattern}}).dates


@pytest.mark.parametrize("pattern", ["%Q", "dd/mm/yyyy", "Excel", "%d/%m/%", ["%d/%m/%Y", "yyyy"]])
def test_a_pattern_that_can_never_fit_is_an_error_before_any_data_is_read(pattern: object) -> None:
    with pytest.raises(ValidationError, match="neither a strptime pattern"):
        TableSpec.model_validate({"inputs": ["i"], "dates": {"sold_at": pattern}})
