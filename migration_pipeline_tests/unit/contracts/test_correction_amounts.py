"""Amounts of corrections survive the way through JSON exactly."""

import json
from decimal import Decimal

import pytest

from migration_pipeline.contracts.correction_amounts import FACT, CorrectionAmount, as_fact, correction_amounts


def test_amounts_come_back_to_the_last_digit() -> None:
    amounts = (CorrectionAmount("lines", "money", 2, Decimal("-0.10")), CorrectionAmount("lines", "quantity", 1, Decimal("1234567890.123")))
    assert correction_amounts({FACT: json.loads(json.dumps(as_fact(amounts)))}) == amounts


def test_an_output_that_nobody_corrected_has_none() -> None:
    assert correction_amounts({"files": {}}) == ()
    with pytest.raises(TypeError):
        correction_amounts({FACT: "1.00"})
