"""Cut-offs and zones are real ones, and a store's day is laid over its source's."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.sales_settings import BusinessDay, SalesLimits
from migration_pipeline.project.source import SourceSpec


@pytest.mark.parametrize(
    "wrong", [{"cut_off": "24:00"}, {"cut_off": "4:00"}, {"time_zone": "Mars/Base"}, {"time_zone": "../etc"}, {"zone": "x"}]
)
def test_a_wrong_day_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        BusinessDay.model_validate(wrong)


def test_a_day_begins_at_its_cut_off_and_converts_only_between_two_zones() -> None:
    assert BusinessDay(cut_off="04:30").begins == timedelta(hours=4, minutes=30)
    assert BusinessDay().begins == timedelta(0)
    assert not BusinessDay(source_time_zone="Asia/Shanghai").converts
    assert BusinessDay(source_time_zone="UTC").converts


def test_a_stores_own_keys_are_laid_over_its_sources() -> None:
    source = SourceSpec(business_day=BusinessDay(cut_off="04:00", source_time_zone="UTC"), cashiers=("C1",), terminals=("01",))
    store = StoreSpec(id="S1", source="s", business_day=BusinessDay(time_zone="Asia/Urumqi"), cashiers=("C2",))
    laid = store.laid_over(source)
    assert laid.business_day == BusinessDay(cut_off="04:00", time_zone="Asia/Urumqi", source_time_zone="UTC")
    assert (laid.cashiers, laid.terminals) == (("C2",), ("01",))
    assert StoreSpec(id="S1", source="s").laid_over(source) == source
    both = StoreSpec(id="S1", source="s", severities={"receipt_gap": "error"}).laid_over(SourceSpec(severities={"line_sign": "info"}))
    assert both.severities == {"receipt_gap": "error", "line_sign": "info"}
    assert StoreSpec(id="S1", source="s", business_day=BusinessDay(cut_off="02:00")).laid_over(SourceSpec()).business_day is not None


def test_a_discount_is_a_share() -> None:
    with pytest.raises(ValidationError):
        SalesLimits.model_validate({"discount": "30"})
