"""The rules of a source, as its YAML lists them: conditions on typed columns, one action each.

Belongs here: running rules. Does not belong here: rules themselves (they are data) or rules over several tables (`sales.py`).
"""

import warnings
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from migration_pipeline.cleaned.changes import differing
from migration_pipeline.cleaned.effects import counted
from migration_pipeline.contracts.policy_effects import PolicyEffect
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.contracts.stage_output import Cells, Finding
from migration_pipeline.project.source import Condition, Rule
from migration_pipeline.runtime.errors import BadInputError


def apply_rules(frame: pd.DataFrame, table: str, rules: tuple[Rule, ...]) -> tuple[pd.DataFrame, list[Finding]]:
    """Run the rules in order; an exclusion overrides an earlier rejection, a rejection or flag touches only rows that go on.

    What changes values (set, clear, negate) does so in every row, so that a rejected return counts with the same sign as a loaded one.

    Raises:
        BadInputError: a rule names a column that is not there, or a reason that is not of its kind.
    """
    found: list[Finding] = []
    for rule in rules:
        hit = _hits(frame, rule)
        if rule.reject is not None or rule.flag is not None:
            hit &= frame["_reason"].isna()
        before, frame = frame, _act(frame, rule, hit)
        effect = counted(PolicyEffect(table, rule.id, "flag", True, _reason(rule)), frame, hit, rule.when) if rule.flag else None
        found.append(Finding(table, rule.id, _reason(rule), _action(rule), int(hit.sum()), _changed(before, frame, rule), effect))
    return frame, found


def _hits(frame: pd.DataFrame, rule: Rule) -> "pd.Series[bool]":
    hit = pd.Series(True, index=frame.index, dtype=bool)
    for column, condition in rule.when.items():
        hit &= _holds(_column(frame, rule, column, _kind(condition)), condition)
    return hit


def _kind(condition: Condition) -> str:
    return "number" if condition.below is not None or condition.above is not None else ""


def _column(frame: pd.DataFrame, rule: Rule, column: str, kind: str = "") -> "pd.Series[Any]":
    """A column that a rule names; `kind` number demands numbers."""
    if column not in frame:
        raise BadInputError(
            f"rule {rule.id!r} names column {column!r}, which is not there", where="rules", fix="name a mapped column, or map it as x_..."
        )
    values: pd.Series[Any] = frame[column]
    if kind == "number" and not pd.api.types.is_any_real_numeric_dtype(values.dtype):
        raise BadInputError(
            f"rule {rule.id!r} needs numbers in column {column!r}, which holds text or dates", where="rules", fix="name a column of numbers"
        )
    return values


def _is_decimal(values: "pd.Series[Any]") -> bool:
    return "decimal" in str(values.dtype)


def _holds(values: "pd.Series[Any]", condition: Condition) -> "pd.Series[bool]":
    hit = pd.Series(True, index=values.index, dtype=bool)
    if condition.missing is not None:
        hit &= values.isna() if condition.missing else values.notna()
    if condition.below is not None:
        hit &= (values < condition.below).fillna(False).astype(bool)
    if condition.above is not None:
        hit &= (values > condition.above).fillna(False).astype(bool)
    if condition.equals is not None:
        hit &= _is_one_of(values, (condition.equals,))
    if condition.one_of is not None:
        hit &= _is_one_of(values, condition.one_of)
    if condition.matches is not None:
        hit &= _contains(values, condition.matches)
    if condition.not_matches is not None:
        hit &= ~_contains(values, condition.not_matches)
    return hit


def _contains(values: "pd.Series[Any]", pattern: str) -> "pd.Series[bool]":
    with warnings.catch_warnings():  # groups are fine here: nobody extracts them
        warnings.filterwarnings("ignore", "This pattern is interpreted as a regular expression, and has match groups", UserWarning)
        return _as_text(values).str.contains(pattern, regex=True, na=False)


def _is_one_of(values: "pd.Series[Any]", wanted: tuple[str, ...]) -> "pd.Series[bool]":
    """Numbers are compared as numbers (`0` is `0.00`), all else as text."""
    if _is_decimal(values):
        hit = pd.Series(False, index=values.index, dtype=bool)
        for text in wanted:
            hit |= (values == _number(text)).fillna(False).astype(bool)
        return hit
    return _as_text(values).isin(wanted)


def _as_text(values: "pd.Series[Any]") -> "pd.Series[str]":
    text: pd.Series[str] = values.astype("str").where(values.notna())
    return text.str.lower() if "bool" in str(values.dtype) else text


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise BadInputError(f"a rule compares a number with {text!r}", where="rules", fix="write a number in quotes") from error


def _act(frame: pd.DataFrame, rule: Rule, hit: "pd.Series[bool]") -> pd.DataFrame:
    if (reason := rule.exclude or rule.reject) is not None:
        _demand(rule, reason, Outcome.EXCLUDED if rule.exclude else Outcome.REJECTED)
        return frame.assign(_reason=frame["_reason"].where(~hit, reason), _detail=frame["_detail"].where(~hit, rule.id))
    changes: dict[str, pd.Series[Any]] = {}
    for column, value in (rule.set or {}).items():
        changes[column] = _with_value(_column(frame, rule, column), rule, hit, value)
    for column in rule.clear or ():
        changes[column] = _column(frame, rule, column).mask(hit)
    for column in rule.negate or ():
        values = _column(frame, rule, column, "number")
        changes[column] = values.where(~hit, -values)
    if rule.flag is not None:
        _demand(rule, rule.flag, None)
    return frame.assign(**changes)


def _changed(before: pd.DataFrame, after: pd.DataFrame, rule: Rule) -> tuple[Cells, ...]:
    """The cells that really differ now: a value set to what it was already is no change."""
    columns = dict.fromkeys([*(rule.set or ()), *(rule.clear or ()), *(rule.negate or ())])
    return tuple(Cells(column, before.index[differing(before[column], after[column]).to_numpy(dtype=bool)]) for column in columns)


def _typed(values: "pd.Series[Any]", text: str) -> object:
    """The value of a column's type that a text in the project file means."""
    if pd.api.types.is_any_real_numeric_dtype(values.dtype):
        return _number(text)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return pd.Timestamp(text)
    return {"1": True, "0": False}[text] if "bool" in str(values.dtype) else text


def _with_value(values: "pd.Series[Any]", rule: Rule, hit: "pd.Series[bool]", value: str) -> "pd.Series[Any]":
    try:
        return values.where(~hit, _typed(values, value))
    except (TypeError, ValueError, KeyError) as error:
        raise BadInputError(
            f"rule {rule.id!r} sets {values.name!r} to {value!r}, which is not a value of its type", where="rules", fix="correct set:"
        ) from error


def _demand(rule: Rule, reason: str, outcome: Outcome | None) -> None:
    known = [code for code, r in REASONS.items() if r.outcome is outcome]
    if reason not in known:
        raise BadInputError(
            f"rule {rule.id!r}: {reason!r} is not a reason of this kind", where="rules", fix=f"use one of {', '.join(known)}"
        )


def _reason(rule: Rule) -> str:
    return rule.exclude or rule.reject or rule.flag or ("sign_normalised" if rule.negate else "")


def _action(rule: Rule) -> str:
    for action in ("exclude", "reject", "flag", "set", "clear", "negate"):
        if getattr(rule, action) is not None:
            return action
    raise AssertionError(f"rule {rule.id!r} has no action")
