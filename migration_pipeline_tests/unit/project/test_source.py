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


def test_layouts_of_scales_are_readable_and_told_apart() -> None:
    """A pattern of a wrong length, and two layouts that could both read a code, are errors of the project file."""
    SourceSpec.model_validate(
        {"weighed_barcodes": [{"prefix": "20-21", "layout": "FFPPPPPWWWWWC"}, {"prefix": "22", "layout": "FFPPPPPAAAAAC"}]}
    )
    with pytest.raises(ValidationError, match="12 digits"):
        SourceSpec.model_validate({"weighed_barcodes": [{"prefix": "20", "layout": "FFPPPPPWWWWC"}]})
    with pytest.raises(ValidationError, match="could be read as"):
        SourceSpec.model_validate(
            {"weighed_barcodes": [{"prefix": "20-25", "layout": "FFPPPPPWWWWWC"}, {"prefix": "22", "layout": "FFPPPPPAAAAAC"}]}
        )


@pytest.mark.parametrize("pattern", ["(?=x)y", "(?<!a)b", r"(a)\1", "(", "(x+x+)+(?!y)"])
@pytest.mark.parametrize("part", ["matches", "not_matches"])
def test_a_pattern_that_could_backtrack_is_refused(part: str, pattern: str) -> None:
    with pytest.raises(ValidationError, match="cannot be used"):
        Condition.model_validate({part: pattern})


def test_a_pattern_that_re2_takes_is_taken() -> None:
    assert Condition.model_validate({"matches": "(?i)^(?:合计|total)[:：]?$"}).matches
