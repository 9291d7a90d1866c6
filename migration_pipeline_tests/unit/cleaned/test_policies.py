"""A policy does what it says with the rows of a rule, with every policy of every rule, and never loses a row or its money."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.cleaned.policies import apply, apply_all, effects, ending
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import entries
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.policies import RULES, BuiltInRule, Policy
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
    )
    return CleanTable(table, frame.assign(**{table.money: money}) if table.money else frame)


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
    assert done.alive["_money"].sum() + ledger["money"].sum() == Decimal("7.00")
    assert sum(f.hits for f in done.findings) == (2 * len(rule.columns) if policy == "fix" else 2 if policy == "flag" else 0)


def test_rows_that_ended_before_are_neither_counted_nor_ended_again() -> None:
    rule = RULES["negative_stock"]
    assert apply(some(rule, ended=True), rule.id, two(), {}).findings[0].hits == 1
    ended = apply(some(rule, ended=True), rule.id, two(), {rule.id: "reject"})
    assert ended.frame["_reason"].tolist()[:2] == ["bad_number", "negative_stock_rejected"]
    over = apply(some(rule, ended=True), rule.id, two(), {rule.id: "reject"}, override=True)
    assert over.frame["_reason"].tolist()[:2] == ["negative_stock_rejected"] * 2


def test_a_flag_tells_the_money_of_its_rows_where_the_table_has_money() -> None:
    flagged = [apply(some(RULES[name]), name, two(), {}) for name in ("negative_stock", "zero_price", "missing_member")]
    assert effects(flagged) == {"effects": {"negative_stock": "3.00", "missing_member": "3.00"}}
    assert effects([apply(some(RULES["negative_stock"]), "negative_stock", two(), {"negative_stock": "reject"})]) == {}


def test_nothing_found_changes_nothing_whatever_the_policy() -> None:
    rule = RULES["negative_stock"]
    for policy in rule.allowed:
        done = some(rule)
        assert apply(done, rule.id, pd.Series([False] * 3), {rule.id: policy}) is done


def test_fix_empties_the_columns_of_the_rows_found_and_of_no_other() -> None:
    rule = RULES["bad_barcode"]
    done = apply(some(rule), rule.id, two(first=False), {rule.id: "fix"})
    assert done.frame["barcode"].isna().tolist() == [False, True, False]
    assert [(f.action, f.hits) for f in done.findings] == [("fix", 1)]


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
