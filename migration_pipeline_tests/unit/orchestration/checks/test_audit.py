"""Every rule of sales has a result: passed, warned or failed as the project says, with counts and money, or why it does not apply."""

from decimal import Decimal

import dagster as dg

from migration_pipeline.contracts.policies import SALES_RULES
from migration_pipeline.contracts.policy_effects import FACT, PolicyEffect, as_fact
from migration_pipeline.orchestration.checks.audit import audit_results
from migration_pipeline.orchestration.checks.store_check import figures, verdict
from migration_pipeline.project.source import SourceSpec

LINES = PolicyEffect("lines", "line_sign", "flag", False, "line_sign", rows=2, amounts={"money": Decimal("-3.50")}, row_ids=("r1", "r2"))
GAP = PolicyEffect("tickets", "receipt_gap", "flag", False, "receipt_gap", rows=12)
SOLD_ELSEWHERE = PolicyEffect("tickets", "returned_ticket_unknown", "flag", False, "returned_ticket_unknown", rows=1)
FACTS: dict[str, object] = {
    FACT: as_fact([LINES, GAP, SOLD_ELSEWHERE]),
    "notes": {"receipt_gap": "12 before T0022"},
    "not_applicable": {"unknown_cashier": "needs cashiers:"},
}


def results(**said: dict[str, str]) -> dict[str, dg.AssetCheckResult]:
    """The results of a store whose source says so much."""
    return audit_results(FACTS, SourceSpec.model_validate(said))


def test_every_rule_has_a_result_and_those_that_found_nothing_pass() -> None:
    found = results()
    assert list(found) == [rule.id for rule in SALES_RULES]
    told = {"line_sign", "receipt_gap"}
    assert {name for name, result in found.items() if not result.passed} == told
    assert {found[name].severity for name in told} == {dg.AssetCheckSeverity.WARN}


def test_what_was_found_is_counted_with_its_money_and_first_rows() -> None:
    assert figures(results()["line_sign"]) == {
        "found": 2,
        "severity": "warn",
        "policy": "flag",
        "money": "-3.50",
        "row ids": ["r1", "r2"],
    }


def test_lines_and_their_tickets_are_not_added_up() -> None:
    header = PolicyEffect("tickets", "line_sign", "flag", False, "line_sign", rows=1, amounts={"money": Decimal(7)})
    result = audit_results({FACT: as_fact([LINES, header])}, SourceSpec())["line_sign"]
    assert {name: value for name, value in figures(result).items() if "money" in name} == {
        "money of lines": "-3.50",
        "money of tickets": "7",
    }


def test_a_note_is_told() -> None:
    assert (results()["receipt_gap"].description or "").endswith("; 12 before T0022")


def test_a_rule_that_does_not_apply_passes_and_says_why() -> None:
    found = results(severities={"unknown_cashier": "error"})["unknown_cashier"]
    assert (found.passed, found.description) == (True, "not applicable: needs cashiers:")
    assert figures(found)["not applicable"] == "needs cashiers:"


def test_a_rule_that_is_kept_says_that_nobody_looked() -> None:
    found = audit_results({}, SourceSpec(policies={"line_sign": "keep"}))["line_sign"]
    assert (found.passed, found.description) == (True, "not applicable: not looked for: its policy is keep")


def test_the_project_says_what_fails_what_warns_and_what_only_informs() -> None:
    found = results(severities={"receipt_gap": "error", "line_sign": "info", "returned_ticket_unknown": "warn"})
    assert [verdict(found[name]) for name in ("receipt_gap", "line_sign", "returned_ticket_unknown")] == ["failed", "passed", "warned"]
    assert verdict(results()["returned_ticket_unknown"]) == "passed"
    assert figures(found["line_sign"])["found"] == 2
