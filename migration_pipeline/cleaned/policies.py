"""Doing with the rows of a built-in rule what the project says: keep, flag, fix, exclude, reject or block.

Belongs here: one rule, one mask, one table. Does not belong here: the list of rules (`contracts/policies.py`), finding the rows (the
dataset's module).
"""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.money import total
from migration_pipeline.contracts.policies import RULES, BuiltInRule, Policy, policy_of, reason_of
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
    if policy == "flag":
        return _flagged(done, rule, hit)
    if policy == "fix":
        return _emptied(done, rule, hit)
    return done.marked(hit, reason_of(rule, policy), rule.columns[0] if detail is None else detail, override=override)


def apply_all(done: CleanTable, masks: Mapping[str, Mask], policies: Mapping[str, Policy]) -> CleanTable:
    """The table after rules that look at one table only, in their order; a rule that is kept is not even looked for."""
    for rule_id, mask in masks.items():
        if policy_of(rule_id, policies) != "keep":
            done = apply(done, rule_id, _filled(mask(done.frame)), policies)
    return done


def ending(rule_ids: Iterable[str], policies: Mapping[str, Policy]) -> list[str]:
    """Those of the rules that end rows or stop the store; the others only count, which is done when all rows that end have ended."""
    return [rule_id for rule_id in rule_ids if policy_of(rule_id, policies) not in _GOES_ON]


def effects(tables: Iterable[CleanTable]) -> dict[str, dict[str, str]]:
    """For `StageOutput.facts`: rule -> money of the rows it flagged, which go on; rows that end have theirs in the ledger.

    As text, so that it stays exact; rules of tables without money are not in it.
    """
    money = {f.rule: str(f.money) for table in tables for f in table.findings if f.money is not None}
    return {"effects": money} if money else {}


def _flagged(done: CleanTable, rule: BuiltInRule, hit: "pd.Series[bool]") -> CleanTable:
    money = total(done.frame.loc[hit, done.table.money]) if done.table.money in done.frame else None
    found = Finding(done.table.name, rule.id, reason_of(rule, "flag"), "flag", int(hit.sum()), money=money)
    return CleanTable(done.table, done.frame, [*done.findings, found])


def _emptied(done: CleanTable, rule: BuiltInRule, hit: "pd.Series[bool]") -> CleanTable:
    for column in rule.columns:
        filled = hit & done.frame[column].notna()
        frame = done.frame.assign(**{column: done.frame[column].mask(hit)})
        done = CleanTable(done.table, frame, done.findings).changed(rule.id, rule.reason, column, filled)
    return done


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
