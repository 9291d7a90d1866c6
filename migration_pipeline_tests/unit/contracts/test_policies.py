"""The list of built-in rules fits the datasets, the reasons and itself, so that a project can rely on every entry."""

import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.policies import RULES, BuiltInRule, policy_of, reason_of, severity_of
from migration_pipeline.contracts.reasons import REASONS, Outcome

EACH = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))


@EACH
def test_a_rule_names_columns_that_are_there_and_speaks_both_languages(rule: BuiltInRule) -> None:
    table = DATASETS[rule.dataset].table(rule.table)
    assert rule.columns
    assert set(rule.columns) <= set(table.columns)
    assert rule.en.isprintable()
    assert any("\u4e00" <= sign <= "\u9fff" for sign in rule.zh)


@EACH
def test_every_allowed_policy_has_a_reason_of_its_outcome(rule: BuiltInRule) -> None:
    outcomes = {"flag": None, "exclude": Outcome.EXCLUDED, "reject": Outcome.REJECTED}
    for policy in set(rule.allowed) & set(outcomes):
        assert REASONS[reason_of(rule, policy)].outcome is outcomes[policy], policy


@EACH
def test_the_usual_policy_is_allowed_and_no_policy_comes_twice(rule: BuiltInRule) -> None:
    assert rule.policy in rule.allowed
    assert len(set(rule.allowed)) == len(rule.allowed)


@EACH
def test_fix_never_empties_what_a_row_needs_or_what_is_conserved(rule: BuiltInRule) -> None:
    table = DATASETS[rule.dataset].table(rule.table)
    if "fix" in rule.allowed:
        assert not {table.money, table.quantity, table.points} & set(rule.columns)
        assert not any(table.field(name).required or name in table.key for name in rule.columns)


def test_the_project_wins_over_the_rule() -> None:
    assert policy_of("negative_stock", {}) == "flag"
    assert policy_of("negative_stock", {"negative_stock": "reject"}) == "reject"
    with pytest.raises(KeyError):
        policy_of("no_such_rule", {})


def test_no_reason_of_a_policy_is_without_its_rule() -> None:
    """A code that nothing can hand out would only make the list longer."""
    made = {code for code, reason in REASONS.items() if " by policy" in reason.en}
    used = {reason_of(rule, policy) for rule in RULES.values() for policy in rule.allowed if policy in {"exclude", "reject", "zero"}}
    assert made <= used


def test_only_amounts_of_the_rule_are_set_to_0() -> None:
    """A column of the rule that stays as it is would keep what the policy says is 0."""
    for rule in RULES.values():
        table = DATASETS[rule.dataset].table(rule.table)
        amounts = {table.money, table.quantity, table.points}
        assert bool(rule.zeroes) == ("zero" in rule.allowed), rule.id
        assert {*rule.zeroes} <= amounts, rule.id
        assert not rule.zeroes or {*rule.columns} <= {*rule.zeroes}, rule.id


def test_rules_warn_but_those_that_inform_unless_the_project_says_otherwise() -> None:
    """`error` stops a store, so nothing is an error by itself: a rule that must not let rows through has a policy for that."""
    assert {severity_of(rule, {}) for rule in RULES} == {"info", "warn"}
    assert [severity_of(rule, {}) for rule in ("missing_member", "receipt_gap", "line_sign")] == ["info", "warn", "warn"]
    assert severity_of("missing_member", {"missing_member": "error"}) == "error"
