"""A policy does what it says with the rows of a rule, with every policy of every rule, and never loses a row or its money."""

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.cleaned import effects as counting
from migration_pipeline.cleaned.policies import apply, apply_all, ending
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.correction_amounts import CorrectionAmount, correction_amounts
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import MEASURES, entries
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.policies import RULES, BuiltInRule, Policy
from migration_pipeline.contracts.policy_effects import PolicyEffect, policy_effects
from migration_pipeline.runtime.errors import BadInputError

EACH = [(rule, policy) for rule in RULES.values() for policy in rule.allowed]


def some(rule: BuiltInRule, *, ended: bool = False) -> CleanTable:
    """Three rows of the rule's table; the first one has ended already if so wished."""
    table = DATASETS[rule.dataset].table(rule.table)
    text = {name: pd.Series(["a", "b", "c"], dtype="str") for name in table.columns}
    money = pd.Series([Decimal("1.00"), Decimal("2.00"), Decimal("4.00")], dtype=decimal_dtype(2))
    frame = pd.DataFrame(text).assign(
        _row_id=pd.Series(["r:1", "r:2", "r:3"], dtype="str"),
        _reason=pd.Series(["bad_number" if ended else None, None, None], dtype="str"),
        _detail=pd.Series("", index=range(3), dtype="str"),
        _money=money,
        _quantity=money.astype(decimal_dtype(3)),
        _points=money,
    )
    amounts = {name: frame[f"_{measure}"] for measure in MEASURES if (name := getattr(table, measure))}
    return CleanTable(table, frame.assign(**amounts))


def effects(done: CleanTable) -> dict[str, object]:
    """The facts of one table."""
    return counting.effects(done.findings)


def two(first: bool = True) -> "pd.Series[bool]":
    return pd.Series([first, True, False])


@pytest.mark.parametrize(("rule", "policy"), EACH, ids=[f"{rule.id}-{policy}" for rule, policy in EACH])
def test_every_policy_of_every_rule_conserves_rows_and_money(rule: BuiltInRule, policy: Policy) -> None:
    policies: dict[str, Policy] = {rule.id: policy}
    if policy == "block":
        with pytest.raises(BadInputError, match=rf"rows r:1, r:2: the rule {rule.id} .* 2 rows in {rule.dataset}\.{rule.table}"):
            apply(some(rule), rule.id, two(), policies)
        return
    done = apply(some(rule), rule.id, two(), policies)
    over = done.frame[done.frame["_reason"].notna()]
    ledger = entries(done.table, over, over["_reason"], "cleaned")
    assert len(done.alive) + len(ledger) == 3
    assert len(ledger) == (2 if policy in {"exclude", "reject"} else 0)
    assert set(ledger["outcome"]) <= {f"{policy.removesuffix('e')}ed"}
    moved = {amount.metric: amount.amount for amount in correction_amounts(effects(done))}
    assert {f"_{name}" for name in moved} <= {f"_{measure}" for measure in MEASURES if getattr(done.table, measure) in rule.zeroes}
    assert done.alive["_money"].sum() + ledger["money"].sum() + moved.get("money", 0) == Decimal("7.00")
    assert sum(f.hits for f in done.findings) == (2 * len(rule.columns) if policy == "fix" else 2 if policy in {"flag", "zero"} else 0)
    told = [(e.rule, e.policy, e.chosen, e.rows, e.row_ids, e.ends) for e in policy_effects(effects(done))]
    assert told == ([] if policy == "keep" else [(rule.id, policy, True, 2, ("r:1", "r:2"), bool(len(ledger)))])


def test_rows_that_ended_before_are_neither_counted_nor_ended_again() -> None:
    rule = RULES["negative_stock"]
    assert apply(some(rule, ended=True), rule.id, two(), {}).findings[0].hits == 1
    ended = apply(some(rule, ended=True), rule.id, two(), {rule.id: "reject"})
    assert ended.frame["_reason"].tolist()[:2] == ["bad_number", "negative_stock_rejected"]
    over = apply(some(rule, ended=True), rule.id, two(), {rule.id: "reject"}, override=True)
    assert over.frame["_reason"].tolist()[:2] == ["negative_stock_rejected"] * 2


def effect_of(name: str, policies: Mapping[str, Policy] | None = None, done: CleanTable | None = None) -> PolicyEffect:
    """What a rule does with two rows of its table."""
    (effect,) = policy_effects(effects(apply(done or some(RULES[name]), name, two(), policies or {})))
    return effect


def test_an_effect_tells_the_amounts_of_its_rows_for_the_measures_of_their_table() -> None:
    stock, price, ticket = (effect_of(name) for name in ("negative_stock", "zero_price", "missing_member"))
    assert stock.amounts == {"money": Decimal("3.00"), "quantity": Decimal("3.000")}
    assert (price.amounts, ticket.amounts) == ({}, {"money": Decimal("3.00")})
    assert (stock.policy, stock.chosen, stock.reason) == ("flag", False, "negative_stock")


def test_rows_that_no_source_row_stands_behind_are_flagged_but_end_in_no_ledger() -> None:
    rule = RULES["return_without_original"]
    derived = CleanTable(some(rule).table, some(rule).frame.assign(_row_id=""))
    flagged = effect_of(rule.id, done=derived)
    assert (flagged.rows, flagged.row_ids, len(flagged.values)) == (2, (), 2)
    assert effects(apply(derived, rule.id, two(), {rule.id: "reject"})) == {}


def test_zero_sets_amounts_and_shares_to_0_and_tells_what_that_changes_in_the_books() -> None:
    done = apply(some(RULES["negative_stock"]), "negative_stock", two(), {"negative_stock": "zero"})
    assert done.frame[["quantity", "value", "_quantity", "_money"]].astype("str").values.tolist() == [
        ["0.000", "0.00", "0.000", "0.00"], ["0.000", "0.00", "0.000", "0.00"], ["4.000", "4.00", "4.000", "4.00"],
    ]  # fmt: skip
    reason = "negative_stock_zeroed"
    assert correction_amounts(effects(done)) == (
        CorrectionAmount("stock", "money", 2, Decimal("3.00"), reason), CorrectionAmount("stock", "quantity", 2, Decimal("3.000"), reason),
    )  # fmt: skip
    assert [(c.column, list(c.rows)) for f in done.findings for c in f.cells] == [("quantity", [0, 1])]


def test_nothing_found_changes_nothing_whatever_the_policy() -> None:
    rule = RULES["negative_stock"]
    for policy in rule.allowed:
        done = some(rule)
        assert apply(done, rule.id, pd.Series([False] * 3), {rule.id: policy}) is done


def test_fix_empties_the_columns_of_the_rows_found_and_of_no_other() -> None:
    rule = RULES["bad_barcode"]
    done = apply(some(rule), rule.id, two(first=False), {rule.id: "fix"})
    assert done.frame["barcode"].isna().tolist() == [False, True, False]
    assert [(f.action, f.hits) for f in done.findings if f.hits] == [("fix", 1)]


def test_a_rule_that_is_kept_is_not_even_looked_for() -> None:
    def never(frame: pd.DataFrame) -> "pd.Series[bool]":
        raise AssertionError

    rule = RULES["negative_stock"]
    assert not apply_all(some(rule), {rule.id: never}, {rule.id: "keep"}).findings


def test_a_mask_with_missing_values_finds_only_what_is_true() -> None:
    rule = RULES["negative_stock"]
    unsure = pd.Series([None, True, False], dtype="boolean")
    assert apply_all(some(rule), {rule.id: lambda frame: unsure}, {}).findings[0].hits == 1


def test_a_block_names_at_most_five_rows_and_no_value() -> None:
    rule = RULES["shared_phone"]
    many = some(rule)
    frame = pd.concat([many.frame] * 4, ignore_index=True)
    with pytest.raises(BadInputError) as caught:
        apply(CleanTable(many.table, frame), rule.id, pd.Series([True] * 12), {rule.id: "block"})
    assert "12 rows" in str(caught.value)
    assert str(caught.value).count("r:") == 5
    assert "flag, keep, block" in caught.value.fix


def test_rules_that_end_rows_are_told_from_those_that_count() -> None:
    assert ending(["voided_ticket", "missing_member", "repeated_line"], {"repeated_line": "reject"}) == ["voided_ticket", "repeated_line"]
