"""Effects of policies survive the way through JSON exactly."""

import json
from decimal import Decimal

import pytest

from migration_pipeline.contracts.policy_effects import CHOSEN, FACT, PolicyEffect, as_fact, chosen_policies, policy_effects


def test_effects_come_back_to_the_last_digit() -> None:
    effects = (
        PolicyEffect(
            "stock", "negative_stock", "zero", True, "negative_stock_zeroed", 2,
            {"money": Decimal("-0.10"), "quantity": Decimal("-1234567890.123")},
            ("s:1", "s:2"), (("s:1", {"product_code": "1", "quantity": None}),),
        ),
        PolicyEffect("tickets", "voided_ticket", "exclude", False, "voided_ticket", 1, {}),
    )  # fmt: skip
    assert policy_effects({FACT: json.loads(json.dumps(as_fact(effects)))}) == effects
    assert [effect.ends for effect in effects] == [False, True]


def test_an_output_in_which_no_rule_found_anything_has_none() -> None:
    assert policy_effects({"files": {}}) == ()
    assert chosen_policies({"files": {}}) == {}
    with pytest.raises(TypeError):
        chosen_policies({CHOSEN: ["keep"]})
    with pytest.raises(TypeError):
        policy_effects({FACT: {"negative_stock": "3.00"}})
