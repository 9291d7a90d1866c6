"""One check on `cleaned_sales` per rule of sales: what the point-of-sale audit found, with counts and the money in the rows.

All of them are one step: the rules ran when the rows were cleaned, and their figures lie beside the rows. A rule that does not apply to a
source passes and says so.
Belongs here: a rule's finding as a check's result. Does not belong here: the rules (`cleaned/sales_audit.py`), what is done with the rows
they find (`policies:`; a rule that blocks fails the cleaning itself).
"""

from collections.abc import Mapping
from decimal import Decimal

import dagster as dg

from migration_pipeline.contracts.policies import SALES_RULES, BuiltInRule, Policy, Severity, policy_of, severity_of
from migration_pipeline.contracts.policy_effects import PolicyEffect, policy_effects
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.checks.store_check import StoreCheck
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.project.source import SourceSpec

_SHOWN = 5
Facts = Mapping[str, object]


def audit_check() -> StoreCheck:
    """All rules, judged together from what cleaning found; a failing one does not keep the others from being judged."""

    def judge(at: StoreStage, cleaned: StageOutput) -> Mapping[str, dg.AssetCheckResult]:
        return audit_results(cleaned.facts, at.workspace.source(at.store))

    return StoreCheck({rule.id: f"{rule.en}. {rule.zh}。" for rule in SALES_RULES}, judge)


def audit_results(facts: Facts, source: SourceSpec) -> dict[str, dg.AssetCheckResult]:
    """Rule -> its result, from the facts of cleaned sales.

    Whether what was found passes (`info`), warns or fails (`error`, which stops the store) is said by `severities:`.
    """
    found: dict[str, list[PolicyEffect]] = {}
    for effect in policy_effects(facts):
        found.setdefault(effect.rule, []).append(effect)
    notes, idle = _texts(facts, "notes"), _texts(facts, "not_applicable")
    results = {}
    for rule in SALES_RULES:
        policy = policy_of(rule.id, source.policies)
        kept = "not looked for: its policy is keep" if policy == "keep" else ""
        severity = severity_of(rule.id, source.severities)
        results[rule.id] = _result(rule, policy, severity, found.get(rule.id, []), notes.get(rule.id, ""), kept or idle.get(rule.id, ""))
    return results


def _result(
    rule: BuiltInRule, policy: Policy, severity: Severity, effects: list[PolicyEffect], note: str, not_applicable: str
) -> dg.AssetCheckResult:
    rows = sum(effect.rows for effect in effects)
    about = f"not applicable: {not_applicable}" if not_applicable else f"{rows}: {rule.en}" if rows else ""
    return dg.AssetCheckResult(
        passed=not rows or severity == "info",
        severity=dg.AssetCheckSeverity.ERROR if severity == "error" else dg.AssetCheckSeverity.WARN,
        description="; ".join(part for part in (about, note) if part) or None,
        metadata={
            "found": dg.MetadataValue.int(rows),
            "severity": dg.MetadataValue.text(severity),
            "policy": dg.MetadataValue.text(policy),
            **_amounts(effects),
            **({"row ids": dg.MetadataValue.json(ids)} if (ids := [i for e in effects for i in e.row_ids][:_SHOWN]) else {}),
            **({"not applicable": dg.MetadataValue.text(not_applicable)} if not_applicable else {}),
        },
    )


def _amounts(effects: list[PolicyEffect]) -> dict[str, dg.MetadataValue]:
    """Per table and measure the sum of the rows found, exact: lines and their ticket are not added up."""
    sums: dict[str, Decimal] = {}
    for effect in effects:
        for measure, amount in effect.amounts.items():
            name = measure if len(effects) == 1 else f"{measure} of {effect.table}"
            sums[name] = sums.get(name, Decimal(0)) + amount
    return {name: dg.MetadataValue.text(str(amount)) for name, amount in sums.items()}


def _texts(facts: Facts, name: str) -> dict[str, str]:
    found = facts.get(name, {})
    return {str(rule): str(text) for rule, text in found.items()} if isinstance(found, dict) else {}
