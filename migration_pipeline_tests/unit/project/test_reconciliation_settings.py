"""A tolerance names a metric that is measured and an amount that can be compared exactly."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from migration_pipeline.project.reconciliation_settings import ReconciliationSettings


def test_a_tolerance_is_kept_exactly() -> None:
    found = ReconciliationSettings.model_validate({"tolerance": {"lines.money": "0.05", "members.stored_bonus": 1}})
    assert found.tolerance == {"lines.money": Decimal("0.05"), "members.stored_bonus": Decimal(1)}


@pytest.mark.parametrize("wrong", [{"lines.gold": 1}, {"lines.money": -1}, {"lines.money": "0.00001"}, {"lines.money": "a cent"}])
def test_an_unknown_metric_or_amount_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReconciliationSettings.model_validate({"tolerance": wrong})
