"""Doing with the rows of a built-in rule what the project says: keep, flag, fix, set to 0, exclude, reject or block.

Belongs here: one rule, one mask, one table. Does not belong here: the list of rules (`contracts/policies.py`), finding the rows (the
dataset's module), counting them (`effects.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from migration_pipeline.cleaned.effects import counted
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.correction_amounts import CorrectionAmount
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.money import ZERO, total
from migration_pipeline.contracts.policies import RULES, BuiltInRule, Policy, policy_of, reason_of
from migration_pipeline.contracts.policy_effects import PolicyEffect
from migration_pipeline.contracts.stage_output import Finding
from migration_pipeline.runtime.errors import BadInputError

Mask = Callable[[pd.DataFrame], "pd.Series[bool]"]
_SHOWN = 5
_GOES_ON = ("flag", "keep")


def apply(
    done: CleanTable,
    rule_id: str,
    mask: "pd.Series[bool]",
    policies: Mapping[str, Policy],
    detail: "str | pd.Series[str] | None" = None,
    *,
    override: bool = False,
) -> CleanTable:
    """The table after one rule; only rows that still go on are touched, unless `override`.

    Args:
        done: the table; row labels are those of `mask`.
        rule_id: name of a built-in rule.
        mask: the rows the rule found.
        policies: what the project says (rule id -> policy); the rule's own policy where it says nothing.
        detail: for the ledger, where rows end; else the rule's first column.
        override: an earlier end of the row does not count.

    Raises:
        BadInputError: the policy is `block` and there are such rows; names rule, table, count and the first row ids.
        KeyError: there is no such rule.
    """
    rule, policy = RULES[rule_id], policy_of(rule_id, policies)
    hit = mask if override else mask & done.frame["_reason"].isna()
    if policy == "keep" or not hit.any():
        return done
    if policy == "block":
        raise _blocked(rule, done.frame.loc[hit, "_row_id"])
    about = PolicyEffect(done.table.name, rule.id, policy, rule_id in policies, reason_of(rule, policy))
    effect = counted(about, done.frame, hit, rule.columns)
    if policy == "fix":
        done = _emptied(done, rule, hit)
    elif policy == "zero":
        done = _zeroed(done, rule, hit)
    elif policy != "flag":
        done = done.marked(hit, effect.reason, rule.columns[0] if detail is None else detail, override=override)
    hits = int(hit.sum()) if policy == "flag" else 0
    found = Finding(done.table.name, rule.id, effect.reason, policy, hits, effect=effect)
    return CleanTable(done.table, done.frame, [*done.findings, found])


def apply_all(done: CleanTable, masks: Mapping[str, Mask], policies: Mapping[str, Policy]) -> CleanTable:
    """The table after rules that look at one table only, in their order; a rule that is kept is not even looked for."""
    for rule_id, mask in masks.items():
        if policy_of(rule_id, policies) != "keep":
            done = apply(done, rule_id, _filled(mask(done.frame)), policies)
    return done


def ending(rule_ids: Iterable[str], policies: Mapping[str, Policy]) -> list[str]:
    """Those of the rules that end rows or stop the store; the others only count, which is done when all rows that end have ended."""
    return [rule_id for rule_id in rule_ids if policy_of(rule_id, policies) not in _GOES_ON]


def _emptied(done: CleanTable, rule: BuiltInRule, hit: "pd.Series[bool]") -> CleanTable:
    for column in rule.columns:
        filled = hit & done.frame[column].notna()
        frame = done.frame.assign(**{column: done.frame[column].mask(hit)})
        done = CleanTable(done.table, frame, done.findings).changed(rule.id, rule.reason, column, filled)
    return done


def _zeroed(done: CleanTable, rule: BuiltInRule, hit: "pd.Series[bool]") -> CleanTable:
    """Amounts set to 0, and the rows' shares of the books with them; what that moved is told to the reconciliation."""
    table, reason, before = done.table, reason_of(rule, "zero"), done.frame
    shares = [f"_{measure}" for measure in MEASURES if getattr(table, measure) in rule.zeroes and f"_{measure}" in before]
    zeroed = {name: before[name].mask(hit, ZERO) for name in (*rule.zeroes, *shares)}
    done = CleanTable(table, before.assign(**zeroed), done.findings)
    for column in (name for name in rule.columns if name in rule.zeroes):
        done = done.changed(rule.id, reason, column, hit, "zero")
    sums = {share.removeprefix("_"): before.loc[hit, share] for share in shares}
    moved = (CorrectionAmount(table.name, name, int((lost != 0).sum()), total(lost), reason) for name, lost in sums.items())
    *others, last = done.findings
    return replace(done, findings=[*others, replace(last, moved=tuple(amount for amount in moved if amount.rows))])


def _filled(mask: "pd.Series[bool]") -> "pd.Series[bool]":
    return mask.fillna(False).astype(bool)


def _blocked(rule: BuiltInRule, row_ids: "pd.Series[str]") -> BadInputError:
    shown = ", ".join(row_ids[row_ids != ""].head(_SHOWN))
    more = " ..." if len(row_ids) > _SHOWN else ""
    return BadInputError(
        f"the rule {rule.id} ({rule.en}) finds {len(row_ids)} rows in {rule.dataset}.{rule.table}, and the project blocks on it",
        where=f"rows {shown}{more}" if shown else f"{rule.dataset}.{rule.table}",
        fix=f"correct them at the store system, or choose another policy for {rule.id}: {', '.join(rule.allowed)}",
    )
