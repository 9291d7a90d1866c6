"""Tickets reach the ERP whole or not at all, also when mapping finds the fault."""

from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

SOLD = "2026-01-01 10:00:00"


def crosswalk() -> FakeCrosswalk:
    return FakeCrosswalk(keys={("products", "S1"): {"A": "P1"}, ("members", "HQ"): {"M": "MEM"}})


def sales(products: list[str], methods: list[str], members: list[str | None]) -> StageOutput:
    """Tickets 1, 2 ... of one line and one payment each, 1.00."""
    numbers = [str(n + 1) for n in range(len(products))]
    count = len(numbers)
    tables = {
        "tickets": {"ticket_no": numbers, "sold_at": [SOLD] * count, "total": ["1"] * count, "member_code": members},
        "lines": {"ticket_no": numbers, "product_code": products, "quantity": ["1"] * count, "amount": ["1"] * count},
        "payments": {"ticket_no": numbers, "method": methods, "amount": ["1"] * count},
    }
    return mapped("sales", cleaned("sales", tables), crosswalk(), payment_method={"现金": "cash"})


def test_an_unknown_product_takes_its_ticket_along_and_no_other() -> None:
    output = sales(["Z", "A"], ["cash", "cash"], [None, None])
    assert reasons(output, "lines") == {"lines:1": "unknown_product"}
    assert reasons(output, "tickets") == {"tickets:1": "ticket_rejected"}
    assert reasons(output, "payments") == {"payments:1": "ticket_rejected"}
    for name in ("ticket", "ticket_line", "payment"):
        assert output.tables[name]["ticket_no"].tolist() == ["2"], name


def test_an_unknown_payment_word_takes_its_ticket_along() -> None:
    output = sales(["A", "A"], ["比特币", "现金"], [None, None])
    assert reasons(output, "payments") == {"payments:1": "unmapped_value"}
    assert reasons(output, "lines") == {"lines:1": "ticket_rejected"}
    assert output.tables["payment"]["method"].tolist() == ["cash"]


def test_an_unknown_member_is_counted_and_the_sale_kept_without_one() -> None:
    output = sales(["A", "A", "A"], ["cash"] * 3, ["M", "X", None])
    assert output.tables["ticket"]["member_code"].isna().tolist() == [False, True, True]
    assert int(output.findings.loc[output.findings["reason"] == "unknown_member", "hits"].sum()) == 1
    assert (hits(output, "member"), hits(output, "missing_member")) == (1, 1)  # one unknown, one sale without a member
    assert reasons(output, "tickets") == {}


def test_pending_rows_name_their_place_in_the_erp() -> None:
    pending = sales(["A"], ["cash"], [None]).tables[PENDING]
    assert dict(zip(pending["table"], pending["target_key"], strict=True)) == {"tickets": "1", "lines": "1|1", "payments": "1|1"}


def test_derived_tickets_are_loaded_without_a_ledger_row() -> None:
    lines = {"ticket_no": ["1", "1", "2"], "product_code": ["A", "A", "Z"], "quantity": ["1"] * 3, "amount": ["1", "2", "4"]}
    lines["sold_at"] = [SOLD] * 3
    output = mapped("sales", cleaned("sales", {"lines": lines}), crosswalk())
    assert output.tables["ticket"]["total"].tolist() == [Decimal(3)]
    assert output.tables[PENDING]["row_id"].tolist() == ["lines:1", "lines:2"]
    assert reasons(output, "tickets") == {}
    assert "payment" not in output.tables


def with_rates(**rates: str | None) -> FakeCrosswalk:
    """Items by code, at these tax rates."""
    found = FakeCrosswalk()
    codes = list(rates)
    mapped("products", cleaned("products", {"products": {"product_code": codes, "name": codes, "tax_rate": list(rates.values())}}), found)
    return found


def test_a_line_has_the_rate_the_source_states_else_its_items_and_where_neither_is_known_no_net() -> None:
    codes = ["A", "B", "C", "A", "A", "C"]
    lines = {"ticket_no": ["1"] * 6, "product_code": codes, "quantity": ["1"] * 6, "amount": ["1"] * 6}
    lines["tax_rate"] = [None, None, None, "6", "-1", "9"]
    lines["sold_at"] = [SOLD] * 6
    done = mapped("sales", cleaned("sales", {"lines": lines}), with_rates(A="13", B="-1", C=None)).tables["ticket_line"]
    split = done[["tax_rate", "net_amount", "tax_amount"]].astype(object).to_numpy().tolist()
    none = [pd.NA] * 3
    assert split == [
        [Decimal(13), Decimal("0.88"), Decimal("0.12")],
        none,
        none,
        [Decimal(6), Decimal("0.94"), Decimal("0.06")],
        none,
        [Decimal(9), Decimal("0.92"), Decimal("0.08")],
    ]


def test_the_nets_of_a_ticket_add_up_to_the_net_of_its_total() -> None:
    lines = {"ticket_no": ["1"] * 3, "product_code": ["A"] * 3, "quantity": ["1"] * 3, "amount": ["1"] * 3, "sold_at": [SOLD] * 3}
    done = mapped("sales", cleaned("sales", {"lines": lines}), with_rates(A="13")).tables["ticket_line"]
    assert done["net_amount"].tolist() == [Decimal("0.89"), Decimal("0.88"), Decimal("0.88")]
    assert done["net_amount"].sum() == Decimal("2.65")
