"""What is on the cards is compared with the entries and with the general ledger, to the cent, and never changed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration_pipeline.contracts.policy_effects import policy_effects
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, hits, reasons

CARDS: Columns = {
    "member_code": ["M1", "M2", "M3"],
    "points": ["10.00", "20.00", "30.00"],
    "stored_principal": ["100.00", "0", "50.00"],
    "stored_bonus": ["10.00", "0", "5.00"],
}


def members(
    cards: Columns = CARDS, *, specs: dict[str, Any] | None = None, policies: dict[str, str] | None = None, **tables: Columns
) -> StageOutput:
    return cleaned("members", {"members": cards, **tables}, specs=specs, policies=policies or {})


def points(**entries: list[str]) -> Columns:
    """Entries by card."""
    rows = [(card, amount) for card, amounts in entries.items() for amount in amounts]
    return {"member_code": [card for card, _ in rows], "points": [amount for _, amount in rows]}


def test_cards_that_agree_with_their_entries_and_cards_without_entries_are_fine() -> None:
    output = members(point_entries=points(M1=["15", "-5"], M2=["20.00"]))
    assert hits(output, "points_not_ledger") == 0
    assert reasons(output, "point_entries") == {f"point_entries:{n}": "kept_as_evidence" for n in (1, 2, 3)}
    assert "point_entries" not in output.tables


def test_points_that_are_not_the_sum_of_the_entries_are_found_and_kept_as_they_are() -> None:
    output = members(point_entries=points(M1=["15", "-5.01"], M2=["20"]))
    assert hits(output, "points_not_ledger") == 1
    assert output.tables["members"]["points"].tolist() == [Decimal(10), Decimal(20), Decimal(30)]
    (effect,) = policy_effects(output.facts)
    assert (effect.rule, effect.rows, dict(effect.amounts)) == ("points_not_ledger", 1, {"money": Decimal(110), "points": Decimal(10)})


def test_in_a_complete_ledger_a_card_without_entries_has_nothing() -> None:
    cards = {**CARDS, "points": ["10", "20", "0"]}
    entries = points(M1=["10"])
    assert hits(members(cards, point_entries=entries), "points_not_ledger") == 0
    assert hits(members(cards, point_entries=entries, specs={"point_entries": {"complete": True}}), "points_not_ledger") == 1


def test_a_ledger_without_signs_is_turned_by_a_rule() -> None:
    """思迅 t_rm_vip_acclist: acc_num is absolute and db_flag says the direction."""
    turn = {"id": "spent", "when": {"x_flag": {"equals": "-1"}}, "negate": ["points"]}
    entries: Columns = {"member_code": ["M1", "M1"], "points": ["15", "5"], "x_flag": ["1", "-1"]}
    assert hits(members(point_entries=entries, specs={"point_entries": {"rules": [turn]}}), "points_not_ledger") == 0


def test_a_card_with_an_entry_nobody_can_read_is_not_accused() -> None:
    output = members(point_entries=points(M1=["10", "1.2.3"], M2=["19"]))
    assert reasons(output, "point_entries")["point_entries:2"] == "bad_number"
    assert hits(output, "points_not_ledger") == 1


def test_the_rows_of_one_card_are_added_up_before_they_are_compared() -> None:
    cards: Columns = {"member_code": ["M1", "M1"], "points": ["10", "5"]}
    assert hits(members(cards, point_entries=points(M1=["15"])), "points_not_ledger") == 0


def test_principal_and_bonus_are_compared_apart() -> None:
    """110 in all is on the card, and 110 in all is in the ledger; but principal is paid back, and bonus is not."""
    entries: Columns = {"member_code": ["M1", "M3"], "principal": ["110.00", "50.00"], "bonus": ["0", "5.00"]}
    assert hits(members(stored_value_entries=entries), "stored_value_not_ledger") == 1
    entries = {"member_code": ["M1", "M3", "M1"], "principal": ["130.00", "50.00", "-30"], "bonus": ["10", "5.00", None]}
    assert hits(members(stored_value_entries=entries), "stored_value_not_ledger") == 0


def test_entries_of_a_card_that_is_not_there_are_found_but_not_those_of_a_rejected_one() -> None:
    cards = {**CARDS, "points": ["10", "x", "30"]}
    entries: Columns = {"member_code": ["M9"], "principal": ["1.00"], "bonus": [None]}
    output = members(cards, point_entries=points(M2=["5"], M8=["1", "2"]), stored_value_entries=entries)
    assert reasons(output, "members") == {"members:2": "bad_number"}
    assert hits(output, "point_entry_without_card") == 2
    assert hits(output, "stored_value_entry_without_card") == 1
    found = output.findings[output.findings["reason"] == "ledger_without_card"]
    assert found["hits"].sum() == 3
    amounts = {effect.rule: dict(effect.amounts) for effect in policy_effects(output.facts)}
    assert amounts["stored_value_entry_without_card"] == {"money": Decimal("1.00")}


def liability(*rows: tuple[str, str | None]) -> Columns:
    """Accounts of the general ledger: principal and bonus."""
    return {"account": [f"22{n}" for n in range(len(rows))], "principal": [p for p, _ in rows], "bonus": [b for _, b in rows]}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("150.00", "15.00")], 0),
        ([("165.00", None)], 0),
        ([("100.00", None), ("65.00", None)], 0),
        ([("150.00", None), ("0", "15.00")], 0),
        ([("165.00", "0")], 1),
        ([("164.99", None)], 1),
        ([("150.00", "15.01"), ("0", "0")], 1),
    ],
)
def test_all_stored_value_must_be_what_the_general_ledger_owes(rows: list[tuple[str, str | None]], found: int) -> None:
    """One finding per store however many accounts; principal and bonus apart only where the ledger keeps them apart."""
    assert hits(members(liabilities=liability(*rows)), "stored_value_without_liability") == found


def test_the_finding_tells_the_difference() -> None:
    (effect,) = policy_effects(members(liabilities=liability(("150.00", "14.00"))).facts)
    assert dict(effect.amounts) == {"money": Decimal("1.00")}
    ((_, values),) = effect.values
    assert (values["cards_bonus"], values["difference_principal"], values["difference_bonus"]) == ("15.00", "0.00", "1.00")


def test_a_general_ledger_that_owes_this_store_nothing_leaves_every_card_with_a_balance_without_liability() -> None:
    output = members(liabilities={"account": [], "principal": []})
    assert hits(output, "stored_value_without_liability") == 2
    (effect,) = policy_effects(output.facts)
    assert effect.amounts["money"] == Decimal(165)


def test_rejected_cards_are_owed_and_repeated_ones_are_not_owed_twice() -> None:
    cards: Columns = {"member_code": ["M1", "M1", "M2"], "points": ["1", "1", "x"], "stored_principal": ["1.00", "2.00", "4.00"]}
    assert hits(members(cards, liabilities=liability(("7.00", None))), "stored_value_without_liability") == 0


def test_the_project_may_stop_the_store_at_a_difference() -> None:
    with pytest.raises(BadInputError, match="stored_value_without_liability"):
        members(liabilities=liability(("1.00", None)), policies={"stored_value_without_liability": "block"})


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["M1", "M2", "M3", "M9", ""]), st.integers(-999, 999)), max_size=12))
def test_every_entry_ends_once_with_its_points_and_exactly_the_cards_that_differ_are_found(entries: list[tuple[str, int]]) -> None:
    given_rows: Columns = {"member_code": [card for card, _ in entries], "points": [str(Decimal(n) / 100) for _, n in entries]}
    output = members(point_entries=given_rows)
    ended = output.outcomes[output.outcomes["table"] == "point_entries"]
    assert len(ended) == len(entries)
    assert sum(ended["points"], Decimal(0)) == sum((Decimal(n) / 100 for _, n in entries), Decimal(0))
    balances = {"M1": 1000, "M2": 2000, "M3": 3000}
    there = {card for card, _ in entries} & balances.keys()
    off = sum(sum(n for card, n in entries if card == one) != balances[one] for one in there)
    assert hits(output, "points_not_ledger") == off
    assert hits(output, "point_entry_without_card") == sum(card == "M9" for card, _ in entries)
