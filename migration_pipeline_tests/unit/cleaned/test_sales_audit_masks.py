"""Every rule of the point-of-sale audit finds the one row it is meant for, and nothing where that row is right."""

from dataclasses import dataclass, field

import pytest

from migration_pipeline.cleaned.sales_audit_masks import AUDIT_MASKS
from migration_pipeline.contracts.policies import RULES, SALES_RULES
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, hits, reasons

Row = dict[str, str | None]
TICKET: Row = {"ticket_no": "1", "sold_at": "2026-01-02 10:00:00", "kind": "sale", "status": "normal", "original_ticket_no": None,
               "total": "7.00", "rounding": "0", "cashier": "C1", "terminal": "01"}  # fmt: skip
LINE: Row = {"ticket_no": "1", "line_no": "1", "product_code": "P", "quantity": "2", "unit_price": "3.50", "list_price": "3.50",
             "discount": "0", "discount_rate": "0", "amount": "7.00", "tax_rate": "13", "tax_amount": "0.81"}  # fmt: skip
PAID: Row = {"ticket_no": "1", "payment_no": "1", "method": "cash", "amount": "7.00"}
BACK: Row = {"kind": "return", "total": "-7.00", "original_ticket_no": "1", "ticket_no": "2", "sold_at": "2026-01-05 10:00:00"}
BACK_LINE: Row = {"ticket_no": "2", "quantity": "-2", "amount": "-7.00", "tax_amount": "-0.81"}
BACK_PAID: Row = {"ticket_no": "2", "amount": "-7.00"}


@dataclass(frozen=True)
class Case:
    """What is laid over a good ticket so that one rule finds one row, and what is so that it does not."""

    rule: str
    bad: Row
    good: Row
    table: str = "tickets"
    more: dict[str, Row] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    with_return: bool = False
    found: int = 1


CASES = (
    Case("rounding_odd", {"rounding": "-1.01", "total": "5.99"}, {"rounding": "-1.00", "total": "6.00"}),
    Case("rounding_odd", {"rounding": "0.06", "total": "7.06"}, {"rounding": "0.05", "total": "7.05"}),
    Case("rounding_odd", {"rounding": "-0.30", "total": "6.70"}, {"rounding": "-0.20", "total": "6.80"},
         settings={"sales_limits": {"rounding": "0.20"}}),
    Case("empty_ticket", {"ticket_no": "9", "total": "0"}, {"ticket_no": "1"}, more={"extra": {}}),
    Case("unknown_cashier", {"cashier": "C9"}, {"cashier": "C2"}, settings={"cashiers": ["C1", "C2"]}),
    Case("unknown_terminal", {"terminal": "09"}, {"terminal": None}, settings={"terminals": ["01"]}),
    Case("ticket_outside_day", {"business_date": "2026-01-03"}, {"business_date": "2026-01-02"}),
    Case("ticket_outside_day", {"business_date": "2025-12-31"}, {"business_date": "2026-01-01", "sold_at": "2026-01-02 11:59:59"}),
    Case("ticket_outside_day", {"business_date": "2026-01-02", "sold_at": "2026-01-02 03:59:59"},
         {"business_date": "2026-01-02", "sold_at": "2026-01-02 04:00:00"}, settings={"business_day": {"cut_off": "04:00"}}),
    Case("returned_ticket_unknown", {"original_ticket_no": "77"}, {"original_ticket_no": "1"}, with_return=True),
    Case("return_before_sale", {"sold_at": "2026-01-02 09:59:59"}, {"sold_at": "2026-01-02 10:00:00"}, with_return=True),
    Case("return_too_late", {"sold_at": "2026-01-09 10:00:01"}, {"sold_at": "2026-01-09 10:00:00"}, with_return=True,
         settings={"sales_limits": {"return_days": 7}}),
    Case("tax_not_lines", {"tax": "0.82"}, {"tax": "0.81"}),
    Case("tax_not_rate", {"tax_amount": "0.82"}, {"tax_amount": "0.80"}, table="lines"),
    Case("tax_not_rate", {"tax_rate": "9"}, {"tax_rate": None}, table="lines"),
    Case("line_amount", {"unit_price": "3.49"}, {"unit_price": "3.495"}, table="lines"),
    Case("line_amount", {"quantity": "3", "discount": "3.48"}, {"quantity": "3", "discount": "3.50"}, table="lines"),
    Case("line_amount", {"unit_price": "5.00", "discount_rate": "0.2"}, {"unit_price": "5.00", "discount_rate": "0.3"}, table="lines"),
    Case("line_sign", {"quantity": "-2"}, {"quantity": "-2", "unit_price": "-3.50"}, table="lines"),
    Case("price_not_list", {"list_price": "3.49"}, {"list_price": "9.99"}, table="lines"),
    Case("price_not_list", {"list_price": "5.01"}, {"list_price": "5.00"}, table="lines", settings={"sales_limits": {"discount": "0.30"}}),
    Case("price_not_list", {"list_price": "3.33"}, {"list_price": "3.34"}, table="lines",
         settings={"sales_limits": {"price_above_list": "0.05"}}),
    Case("discount_over_authority", {"discount": "3.01"}, {"discount": "3.00"}, table="lines",
         settings={"sales_limits": {"discount": "0.30"}}),
    Case("discount_over_authority", {"discount_rate": "0.31"}, {"discount_rate": "0.30"}, table="lines",
         settings={"sales_limits": {"discount": "0.30"}}),
    Case("change_beyond_cash", {"method": "voucher", "amount": "8.00"}, {"method": "cash", "amount": "8.00"}, table="payments",
         more={"payments": {"payment_no": "2", "method": "cash", "amount": "-1.00"}}),
    Case("change_beyond_cash", {"method": "微信", "amount": "8.00"}, {"method": "现金", "amount": "8.00"}, table="payments",
         more={"payments": {"payment_no": "2", "method": "现金", "amount": "-1.00"}},
         settings={"value_maps": {"payment_method": {"现金": "cash", "微信": "wechat"}}}),
    Case("payment_on_void", {"status": "void"}, {"status": "normal"}),
    Case("payment_on_void", {"status": "hung"}, {"status": "training"}),
    Case("payment_missing", {"ticket_no": "8"}, {"ticket_no": "1"}, table="payments", found=0),
)  # fmt: skip


def tables(case: Case, over: Row) -> dict[str, Columns]:
    """The good ticket, its return where the case needs one, and one row laid over."""
    rows: dict[str, list[Row]] = {"tickets": [TICKET], "lines": [LINE], "payments": [PAID]}
    if case.with_return:
        for name, row in {"tickets": BACK, "lines": BACK_LINE, "payments": BACK_PAID}.items():
            rows[name].append({**rows[name][0], **row})
    if "extra" in case.more:
        rows[case.table].append({**rows[case.table][0], **over} if over["ticket_no"] != "1" else {**TICKET, "ticket_no": "1"})
        rows[case.table] = rows[case.table][:1] if over["ticket_no"] == "1" else rows[case.table]
    else:
        rows[case.table][-1] = {**rows[case.table][-1], **over}
    if "rounding" in over:
        rows["payments"][0] = {**PAID, "amount": over["total"]}
    for name, row in case.more.items():
        if name in rows:
            rows[name].append({**rows[name][0], **row})
    names = {name: list(dict.fromkeys(key for row in found for key in row)) for name, found in rows.items()}
    return {name: {key: [row.get(key) for row in found] for key in names[name]} for name, found in rows.items()}


@pytest.mark.parametrize("case", [case for case in CASES if case.found], ids=lambda case: f"{case.rule} {case.bad}")
def test_a_rule_finds_the_one_bad_row_and_no_good_one(case: Case) -> None:
    assert hits(cleaned("sales", tables(case, case.bad), **case.settings), case.rule) == 1  # type: ignore[arg-type]
    assert hits(cleaned("sales", tables(case, case.good), **case.settings), case.rule) == 0  # type: ignore[arg-type]


def test_a_ticket_that_nobody_paid_says_so() -> None:
    case = next(case for case in CASES if case.rule == "payment_missing")
    assert reasons(cleaned("sales", tables(case, case.bad)), "tickets") == {"tickets:1": "payment_missing"}
    assert reasons(cleaned("sales", tables(case, case.good)), "tickets") == {}


def test_every_mask_has_its_case_and_the_audit_has_27_rules() -> None:
    assert AUDIT_MASKS.keys() <= {case.rule for case in CASES}
    assert len(SALES_RULES) >= 27
    assert AUDIT_MASKS.keys() <= RULES.keys()


def test_findings_carry_the_money_they_touch_and_a_project_may_reject_or_block() -> None:
    case = next(case for case in CASES if case.rule == "line_sign")
    output = cleaned("sales", tables(case, case.bad))
    effect = next(one for one in output.facts["effects"] if one["rule"] == "line_sign")  # type: ignore[attr-defined]
    assert effect["amounts"]["money"] == "7.00"
    output = cleaned("sales", tables(case, case.bad), policies={"line_sign": "reject"})
    assert reasons(output, "lines") == {"lines:1": "line_sign_rejected"}
    assert reasons(output, "tickets") == {"tickets:1": "ticket_rejected"}
