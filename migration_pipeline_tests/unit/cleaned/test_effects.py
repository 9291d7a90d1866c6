"""What a rule found: exact amounts, few row ids and values, no person."""

from decimal import Decimal

import pandas as pd

from migration_pipeline.cleaned.effects import ROW_IDS, VALUES, counted, effects
from migration_pipeline.contracts.correction_amounts import CorrectionAmount, correction_amounts
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.policy_effects import MASK, PolicyEffect, policy_effects
from migration_pipeline.contracts.stage_output import Finding
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, text


def members(rows: int = 2) -> pd.DataFrame:
    """Members of one name, the first without a phone, whose points are 1.50 now and 1.00 in the ledger."""
    own = {"points": pd.Series([Decimal("1.50")] * rows, dtype=decimal_dtype(2)), "_points": pd.Series([Decimal(1)] * rows)}
    names = {"member_code": text(*(f"M{n}" for n in range(rows))), "name": text(*["Person"] * rows), "x_note": text(*["Secret"] * rows)}
    phones = text(None, *["13912345678"] * (rows - 1))
    return pd.DataFrame({"_row_id": text(*(f"r:{n}" for n in range(rows))), **names, "phone": phones, **own})


def both() -> "pd.Series[bool]":
    return pd.Series([True, True])


FLAG = PolicyEffect("members", "several_cards", "flag", False, "several_cards")


def test_values_are_the_key_and_the_columns_of_the_rule_without_persons_and_unknown_columns() -> None:
    effect = counted(FLAG, members(), both(), ("phone", "name", "points", "x_note"))
    assert effect.values[0] == ("r:0", {"member_code": "M0", "phone": None, "name": MASK, "points": "1.50"})
    assert effect.values[1][1]["phone"] == MASK


def test_row_ids_and_values_are_few_however_many_rows() -> None:
    effect = counted(FLAG, members(300), pd.Series([True] * 300), ("phone",))
    assert (effect.rows, len(effect.row_ids), len(effect.values)) == (300, ROW_IDS, VALUES)


def test_rows_that_go_on_have_what_they_hold_and_rows_that_end_their_share_of_the_ledger() -> None:
    assert counted(FLAG, members(), both(), ()).amounts == {"points": Decimal("3.00")}
    reject = PolicyEffect("members", "negative_points", "reject", True, "negative_points_rejected")
    assert counted(reject, members(), both(), ()).amounts == {"points": Decimal(2)}


def test_facts_tell_effects_with_rows_and_amounts_that_moved_and_nothing_else() -> None:
    moved = CorrectionAmount("stock", "money", 1, Decimal("-2.00"), "negative_stock_zeroed")
    told = [Finding("t", "r", "x", "fix", 3), Finding("members", "r", "x", "flag", 0, effect=FLAG)]
    assert effects(told) == {}
    facts = effects([*told, Finding("members", "r", "x", "flag", 2, effect=counted(FLAG, members(), both(), ()), moved=(moved,))])
    assert [effect.rows for effect in policy_effects(facts)] == [2]
    assert correction_amounts(facts) == (moved,)


def test_a_flag_of_the_project_tells_its_rows_as_a_built_in_rule_does() -> None:
    rules = [{"id": "odd", "when": {"points": {"above": "5"}}, "flag": "negative_points"}]
    columns = {"member_code": ["1", "2"], "name": ["Person", "Person"], "points": ["7", "3"]}
    (effect,) = policy_effects(cleaned("members", {"members": columns}, specs={"members": {"rules": rules}}).facts)
    assert (effect.rule, effect.rows, effect.row_ids, effect.amounts) == ("odd", 1, ("members:1",), {"points": Decimal("7.00")})
    assert effect.values == (("members:1", {"member_code": "1", "points": "7.00"}),)
