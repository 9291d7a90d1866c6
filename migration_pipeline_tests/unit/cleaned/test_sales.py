"""Tickets go on whole or not at all; what does not add up to the cent is rejected with the reason that names the row at fault."""

from decimal import Decimal

import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, hits, reasons

Rows = list[tuple[str | None, ...]]
TICKETS = ("ticket_no", "sold_at", "status", "total", "rounding")
LINES = ("ticket_no", "product_code", "quantity", "amount")
PAYMENTS = ("ticket_no", "method", "amount")


def columns(names: tuple[str, ...], rows: Rows) -> Columns:
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def ticket(number: str | None, total: str | None, *, status: str = "normal", rounding: str = "0") -> tuple[str | None, ...]:
    return (number, "2026-01-01 10:00:00", status, total, rounding)


def line(number: str | None, amount: str | None) -> tuple[str | None, ...]:
    return (number, "P", "1", amount)


def paid(number: str | None, amount: str | None) -> tuple[str | None, ...]:
    return (number, "cash", amount)


def sales(tickets: Rows, lines: Rows, payments: Rows | None = None, **more: object) -> StageOutput:
    tables = {"tickets": columns(TICKETS, tickets), "lines": columns(LINES, lines)}
    if payments is not None:
        tables["payments"] = columns(PAYMENTS, payments)
    return cleaned("sales", tables, **more)  # type: ignore[arg-type]


def all_reasons(output: StageOutput) -> list[str]:
    """The reason of every row, tickets before lines before payments, `-` for those that go on."""
    found: list[str] = []
    for name in ("tickets", "lines", "payments"):
        frame = output.tables.get(name)
        ended = reasons(output, name)
        count = len(ended) + (int((frame["_row_id"] != "").sum()) if frame is not None else 0)
        found += [ended.get(f"{name}:{n + 1}", "-") for n in range(count)]
    return found


def test_a_ticket_that_adds_up_goes_on_whole() -> None:
    output = sales([ticket("1", "3.00")], [line("1", "1.00"), line("1", "2.00")], [paid("1", "2.50"), paid("1", "0.50")])
    assert all_reasons(output) == ["-"] * 5
    assert output.tables["lines"]["line_no"].tolist() == [1, 2]
    assert output.tables["payments"]["payment_no"].tolist() == [1, 2]


def test_rounding_is_part_of_the_total() -> None:
    assert all_reasons(sales([ticket("1", "2.90", rounding="-0.09")], [line("1", "2.99")], [paid("1", "2.90")])) == ["-"] * 3


@pytest.mark.parametrize(("status", "reason"), [("void", "voided_ticket"), ("hung", "hung_ticket"), ("training", "training_ticket")])
def test_a_ticket_that_is_no_sale_takes_all_its_rows_along_whatever_else_is_wrong(status: str, reason: str) -> None:
    output = sales(
        [ticket("1", "999", status=status), ticket("2", "1")],
        [line("1", "bad"), line("1", "1"), line("2", "1")],
        [paid("1", "5"), paid("2", "1")],
    )
    assert all_reasons(output) == [reason, "-", reason, reason, "-", reason, "-"]


def test_a_void_ticket_without_number_does_not_take_rows_along_that_have_none_either() -> None:
    output = sales([ticket(None, "1", status="void")], [line(None, "1")], [paid(None, "1")])
    assert all_reasons(output) == ["voided_ticket", "missing_required", "missing_required"]


def test_a_number_used_by_a_void_and_by_a_good_ticket_is_not_guessed() -> None:
    """Whose lines these are, nobody can tell: neither sold nor void, but rejected."""
    for order in (["void", "normal"], ["normal", "void"]):
        output = sales([ticket("1", "1", status=status) for status in order], [line("1", "1")], [paid("1", "1")])
        ended = reasons(output, "tickets")
        assert sorted(ended.values()) == ["duplicate_ticket", "voided_ticket"]
        assert reasons(output, "lines") == {"lines:1": "ticket_rejected"}
        assert reasons(output, "payments") == {"payments:1": "ticket_rejected"}


def test_a_good_ticket_stands_beside_a_void_one_of_its_number_if_the_lines_can_only_be_its_own() -> None:
    """The lines add up to the good total and not to the void one: nothing is guessed, and the sale is not lost."""
    for order in (["void", "normal"], ["normal", "void"]):
        headers = [ticket("1", "9" if status == "void" else "3", status=status) for status in order]
        output = sales(headers, [line("1", "1"), line("1", "2")], [paid("1", "3")])
        assert list(reasons(output, "tickets").values()) == ["voided_ticket"]
        assert [len(output.tables[name]) for name in ("tickets", "lines", "payments")] == [1, 2, 1]


def test_two_good_tickets_of_one_number_are_never_settled_by_their_totals() -> None:
    output = sales([ticket("1", "9", status="void"), ticket("1", "3"), ticket("1", "3")], [line("1", "3")])
    assert sorted(reasons(output, "tickets").values()) == ["duplicate_ticket", "duplicate_ticket", "voided_ticket"]


def test_policies_end_what_is_usually_flagged() -> None:
    """A return without its original, rejected by policy, takes its lines along; so it does where tickets are derived."""
    tickets = dict(columns(TICKETS, [ticket("1", "-1"), ticket("2", "1")])) | {"kind": ["return", "sale"]}
    lines = [line("1", "-1"), line("2", "1")]
    policies = {"return_without_original": "reject", "missing_member": "keep"}
    output = cleaned("sales", {"tickets": tickets, "lines": columns(LINES, lines)}, policies=policies)
    assert all_reasons(output) == ["return_without_original_rejected", "-", "ticket_rejected", "-"]
    assert hits(output, "missing_member") == 0
    output = derived(lines, policies=policies)
    assert all_reasons(output) == ["return_without_original_rejected", "-"]
    assert output.tables["tickets"]["ticket_no"].tolist() == ["2"]


def test_orphans_are_excluded_where_the_project_says_so() -> None:
    output = sales([ticket("1", "1")], [line("1", "1"), line("9", "1")], policies={"orphan_line": "exclude"})
    assert all_reasons(output) == ["-", "-", "orphan_line_excluded"]


def test_void_tickets_stop_the_store_where_the_project_blocks_on_them() -> None:
    with pytest.raises(BadInputError, match=r"tickets:2.*voided_ticket.*1 rows in sales\.tickets"):
        sales([ticket("1", "1"), ticket("2", "1", status="void")], [line("1", "1")], policies={"voided_ticket": "block"})


def test_an_excluding_rule_on_the_ticket_takes_its_rows_along() -> None:
    """Lines of a ticket that is not loaded must not go on without it."""
    rules = [{"id": "adjust", "exclude": "not_a_sale", "when": {"ticket_no": {"matches": "^A"}}}]
    output = sales([ticket("A1", "1"), ticket("1", "1")], [line("A1", "1"), line("1", "1")], specs={"tickets": {"rules": rules}})
    assert all_reasons(output) == ["not_a_sale", "-", "not_a_sale", "-"]


def test_header_not_lines_rejects_header_and_ticket() -> None:
    output = sales([ticket("1", "3.01")], [line("1", "3.00")], [paid("1", "3.01")])
    assert all_reasons(output) == ["header_not_lines", "ticket_rejected", "ticket_rejected"]


def test_payments_not_total_rejects_header_and_ticket() -> None:
    output = sales([ticket("1", "3.00")], [line("1", "3.00")], [paid("1", "2.99")])
    assert all_reasons(output) == ["payments_not_total", "ticket_rejected", "ticket_rejected"]


def test_a_header_that_counts_an_excluded_line_does_not_add_up() -> None:
    rules = [{"id": "post", "exclude": "no_product", "when": {"amount": {"equals": "4"}}}]
    output = sales([ticket("1", "10")], [line("1", "6"), line("1", "4")], specs={"lines": {"rules": rules}})
    assert all_reasons(output) == ["header_not_lines", "ticket_rejected", "no_product"]


def test_rows_without_header_are_orphans() -> None:
    output = sales([ticket("1", "1")], [line("1", "1"), line("9", "1")], [paid("1", "1"), paid("9", "1")])
    assert all_reasons(output) == ["-", "-", "orphan_line", "-", "orphan_line"]


def test_a_repeated_header_rejects_both_tickets() -> None:
    output = sales([ticket("1", "1"), ticket("1", "1")], [line("1", "1")], [paid("1", "1")])
    assert all_reasons(output) == ["ticket_rejected", "duplicate_ticket", "ticket_rejected", "ticket_rejected"]


def test_one_rejected_row_rejects_its_ticket_and_no_other() -> None:
    output = sales([ticket("1", "2"), ticket("2", "1")], [line("1", "1"), line("1", "x"), line("2", "1")], [paid("1", "2"), paid("2", "1")])
    assert all_reasons(output) == ["ticket_rejected", "-", "ticket_rejected", "bad_number", "-", "ticket_rejected", "-"]


def test_tickets_without_totals_take_them_from_their_lines() -> None:
    tables = {"tickets": columns(TICKETS[:3], [ticket("1", None)[:3]]), "lines": columns(LINES, [line("1", "1.10"), line("1", "2")])}
    assert cleaned("sales", tables).tables["tickets"]["total"].tolist() == [Decimal("3.10")]


def test_a_single_missing_total_is_not_made_up() -> None:
    output = sales([ticket("1", None), ticket("2", "1")], [line("1", "1"), line("2", "1")])
    assert all_reasons(output) == ["missing_required", "-", "ticket_rejected", "-"]


def test_line_numbers_of_the_source_stay_unless_they_are_missing_or_repeated_on_the_ticket() -> None:
    names = (*LINES, "line_no")
    rows = [(*line("1", "1"), "7"), (*line("1", "1"), "8"), (*line("2", "1"), "1"), (*line("2", "1"), "1"), (*line("3", "1"), None)]
    tables = {"tickets": columns(TICKETS, [ticket("1", "2"), ticket("2", "2"), ticket("3", "1")]), "lines": columns(names, rows)}
    output = cleaned("sales", tables)
    assert output.tables["lines"]["line_no"].tolist() == [7, 8, 1, 2, 1]
    assert hits(output, "number.line_no") == 3


def test_equal_lines_are_both_kept_and_counted() -> None:
    output = sales([ticket("1", "2")], [line("1", "1"), line("1", "1")])
    assert all_reasons(output) == ["-"] * 3
    assert hits(output, "repeated_line") == 1


def test_missing_members_and_blind_returns_are_counted() -> None:
    tickets = dict(columns(TICKETS, [ticket("1", "-1")])) | {"kind": ["return"]}
    output = cleaned("sales", {"tickets": tickets, "lines": columns(LINES, [line("1", "-1")])})
    assert hits(output, "missing_member") == 1
    assert hits(output, "return_without_original") == 1


def derived(lines: Rows, payments: Rows | None = None, *, extra: Columns | None = None, **more: object) -> StageOutput:
    """Sales of a source without a ticket table."""
    tables = {"lines": {**columns(LINES, lines), "sold_at": ["2026-01-01 10:00:00"] * len(lines), **(extra or {})}}
    if payments is not None:
        tables["payments"] = columns(PAYMENTS, payments)
    return cleaned("sales", tables, **more)  # type: ignore[arg-type]


def test_derived_tickets_have_their_lines_total_and_no_source_row() -> None:
    output = derived([line("1", "1.50"), line("1", "2"), line("2", "-1")], [paid("1", "3.50"), paid("2", "-1")])
    tickets = output.tables["tickets"].set_index("ticket_no")
    assert tickets["total"].to_dict() == {"1": Decimal("3.50"), "2": Decimal(-1)}
    assert tickets["kind"].to_dict() == {"1": "sale", "2": "return"}
    assert set(tickets["_row_id"]) == {""}
    assert tickets[["_money", "_quantity", "_points"]].sum().sum() == 0
    assert all_reasons(output) == ["-"] * 5


def test_derived_tickets_take_time_and_member_from_the_lines() -> None:
    extra = {"sold_at": ["2026-01-01 10:00:05", "2026-01-01 10:00:01"], "member_code": [None, "M"]}
    ticket_row = derived([line("1", "1"), line("1", "1")], extra=extra).tables["tickets"].iloc[0]
    assert str(ticket_row["sold_at"]) == "2026-01-01 10:00:01"
    assert ticket_row["member_code"] == "M"


def test_a_rejected_line_takes_its_derived_ticket_along_without_a_ledger_entry() -> None:
    output = derived([line("1", "1"), line("1", "x"), line("2", "1")], [paid("1", "2"), paid("2", "1")])
    assert all_reasons(output) == ["ticket_rejected", "bad_number", "-", "ticket_rejected", "-"]
    assert output.tables["tickets"]["ticket_no"].tolist() == ["2"]
    assert "" not in set(output.outcomes["row_id"])


def test_without_header_the_payments_carry_the_reason_that_they_do_not_add_up() -> None:
    output = derived([line("1", "3")], [paid("1", "1"), paid("1", "1")])
    assert all_reasons(output) == ["ticket_rejected", "payments_not_total", "payments_not_total"]


def test_a_derived_ticket_that_nobody_paid_is_rejected_where_the_source_has_payments() -> None:
    assert all_reasons(derived([line("1", "3"), line("2", "1")], [paid("2", "1")])) == ["ticket_rejected", "-", "-"]
    assert all_reasons(derived([line("1", "3")])) == ["-"]


def test_payments_follow_lines_that_a_rule_excluded() -> None:
    rules = [{"id": "debt", "exclude": "not_a_sale", "when": {"ticket_no": {"matches": "^A"}}}]
    output = derived([line("A1", "5"), line("1", "1")], [paid("A1", "5"), paid("1", "1")], specs={"lines": {"rules": rules}})
    assert all_reasons(output) == ["not_a_sale", "-", "not_a_sale", "-"]


def test_lines_with_a_status_of_their_own_are_not_sold() -> None:
    """Whatever else is wrong with them."""
    output = derived([line("1", "bad"), line("2", "1")], [paid("1", "5"), paid("2", "1")], extra={"status": ["void", "normal"]})
    assert all_reasons(output) == ["voided_ticket", "-", "voided_ticket", "-"]


def test_orphan_payments_of_derived_tickets() -> None:
    assert all_reasons(derived([line("1", "1")], [paid("1", "1"), paid("9", "1")])) == ["-", "-", "orphan_line"]


def without_amounts(rate: str | None) -> Columns:
    columns = {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["3"], "unit_price": ["9.80000019"], "sold_at": ["2026-01-01"]}
    return columns | {"discount_rate": [rate]}


def test_amounts_follow_from_quantity_price_and_discount_where_the_source_has_none() -> None:
    assert cleaned("sales", {"lines": without_amounts(None)}).tables["lines"]["amount"].tolist() == [Decimal("29.40")]
    assert cleaned("sales", {"lines": without_amounts("0.15")}).tables["lines"]["amount"].tolist() == [Decimal("24.99")]


def test_an_absurd_discount_rejects_the_line_and_does_not_stop_the_store() -> None:
    assert reasons(cleaned("sales", {"lines": without_amounts("20260101")}), "lines") == {"lines:1": "missing_required"}


def test_amounts_that_the_source_has_are_never_recomputed() -> None:
    """Also not when every single one of them is unreadable: the ledger must not show money that the source does not."""
    lines = {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["3"], "unit_price": ["1"], "sold_at": ["2026-01-01"], "amount": ["x"]}
    output = cleaned("sales", {"lines": lines})
    assert reasons(output, "lines") == {"lines:1": "bad_number"}
    assert output.outcomes["money"].tolist() == [Decimal(0)]


def test_sales_without_any_row_are_empty_and_typed() -> None:
    output = sales([], [], [])
    assert [len(frame) for frame in output.tables.values()] == [0, 0, 0]
    assert [len(frame) for frame in derived([], []).tables.values()] == [0, 0, 0]
