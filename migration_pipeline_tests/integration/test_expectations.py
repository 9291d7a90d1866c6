"""The Great Expectations suites on real tables: a clean store meets all, and each fault is seen by exactly the one that is meant."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.expectation_suites import Suite, built_in_suite, parse_suite
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.protocol import CompanyRow, StoreRow
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.reconciled.expectations import Expected, expectations_met
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.errors import BadInputError

CLEAN = """
INSERT INTO supplier (supplier_code, name, tax_id) VALUES ('V1', '北方食品有限公司', '91350100M000100Y43');
INSERT INTO supplier_balance (supplier_code, store_code, balance) VALUES ('V1', 'S1', -120.50);
INSERT INTO item (item_code, name, unit_code, weighed, kind, status, tax_rate, supplier_code)
    VALUES ('P1', '纯牛奶', 'PCS', false, 'goods', 'active', 13, 'V1'), ('P2', '苹果', 'KG', true, 'goods', 'inactive', NULL, NULL);
INSERT INTO item_barcode (barcode, item_code) VALUES ('6901028075831', 'P1');
INSERT INTO item_price (store_code, item_code, sell_price, cost_price, member_price)
    VALUES ('S1', 'P1', 3.5, 2.1, 3.3), ('S1', 'P2', 9, 5, NULL);
INSERT INTO coupon_item (coupon_code, product_code, campaign, item_code) VALUES ('C1', 'P1', '1', 'P1');
INSERT INTO member (member_code, name, phone, email, gender, birthday, status)
    VALUES ('M1', '张三', '13900000000', 'a@b.cn', 'female', '1990-02-28', 'active');
INSERT INTO member_card (store_code, card_no, member_code) VALUES ('S1', '0001', 'M1');
INSERT INTO member_balance (member_code, store_code, points, stored_principal, stored_bonus) VALUES ('M1', 'S1', 10, 100, 20);
INSERT INTO opening_stock (store_code, warehouse_code, item_code, quantity, unit_cost, value) VALUES ('S1', 'MAIN', 'P1', 12, 2.1, 25.20);
INSERT INTO ticket (store_code, ticket_no, sold_at, kind, total, rounding) VALUES ('S1', 'T1', '2024-05-01 10:00', 'sale', 16, -0.10);
INSERT INTO ticket_line (
    store_code, ticket_no, line_no, item_code, quantity, unit_price, amount, discount, coupon_discount, partner_discount
) VALUES ('S1', 'T1', 1, 'P1', 2, 3.5, 7, 0, 0, 0), ('S1', 'T1', 2, 'P2', 1.011, 9, 9.10, 0, 0, 0);
INSERT INTO payment (store_code, ticket_no, payment_no, method, amount) VALUES ('S1', 'T1', 1, 'cash', 10), ('S1', 'T1', 2, 'wechat', 6);
"""
FAULTS = (
    ("suppliers", "UPDATE supplier SET name = ' ' || name", "No name begins or ends with a blank."),
    ("suppliers", "UPDATE supplier SET name = '锟斤拷'", "No name is damaged by a wrong encoding."),
    ("suppliers", "UPDATE supplier SET tax_id = '12'", "A tax id has 15, 17, 18 or 20 digits and letters."),
    ("suppliers", "UPDATE supplier_balance SET balance = 1e9", "A balance is below 100 million."),
    ("products", "UPDATE item SET tax_rate = 130 WHERE item_code = 'P1'", "A tax rate lies between 0 and 100 percent."),
    ("products", "UPDATE item SET name = '' WHERE item_code = 'P1'", "An item has a name of 1 to 200 characters."),
    ("products", "UPDATE item_barcode SET barcode = 'ABC'", "A company-wide barcode has 8 or 12 to 14 digits."),
    ("products", "UPDATE item_barcode SET barcode = '2000123004563'", "An in-store barcode is not company-wide."),
    ("products", "UPDATE item_price SET sell_price = -1 WHERE item_code = 'P1'", "No selling price is below 0 or 10 million and more."),
    ("products", "UPDATE item_price SET member_price = 4 WHERE item_code = 'P1'", "A member never pays more than the selling price."),
    ("members", "UPDATE member SET phone = 'n/a'", "A phone number is digits and separators."),
    ("members", "UPDATE member SET birthday = '0001-01-01'", "A birthday lies between 1880 and today."),
    ("members", "UPDATE member_balance SET points = -1", "Points lie between 0 and 100 million."),
    ("inventory", "UPDATE opening_stock SET quantity = -1, value = -2.10", "No stock is below 0."),
    ("inventory", "UPDATE opening_stock SET value = 2520", "The value is quantity times unit cost, to a cent per unit."),
    ("sales", "UPDATE ticket SET ticket_no = ticket_no, sold_at = '1899-12-30'", "A ticket was sold after 1990 and before tomorrow."),
    ("sales", "UPDATE ticket_line SET amount = 7.01 WHERE line_no = 1", "Total without rounding is the sum of the lines, to the cent."),
    ("sales", "UPDATE payment SET amount = 6.01 WHERE payment_no = 2", "Where a ticket has payments, they are its total, to the cent."),
    ("sales", "UPDATE ticket_line SET unit_price = -9 WHERE line_no = 2", "No unit price is below 0."),
)


@pytest.fixture
def erp(databases: Databases) -> Databases:
    """An ERP with two stores, of which S1 holds a little of everything."""
    stores = [StoreRow("S1", "one", {"MAIN": "MAIN"}), StoreRow("S2", "two", {"MAIN": "MAIN"})]
    PostgresTarget(databases).prepare(CompanyRow("C", "company", "CNY"), stores, VOCABULARIES["unit"])
    run(databases, CLEAN)
    return databases


def run(databases: Databases, statements: str) -> None:
    """Execute SQL in the ERP's database."""
    with databases.connect(ERP) as connection:
        connection.execute(statements)


def met(databases: Databases, store: str = "S1", *more: Suite) -> list[Expected]:
    """All suites that ship, and more, on one store."""
    return expectations_met(databases.sqlalchemy_url(ERP), store, [*map(built_in_suite, DATASETS), *more])


def own(expectation: dict[str, object]) -> Suite:
    """A project's suite of one expectation about tickets."""
    return parse_suite(json.dumps({"name": "own", "expectations": [expectation]}), "sales", "expectations/sales.json")


def test_a_clean_store_meets_all_and_each_fault_is_seen_by_its_expectation_alone(erp: Databases) -> None:
    assert [one.en for one in met(erp) if not one.met] == []
    seen = []
    for dataset, fault, _ in FAULTS:
        run(erp, fault)
        found = expectations_met(erp.sqlalchemy_url(ERP), "S1", [built_in_suite(dataset)])
        seen.append([one.en for one in found if not one.met])
        run(erp, "TRUNCATE supplier, item, member, coupon_item, ticket CASCADE; " + CLEAN)
    assert seen == [[expected] for _, _, expected in FAULTS]


def test_only_the_rows_of_the_store_at_hand_are_looked_at(erp: Databases) -> None:
    run(erp, "UPDATE item SET tax_rate = 130; UPDATE supplier_balance SET balance = 1e9; UPDATE payment SET amount = 1")
    assert [one.en for one in met(erp, "S2") if not one.met] == []
    counts = {one.table: one.checked for one in met(erp, "S2") if one.checked is not None}
    assert {counts["item"], counts["payment"], counts["supplier"]} == {0}


def test_the_rows_stay_in_the_database_and_nothing_is_shown(erp: Databases, capfd: pytest.CaptureFixture[str]) -> None:
    """GX would fetch all rows of a table, however many, only to learn its columns, and draw its progress on the terminal."""
    ran: list[str] = []

    def heard(_: object, __: object, statement: str, *___: object) -> None:
        ran.append(statement)

    event.listen(Engine, "after_cursor_execute", heard)
    try:
        assert all(one.met for one in met(erp))
    finally:
        event.remove(Engine, "after_cursor_execute", heard)
    whole = [statement for statement in ran if statement.startswith('SELECT * FROM "')]
    assert {statement.rpartition(" LIMIT ")[2] for statement in whole} == {"0"}
    assert capfd.readouterr() == ("", "")


def test_results_hold_counts_and_no_value(erp: Databases) -> None:
    run(erp, "UPDATE member SET phone = 'secret-phone'")
    found = next(one for one in met(erp) if one.en.startswith("A phone"))
    assert (found.met, found.checked, found.unexpected) == (False, 1, 1)
    assert "secret-phone" not in repr(met(erp))


def test_a_projects_own_expectation_counts_and_one_that_cannot_be_evaluated_is_an_error(erp: Databases) -> None:
    meaning = {"table": "ticket", "en": "own"}
    query = "SELECT ticket_no FROM {batch} WHERE ticket_no NOT IN (SELECT ticket_no FROM {rows:payment} AS p WHERE method = 'card')"
    more = own({"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": query}, "meta": meaning, "severity": "warning"})
    assert [(one.en, one.unexpected, one.severity) for one in met(erp, "S1", more) if not one.met] == [("own", 1, "warning")]
    for broken in (
        {"type": "expect_no_such_thing", "kwargs": {}, "meta": meaning},
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "no_such_column"}, "meta": meaning},
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"columnn": "ticket_no"}, "meta": meaning},
    ):
        with pytest.raises(BadInputError, match=r"expect_"):
            met(erp, "S1", own(broken))


def test_a_store_code_with_quotes_and_braces_is_only_a_code(erp: Databases, tmp_path: Path) -> None:
    assert [one for one in met(erp, "S1' OR '{x}'='{x}") if not one.met] == []
