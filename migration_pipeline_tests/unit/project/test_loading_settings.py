"""Paces are positive, hours are hours, and what a store says is laid over what its project says."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from migration_pipeline.project.loading_settings import Loading
from migration_pipeline.project.models import Project
from migration_pipeline.project.yaml_lines import parse_yaml
from migration_pipeline_tests.unit.project.project_text import GOOD


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows_per_second": 0},
        {"batch_rows": -1},
        {"target_seconds": "0"},
        {"parallel": 0},
        {"hours": "22:00-06:00"},
        {"hours": "at_night"},
        {"hours": ["22-06"]},
        {"hours": ["24:00-06:00"]},
        {"hours": ["22:00-24:30"]},
        {"hours": ["06:00-06:00"]},
        {"low_peak_hours": 24},
        {"pace": 1},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Loading.model_validate(wrong)


@pytest.mark.parametrize("hours", ["low_peak", ["22:00-06:00"], ["00:00-24:00"], ["12:00-13:30", "22:00-24:00"]])
def test_hours_are_a_list_or_computed(hours: object) -> None:
    assert Loading.model_validate({"hours": hours}).hours


def test_a_store_changes_only_what_it_says_and_may_take_hours_away() -> None:
    project = Loading(rows_per_second=100, hours=("22:00-06:00",), target_seconds=Decimal("2.5"))
    assert Loading(rows_per_second=5).laid_over(project) == Loading(
        rows_per_second=5, hours=("22:00-06:00",), target_seconds=Decimal("2.5")
    )
    assert Loading.model_validate({"hours": []}).laid_over(project).hours == ()
    assert Loading().laid_over(project) == project


def test_only_the_project_says_how_many_loads_run_at_once() -> None:
    values = parse_yaml(GOOD)
    assert Project.model_validate({**values, "loading": {"parallel": 2}}).loading.parallel == 2
    values["stores"][0]["loading"] = {"rows_per_second": 10}
    assert Project.model_validate(values).stores[0].loading == Loading(rows_per_second=10)
    values["stores"][0]["loading"] = {"parallel": 2}
    with pytest.raises(ValidationError, match="for the whole project"):
        Project.model_validate(values)
