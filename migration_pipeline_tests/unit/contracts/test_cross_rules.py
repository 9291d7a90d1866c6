"""Rows and tables that do not fit each other are found, each by its own rule, and good ones never."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts import cross_rules
from migration_pipeline.contracts.cross_rules import CLEANED, MAPPED, Broken, Surroundings
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import joined
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, text
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

SALES = {
    "tickets": {"ticket_no": ["T1", "T2"], "sold_at": ["2026-01-02", "2026-01-03"], "total": ["3.50", "1.00"], "member_code": ["M", None]},
    "lines": {
        "ticket_no": ["T1", "T1", "T2"], "product_code": ["A", "B", "A"],
        "quantity": ["1", "2", "1"], "amount": ["1.50", "2.00", "1.00"],
    },
    "payments": {"ticket_no": ["T1", "T2"], "method": ["cash", "card"], "amount": ["3.50", "1.00"]},
}  # fmt: skip
STOCK = {"stock": {"product_code": ["A", "B"], "quantity": ["1", "2"], "unit_cost": ["1.5", "2"]}}
PRODUCTS = {"products": {"product_code": ["A", "B"], "name": ["Green tea", "Bread"]}}
Frames = dict[str, pd.DataFrame]


def erp(dataset: str, tables: dict[str, dict[str, list[str | None]]]) -> tuple[StageOutput, StageOutput]:
    """The cleaned and the mapped output of a store that knows the products A and B and the member M."""
    done = cleaned(dataset, tables)
    crosswalk = FakeCrosswalk(keys={("products", "S1"): {"A": "PA", "B": "PB"}, ("members", "S1"): {"M": "MM"}})
    return done, mapped(dataset, done, crosswalk, "S1")


def around(*, elsewhere: Iterable[str] = ()) -> Surroundings:
    """The surroundings of store S1; `elsewhere` are codes that another store has as well."""
    return Surroundings(
        "S1",
        ("MAIN",),
        known=lambda dataset, codes: codes[codes.isin({"products": ["PA", "PB"], "members": ["MM"]}[dataset])],
        elsewhere=lambda dataset, codes: codes[codes.isin(list(elsewhere))],
    )


def tables_of(output: StageOutput) -> Frames:
    return {name: frame for name, frame in output.tables.items() if name != PENDING}


def fired(found: Iterable[Broken]) -> dict[str, list[int]]:
    """`table.column check` -> places of the rows it finds."""
    named = {f"{one.table}.{one.column} {one.check}": one.rows.to_numpy().nonzero()[0].tolist() for one in found}
    return {name: places for name, places in named.items() if places}


def with_first(frame: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    changed = frame[column].copy()
    changed.iloc[0] = value
    return frame.assign(**{column: changed})


def copies(dataset: str, done: StageOutput, final: StageOutput, frames: Frames, packs: tuple[str, ...] = ()) -> dict[str, list[int]]:
    ledger = joined([final.tables[PENDING], final.outcomes])
    return fired(cross_rules.broken_copies(DATASETS[dataset], frames, ledger, done, packs))


@pytest.mark.parametrize("names", [CLEANED, MAPPED])
def test_good_sales_break_no_rule_of_tickets(names: cross_rules.SalesNames) -> None:
    done, final = erp("sales", SALES)
    assert fired(cross_rules.broken_tickets(names, done.tables if names is CLEANED else tables_of(final))) == {}


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("tickets", lambda f: f.iloc[1:], {"lines.ticket_no belongs_to_ticket": [0, 1], "payments.ticket_no belongs_to_ticket": [0]}),
        ("tickets", lambda f: with_first(f, "rounding", Decimal("0.01")), {"tickets.total sum_of_lines": [0]}),
        ("lines", lambda f: f.iloc[:2], {"tickets.total sum_of_lines": [1]}),
        ("payments", lambda f: with_first(f, "amount", Decimal("3.49")), {"tickets.total sum_of_payments": [0]}),
    ],
)
def test_tickets_lines_and_payments_that_do_not_fit_are_named(
    table: str, change: Callable[[pd.DataFrame], pd.DataFrame], found: dict[str, list[int]]
) -> None:
    tables = erp("sales", SALES)[0].tables
    assert fired(cross_rules.broken_tickets(CLEANED, {**tables, table: change(tables[table])})) == found


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({}, []),
        ({"tax_rate": "13", "net_amount": "1.33", "tax_amount": "0.17"}, []),
        ({"tax_rate": "13", "net_amount": "1.33", "tax_amount": "0.18"}, [0]),
        ({"tax_rate": "13", "net_amount": "1.50"}, [0]),
        ({"tax_rate": "13"}, [0]),
        ({"net_amount": "1.33", "tax_amount": "0.17"}, [0]),
    ],
)
def test_net_and_tax_are_the_amount_and_come_with_their_rate_or_not_at_all(columns: dict[str, str], found: list[int]) -> None:
    frames = tables_of(erp("sales", SALES)[1])
    for name, value in columns.items():
        frames["ticket_line"] = with_first(frames["ticket_line"], name, Decimal(value))
    assert fired(cross_rules.broken_nets(frames)) == ({"ticket_line.net_amount net_and_tax": found} if found else {})
    assert fired(cross_rules.broken_nets({})) == {}


def test_sales_without_payments_are_not_asked_for_them() -> None:
    tables = erp("sales", {name: SALES[name] for name in ("tickets", "lines")})[0].tables
    assert fired(cross_rules.broken_tickets(CLEANED, tables)) == {}


@pytest.mark.parametrize(
    ("dataset", "table", "column", "value", "rule"),
    [
        ("sales", "ticket_line", "item_code", "NOBODY", "exists_as_item"),
        ("sales", "ticket", "member_code", "NOBODY", "exists_as_member"),
        ("sales", "payment", "ticket_no", "NOBODY", "exists_as_ticket"),
        ("sales", "ticket", "store_code", "S2", "own_store"),
        ("inventory", "opening_stock", "item_code", "NOBODY", "exists_as_item"),
        ("inventory", "opening_stock", "warehouse_code", "NOWHERE", "exists_as_warehouse"),
        ("products", "item", "unit_code", "NOTHING", "exists_as_unit"),
    ],
)
def test_a_row_that_names_what_is_not_there_is_found(dataset: str, table: str, column: str, value: str, rule: str) -> None:
    frames = tables_of(erp(dataset, {"sales": SALES, "inventory": STOCK, "products": PRODUCTS}[dataset])[1])
    assert fired(cross_rules.broken_references(frames, around())) == {}
    wrong = {**frames, table: with_first(frames[table], column, value)}
    assert fired(cross_rules.broken_references(wrong, around())) == {f"{table}.{column} {rule}": [0]}


def test_a_row_that_the_ledger_calls_loaded_must_be_there() -> None:
    final = erp("inventory", STOCK)[1]
    frames, pending = tables_of(final), final.tables[PENDING]
    dataset = DATASETS["inventory"]
    assert not cross_rules.absent_rows(dataset, frames, pending).any()
    lost = {"opening_stock": frames["opening_stock"].iloc[:1]}
    assert cross_rules.absent_rows(dataset, lost, pending).tolist() == [False, True]
    assert cross_rules.absent_rows(dataset, {}, pending).all()


def test_values_that_mapping_only_copies_are_those_of_the_source_row() -> None:
    done, final = erp("sales", SALES)
    frames = tables_of(final)
    assert copies("sales", done, final, frames) == {}
    wrong = {**frames, "ticket": with_first(frames["ticket"], "sold_at", pd.Timestamp(2026, 2, 1))}
    wrong["ticket_line"] = frames["ticket_line"].iloc[[1, 0, 2]]
    assert copies("sales", done, final, wrong) == {"ticket.sold_at as_cleaned": [0]}, "the order of the rows says nothing"


def test_quantities_may_change_where_packs_were_turned_into_base_units_and_amounts_never() -> None:
    done, final = erp("inventory", STOCK)
    wrong = {"opening_stock": with_first(with_first(tables_of(final)["opening_stock"], "quantity", Decimal(24)), "value", Decimal(9))}
    assert copies("inventory", done, final, wrong, ("stock",)) == {"opening_stock.value as_cleaned": [0]}
    assert set(copies("inventory", done, final, wrong)) == {"opening_stock.quantity as_cleaned", "opening_stock.value as_cleaned"}


def test_stock_that_was_added_up_is_not_compared_with_one_of_its_rows() -> None:
    done, final = erp("inventory", {"stock": {"product_code": ["A", "A"], "quantity": ["1", "2"], "unit_cost": ["1.5", "2"]}})
    assert copies("inventory", done, final, tables_of(final)) == {}


def test_a_cut_name_is_found_unless_another_store_may_have_given_it() -> None:
    done, final = erp("products", PRODUCTS)
    frames = tables_of(final)
    ledger, dataset = final.tables[PENDING], DATASETS["products"]
    assert fired(cross_rules.cut_names(dataset, frames, ledger, done, around())) == {}
    cut = {**frames, "item": frames["item"].assign(name=frames["item"]["name"].str[:5])}
    assert [len(places) for places in fired(cross_rules.cut_names(dataset, cut, ledger, done, around())).values()] == [1]
    assert fired(cross_rules.cut_names(dataset, cut, ledger, done, around(elsewhere=ledger["target_key"]))) == {}


def test_a_repeated_row_or_ledger_entry_is_for_others_to_find() -> None:
    """The schema finds the one and conservation the other; these rules only must not fall over them."""
    for dataset, tables, table in (("products", PRODUCTS, "item"), ("inventory", STOCK, "opening_stock")):
        done, final = erp(dataset, tables)
        frames, ledger = {**tables_of(final), table: pd.concat([final.tables[table]] * 2)}, pd.concat([final.tables[PENDING]] * 2)
        assert fired(cross_rules.cut_names(DATASETS[dataset], frames, ledger, done, around())) == {}
        assert fired(cross_rules.broken_copies(DATASETS[dataset], frames, ledger, done)) == {}


def test_rows_are_named_by_their_source_row_where_the_ledger_knows_it() -> None:
    final = erp("inventory", STOCK)[1]
    dataset = DATASETS["inventory"]
    assert cross_rules.row_ids(dataset, "opening_stock", final, [1]) == ["stock:2"]
    assert cross_rules.row_ids(dataset, PENDING, final, [0]) == ["stock:1"]
    unknown = with_first(final.tables["opening_stock"], "item_code", "NOBODY")
    other = replace(final, tables={**final.tables, "opening_stock": unknown})
    assert cross_rules.row_ids(dataset, "opening_stock", other, [0]) == ["#1"]
    assert cross_rules.row_ids(
        dataset, "opening_stock", replace(other, tables={**other.tables, "opening_stock": text("x").to_frame("y")}), [0]
    ) == ["#1"]


def test_a_rule_that_the_project_only_flags_is_not_demanded() -> None:
    assert "sign_of_kind" not in {rule.name for rule in cross_rules.row_rules("tickets")}
    assert "sign_of_kind" in {rule.name for rule in cross_rules.row_rules("tickets", {"sign_contradiction": "reject"})}
