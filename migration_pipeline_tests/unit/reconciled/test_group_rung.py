"""Control totals by group find what whole totals cannot, and call nothing equal that was not measured."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.stage_output import empty_changes
from migration_pipeline.loaded.targets.tryton.rows import by_key, frame_of
from migration_pipeline.project.source import ControlTotal, TableSpec
from migration_pipeline_tests.unit.reconciled.corner_shop import FILES, Archive, Rows, Shop, erp_rows, ledger

D = Decimal


@pytest.fixture
def shop(archive: Archive) -> Shop:
    return Shop(archive)


def changed(table: str, number: int, **values: Any) -> Rows:
    rows = erp_rows()
    rows[table][number] |= values
    return rows


def found(measured: pd.DataFrame, status: str = "break") -> dict[tuple[str, str, str], Decimal]:
    """(metric, dimension, group) -> unexplained rest of the measurements with a status."""
    own = measured[measured["status"] == status]
    return dict(zip(zip(own["metric"], own["by_dimension"], own["grp"], strict=True), own["unexplained"], strict=True))


@pytest.mark.parametrize("dataset", ["products", "members", "sales"])
def test_an_honest_migration_is_equal_in_every_group_whatever_the_source_writes(shop: Shop, dataset: str) -> None:
    rung = shop.compared(dataset)
    assert set(rung.measured["status"]) == {"equal"}
    assert set(rung.cells["status"]) == {"equal"}


def test_days_follow_the_cut_off_words_the_value_map_rates_and_categories_the_catalogue(shop: Shop) -> None:
    cells = shop.compared("sales").cells
    sums = cells[cells["metric"] == "lines.money"].set_index(["by_dimension", "grp"])["source"].to_dict()
    assert sums["day", "2026-01-02"] == D("27.00")
    assert sums["day,tax,category", "2026-01-02|13.00|drinks"] == D("7.00")
    paid = cells[cells["by_dimension"] == "payment"].set_index(["metric", "grp"])["target"].to_dict()
    assert paid["payments.money", "wechat"] == D("40.00")


def test_a_cent_moved_between_two_payment_methods_is_found(shop: Shop) -> None:
    rows = changed("payment", 0, amount="3.51")
    rows["payment"][1]["amount"] = "19.99"
    breaks = found(replace(shop, erp=rows).compared("sales").measured)
    assert breaks["payments.money", "payment", "cash"] == D("-0.01")
    assert breaks["payments.money", "payment", "wechat"] == D("0.01")
    assert sum(rest for (metric, by, _), rest in breaks.items() if (metric, by) == ("payments.money", "payment")) == 0


def test_a_cent_moved_between_two_days_is_found(shop: Shop) -> None:
    rows = changed("ticket_line", 1, amount="19.99")
    rows["ticket_line"][3]["amount"] = "20.01"
    breaks = found(replace(shop, erp=rows).compared("sales").measured)
    assert breaks["lines.money", "day", "2026-01-02"] == D("0.01")
    assert breaks["lines.money", "day", "2026-01-05"] == D("-0.01")
    assert breaks["lines.money", "day,tax,category", "2026-01-05|9.00|food"] == D("-0.01"), "named also where it is one cell of many"
    assert ("lines.money", "category", "food") not in breaks


def test_principal_and_bonus_swapped_are_found_though_their_sum_is_the_same(shop: Shop) -> None:
    breaks = found(replace(shop, erp=changed("member_balance", 0, stored_principal="20", stored_bonus="100")).compared("members").measured)
    assert breaks["members.stored_principal", "", ""] == D(80)
    assert breaks["members.stored_bonus", "tier", "gold"] == D(-80)


def test_a_category_that_points_elsewhere_is_found(shop: Shop) -> None:
    breaks = found(replace(shop, erp=changed("item", 1, category="drinks")).compared("sales").measured)
    assert breaks["lines.money", "category", "food"] == D("40.00")
    assert breaks["lines.money", "category", "drinks"] == D("-40.00")


@pytest.mark.parametrize("records", [1, 2])
def test_a_category_of_another_record_of_the_same_item_is_explained_one_of_its_own_record_is_not(shop: Shop, records: int) -> None:
    def said(table: str, _: object) -> pd.DataFrame:
        own = frame_of(erp_table(table), by_key(table, changed("item", 1, category="drinks")["item"][1:]))
        return pd.concat([own] * records, ignore_index=True)

    statuses = replace(shop, erp=changed("item", 1, category="drinks"), said=said).compared("sales").measured
    assert bool(found(statuses)) is (records == 1)
    assert found(statuses, "explained").get(("lines.money", "category", "food")) == (D(0) if records == 2 else None)


def test_a_price_changed_in_the_erp_is_found_where_the_database_is_kept_small(shop: Shop) -> None:
    rung = replace(shop, erp=changed("item_price", 0, sell_price="3.51")).compared("products")
    assert found(rung.measured)["products.sell_price", "item", "A"] == D("-0.01")
    assert "B" not in set(rung.measured["grp"]), "groups that are equal are in the lake only"
    assert {"A", "B"} <= set(rung.cells["grp"])


def test_a_declared_tolerance_keeps_the_difference_in_sight(shop: Shop) -> None:
    rows = changed("payment", 0, amount="3.51")
    measured = replace(shop, erp=rows, tolerance={"payments.money": D("0.01")}).compared("sales").measured
    assert found(measured) == {}
    assert found(measured, "within_tolerance")["payments.money", "payment", "cash"] == D("-0.01")


def test_rows_that_ended_explain_their_groups_and_say_why(shop: Shop) -> None:
    rows = erp_rows()
    for table in ("ticket", "ticket_line", "payment"):
        rows[table] = [row for row in rows[table] if row["ticket_no"] != "T3"]
    ended = dict.fromkeys(("tickets.csv:4", "lines.csv:5", "payments.csv:5"), "voided_ticket")
    measured = replace(shop, erp=rows, ledger=ledger(ended)).compared("sales").measured
    assert found(measured) == {}
    (gone,) = measured[(measured["metric"] == "lines.money") & (measured["grp"] == "2026-01-05")].to_dict("records")
    assert (gone["source"], gone["target"], gone["explained"], gone["status"]) == (D(20), D(0), D(20), "explained")
    assert json.loads(gone["sample"]) == [{"reason": "voided_ticket", "rows": 1, "amount": "20"}]


def test_what_the_sql_cannot_read_is_not_measurable_and_never_dropped(shop: Shop) -> None:
    files = FILES | {"tickets": FILES["tickets"].replace("2026年1月5日 9:00", "the fifth")}
    rung = replace(shop, files=files).compared("sales")
    assert found(rung.measured) == {}
    unread = rung.measured[rung.measured["grp"] == "?"].set_index(["metric", "by_dimension"])
    assert unread.loc[("lines.money", "day"), ["source", "status"]].tolist() == [D("20.00"), "not_measurable"]
    days = rung.cells[(rung.cells["metric"] == "lines.money") & (rung.cells["by_dimension"] == "day")]
    assert (days["source"].sum(), days["target"].sum()) == (D("47.00"), D("47.00"))
    assert days.set_index("grp").loc["2026-01-05", "status"] == "explained", "what nobody read is not called equal"


def test_a_row_in_another_group_needs_a_logged_change(shop: Shop) -> None:
    moved = replace(shop, erp=changed("payment", 2, method="card"))
    assert found(moved.compared("sales").measured)["payments.money", "payment", "card"] == D("-3.50")
    log = {"table": "payments", "row_id": "payments.csv:4", "column": "method", "new": "card"}
    logged = pd.concat([empty_changes(), pd.DataFrame([log], dtype="str")], ignore_index=True)
    measured = replace(moved, changes=logged).compared("sales").measured
    assert found(measured) == {}
    assert found(measured, "explained")["payments.money", "payment", "card"] == D(0)


def test_amounts_that_cleaning_changed_behind_the_books_are_found(shop: Shop) -> None:
    """The ledger and the ERP agree, and the whole total is the source's: only row by row it is not."""
    rows = changed("ticket_line", 1, amount="19.99")
    rows["ticket_line"][3]["amount"] = "20.01"
    books = ledger()
    at = books["table"] == "lines"
    books.loc[at & (books["row_id"] == "lines.csv:3"), "money"] = D("19.99")
    books.loc[at & (books["row_id"] == "lines.csv:5"), "money"] = D("20.01")
    assert found(replace(shop, erp=rows, ledger=books).compared("sales").measured)["lines.money", "day", "2026-01-02"] == D("0.01")


def test_a_store_without_a_catalogue_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {name: text for name, text in FILES.items() if name != "products"}
    measured = replace(shop, files=files).compared("sales").measured
    (category,) = measured[(measured["metric"] == "lines.money") & (measured["by_dimension"] == "category")].to_dict("records")
    assert category["status"] == "not_measurable"
    assert "no catalogue" in category["sample"]


def test_a_part_of_a_balance_that_the_project_computes_is_not_called_a_break_nor_equal(shop: Shop) -> None:
    spec = TableSpec(
        inputs=("members",),
        columns={"member_code": "card", "points": "pts", "stored_principal": "principal", "stored_bonus": "made"},
        computed={"made": "number(bonus)"},
        control=ControlTotal(money='num("principal") + num("bonus")'),
    )
    measured = replace(shop, specs={"members": spec}, erp=changed("member", 0, tier=None)).compared("members").measured
    assert found(measured) == {}
    assert found(measured, "not_measurable") == {("members.stored_bonus", "", ""): 0}
    assert found(measured, "equal")["members.stored_principal", "tier", "-"] == 0
