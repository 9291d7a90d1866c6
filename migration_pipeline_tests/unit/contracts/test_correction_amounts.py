"""Amounts of corrections survive the way through JSON exactly."""

import json
from decimal import Decimal

import pytest

from migration_pipeline.contracts.correction_amounts import FACT, POLICY_FACT, CorrectionAmount, as_fact, correction_amounts


def test_amounts_come_back_to_the_last_digit() -> None:
    amounts = (CorrectionAmount("lines", "money", 2, Decimal("-0.10")), CorrectionAmount("lines", "quantity", 1, Decimal("1234567890.123")))
    assert correction_amounts({FACT: json.loads(json.dumps(as_fact(amounts)))}) == amounts


def test_an_output_that_nobody_corrected_has_none() -> None:
    assert correction_amounts({"files": {}}) == ()
    with pytest.raises(TypeError):
        correction_amounts({FACT: "1.00"})


def test_amounts_that_policies_changed_keep_their_reason() -> None:
    zeroed = CorrectionAmount("stock", "money", 2, Decimal("-3.80"), "negative_stock_zeroed")
    corrected = CorrectionAmount("stock", "money", 1, Decimal("1.00"))
    assert correction_amounts({POLICY_FACT: as_fact([zeroed]), FACT: as_fact([corrected])}) == (corrected, zeroed)
