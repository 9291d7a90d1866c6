"""The store system's own day totals are compared with all its sales; a day that is missing or differs by a cent is found."""

import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, cleaned, hits, reasons

DAY = "2026-01-0"
Totals = dict[str, list[str | None]]


def store(totals: Totals, *, statuses: tuple[str, ...] = ("normal",) * 4, **more: object) -> StageOutput:
    """Two sales of 10.00 (9.90 after rounding, 2 pieces) on each of two days, one per terminal."""
    tickets = {
        "ticket_no": ["1", "2", "3", "4"],
        "sold_at": [f"{DAY}1 10:00:00", f"{DAY}1 11:00:00", f"{DAY}2 10:00:00", f"{DAY}3 01:00:00"],
        "terminal": ["01", "02", "01", "02"],
        "status": list(statuses),
        "total": ["9.90"] * 4,
        "rounding": ["-0.10"] * 4,
    }
    lines = {"ticket_no": ["1", "2", "3", "4"], "product_code": ["P"] * 4, "quantity": ["2"] * 4, "amount": ["10.00"] * 4}
    tables: dict[str, Columns] = {"tickets": tickets, "lines": lines, "day_totals": totals}
    return cleaned("sales", tables, **{"business_day": {"cut_off": "04:00"}, **more})  # type: ignore[arg-type]


def days(*amounts: str | None, **more: list[str | None]) -> Totals:
    return {"business_date": [f"{DAY}{n}" for n in range(1, len(amounts) + 1)], "amount": list(amounts), **more}


@pytest.mark.parametrize(
    "totals",
    [
        days("19.80", "19.80"),
        days("20.00", "20.00"),
        days("19.80", "19.80", quantity=["4", "4.000"], tickets=["2", "2"]),
        days(None, None, tickets=["2", "2"]),
        days("19.80"),
        {"business_date": [f"{DAY}1", f"{DAY}1", f"{DAY}2", f"{DAY}2"], "terminal": ["01", "02", "01", "02"], "amount": ["9.90"] * 4},
        {"business_date": [f"{DAY}1", f"{DAY}1", f"{DAY}2"], "amount": ["10.00", "9.80", "19.80"]},
    ],
)
def test_totals_that_fit_are_silent_and_kept_as_evidence(totals: Totals) -> None:
    """With or without rounding, per day or terminal, in one row or several."""
    output = store(totals)
    assert hits(output, "day_total_differs") == 0
    assert set(reasons(output, "day_totals").values()) == {"kept_as_evidence"}
    assert "day_totals" not in output.tables


@pytest.mark.parametrize(
    ("totals", "count", "money"),
    [
        (days("19.81", "19.80"), 1, "0.01"),
        (days("19.80", "29.70"), 1, "9.90"),
        (days("19.80", "19.80", quantity=["4", "5"]), 1, "0.00"),
        (days("19.80", "19.80", tickets=["3", "2"]), 1, "0.00"),
        ({"business_date": [f"{DAY}1", f"{DAY}4"], "amount": ["19.80", "0"]}, 1, "19.80"),
        ({"business_date": [f"{DAY}1", f"{DAY}1", f"{DAY}2"], "terminal": ["01", "02", "01"], "amount": ["9.90"] * 3}, 1, "9.90"),
    ],
)
def test_a_difference_is_counted_with_its_money(totals: Totals, count: int, money: str) -> None:
    output = store(totals)
    assert hits(output, "day_total_differs") == count
    effect = next(one for one in output.facts["effects"] if one["rule"] == "day_total_differs")  # type: ignore[attr-defined]
    assert effect["amounts"] == {"money": money}
    assert "said" in output.facts["notes"]["day_total_differs"]  # type: ignore[index]


def test_a_void_ticket_is_no_sale_and_a_rejected_one_still_is() -> None:
    void = ("normal", "normal", "normal", "void")
    assert hits(store(days("19.80", "9.90"), statuses=void), "day_total_differs") == 0
    assert hits(store(days("19.80", "19.80"), statuses=void), "day_total_differs") == 1
    odd = {"return_without_original": "reject", "rounding_odd": "reject"}
    rejected = store(days("19.80", "19.80"), policies=odd, sales_limits={"rounding": "0.05"})
    assert len(rejected.tables["tickets"]) == 0
    assert hits(rejected, "day_total_differs") == 0


def test_without_the_cut_off_the_night_counts_to_the_wrong_day() -> None:
    assert hits(store(days("19.80", "19.80"), business_day=None), "day_total_differs") == 1


def test_a_project_may_block_on_it() -> None:
    with pytest.raises(BadInputError, match="day_total_differs"):
        store(days("19.81", "19.80"), policies={"day_total_differs": "block"})
    with pytest.raises(BadInputError, match="day_total_differs"):
        store({"business_date": [f"{DAY}1", f"{DAY}4"], "amount": ["19.80", None]}, policies={"day_total_differs": "block"})
