"""A rule that has nothing to look at is not passed but not applicable; rules over a whole store say what they found."""

import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, hits


def store(numbers: list[int], **more: object) -> StageOutput:
    """One sale of 1.00 a day, with these numbers."""
    tickets = {
        "ticket_no": [f"T{number}" for number in numbers],
        "sold_at": [f"2026-01-{place + 1:02d} 10:00:00" for place in range(len(numbers))],
        "total": ["1.00"] * len(numbers),
    }
    lines = {"ticket_no": tickets["ticket_no"], "product_code": ["P"] * len(numbers), "quantity": ["1"] * len(numbers)}
    tables: dict[str, Columns] = {"tickets": tickets, "lines": {**lines, "amount": tickets["total"]}}
    return cleaned("sales", tables, **more)  # type: ignore[arg-type]


def idle(output: StageOutput) -> dict[str, str]:
    found = output.facts["not_applicable"]
    assert isinstance(found, dict)
    return found


def test_rules_without_their_columns_or_settings_are_not_applicable_and_say_what_they_need() -> None:
    found = idle(store([1, 2, 3]))
    assert found["tax_not_lines"] == "needs tickets.tax, lines.tax_amount"
    assert found["unknown_cashier"] == "needs tickets.cashier, cashiers:"
    assert found["payments_not_total"] == "needs payments.amount"
    assert found["day_total_differs"] == "needs day_totals.business_date"
    assert found["receipt_gap"] == "needs ticket numbers that count on"
    assert "header_not_lines" not in found
    assert "sign_contradiction" not in found


def test_derived_tickets_cannot_contradict_their_lines() -> None:
    lines = {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["1"], "amount": ["1"], "sold_at": ["2026-01-01 10:00:00"]}
    found = idle(cleaned("sales", {"lines": lines}))
    assert "a table tickets" in found["header_not_lines"]
    assert "sold_at" not in str(found)


def test_a_gap_counts_the_numbers_that_are_missing_and_names_the_place() -> None:
    output = store([1, 2, 3, 4, 5, 6, 7, 10, 11, 12])
    assert hits(output, "receipt_gap") == 2
    assert output.facts["notes"] == {"receipt_gap": "2 before T10"}
    assert "receipt_gap" not in idle(output)


def test_a_project_may_block_on_gaps_or_not_look_for_them() -> None:
    with pytest.raises(BadInputError, match="receipt_gap"):
        store([1, 2, 3, 4, 5, 6, 7, 9], policies={"receipt_gap": "block"})
    assert hits(store([1, 2, 3, 4, 5, 6, 7, 9], policies={"receipt_gap": "keep"}), "receipt_gap") == 0
