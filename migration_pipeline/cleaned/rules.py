"""The rules of a source, as its YAML lists them: conditions on typed columns, one action each.

Belongs here: running rules. Does not belong here: rules themselves (they are data) or rules over several tables (`sales.py`).
"""

from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.contracts.stage_output import Finding
from migration_pipeline.project.source import Condition, Rule
from migration_pipeline.runtime.errors import BadInputError


def apply_rules(frame: pd.DataFrame, table: str, rules: tuple[Rule, ...]) -> tuple[pd.DataFrame, list[Finding]]:
    """Run the rules in order; an exclusion overrides an earlier rejection, everything else touches only rows that go on.

    Raises:
        BadInputError: a rule names a column that is not there, or a reason that is not of its kind.
    """
    found: list[Finding] = []
    for rule in rules:
        hit = _hits(frame, rule)
        if rule.exclude is None:
            hit &= frame["_reason"].isna()
        frame = _act(frame, rule, hit)
        found.append(Finding(table, rule.id, _reason(rule), _action(rule), int(hit.sum())))
    return frame, found


def _hits(frame: pd.DataFrame, rule: Rule) -> "pd.Series[bool]":
    hit = pd.Series(True, index=frame.index, dtype=bool)
    for column, condition in rule.when.items():
        if column not in frame:
            raise BadInputError(f"rule {rule.id!r} asks for column {column!r}, which is not there", where="rules", fix="name a mapped column, or map it as x_...")
        hit &= _holds(frame[column], condition)
    return hit


def _holds(values: "pd.Series[object]", condition: Condition) -> "pd.Series[bool]":
    hit = pd.Series(True, index=values.index, dtype=bool)
    text = values.astype("str") if condition.equals is not None or condition.one_of or condition.matches or condition.not_matches else None
    if condition.missing is not None:
        hit &= values.isna() if condition.missing else values.notna()
    if condition.below is not None:
        hit &= (values < condition.below).fillna(False).astype(bool)
    if condition.above is not None:
        hit &= (values > condition.above).fillna(False).astype(bool)
    if text is not None:
        hit &= _text_holds(text.where(values.notna()), values, condition)
    return hit


def _text_holds(text: "pd.Series[str]", values: "pd.Series[object]", condition: Condition) -> "pd.Series[bool]":
    hit = pd.Series(True, index=text.index, dtype=bool)
    if condition.equals is not None:
        exact = _same_number(values, condition.equals) if "decimal" in str(values.dtype) else (text == condition.equals)
        hit &= exact.fillna(False).astype(bool)
    if condition.one_of is not None:
        hit &= text.isin(condition.one_of)
    if condition.matches is not None:
        hit &= text.str.contains(condition.matches, regex=True, na=False)
    if condition.not_matches is not None:
        hit &= ~text.str.contains(condition.not_matches, regex=True, na=False)
    return hit


def _same_number(values: "pd.Series[object]", number: str) -> "pd.Series[bool]":
    return values == Decimal(number)


def _act(frame: pd.DataFrame, rule: Rule, hit: "pd.Series[bool]") -> pd.DataFrame:
    if (reason := rule.exclude or rule.reject) is not None:
        _demand(rule, reason, Outcome.EXCLUDED if rule.exclude else Outcome.REJECTED)
        return frame.assign(_reason=frame["_reason"].where(~hit, reason), _detail=frame["_detail"].where(~hit, rule.id))
    changes: dict[str, object] = {}
    for column, value in (rule.set or {}).items():
        changes[column] = frame[column].where(~hit, value)
    for column in rule.clear or ():
        changes[column] = frame[column].mask(hit)
    for column in rule.negate or ():
        changes[column] = frame[column].where(~hit, -frame[column])
    if rule.flag is not None:
        _demand(rule, rule.flag, None)
    return frame.assign(**changes)


def _demand(rule: Rule, reason: str, outcome: Outcome | None) -> None:
    known = [code for code, r in REASONS.items() if r.outcome is outcome]
    if reason not in known:
        raise BadInputError(f"rule {rule.id!r}: {reason!r} is not a reason of this kind", where="rules", fix=f"use one of {', '.join(known)}")


def _reason(rule: Rule) -> str:
    return rule.exclude or rule.reject or rule.flag or ("sign_normalised" if rule.negate else "")


def _action(rule: Rule) -> str:
    for action in ("exclude", "reject", "flag", "set", "clear", "negate"):
        if getattr(rule, action) is not None:
            return action
    raise AssertionError(f"rule {rule.id!r} has no action")
