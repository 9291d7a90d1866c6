"""The PostgreSQL target: what it holds is what was sent, all or nothing, and a repeated load changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.protocol import Batch, BatchResult, CompanyRow, StoreRow, Target
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError

NOWHERE = dict.fromkeys(("province", "city", "district", "street", "division_code"))
ROWS: dict[str, list[dict[str, Any]]] = {
    "payment": [{"store_code": "S1", "ticket_no": "T1", "payment_no": 1, "method": "cash", "amount": "-12.30"}],
    "ticket_line": [
        {
            "store_code": "S1",
            "ticket_no": "T1",
            "line_no": n,
            "item_code": "I1",
            "quantity": "1.005",
            "unit_price": price,
            "amount": "-6.15",
            "discount": "0.00",
            "coupon_discount": "0.10",
            "partner_discount": "0.00",
            "tax_rate": rate,
            "net_amount": None if rate is None else "-5.44",
            "tax_amount": None if rate is None else "-0.71",
        }
        for n, price, rate in ((1, "6.1234", "13.00"), (2, None, None))
    ],
    "ticket": [
        {
            "store_code": "S1",
            "ticket_no": "T1",
            "sold_at": "2024-02-29 23:59:59.123456",
            "business_date": "2024-02-29",
            "terminal": "1",
            "cashier": None,
            "member_code": "M1",
            "kind": "return",
            "original_ticket_no": None,
            "total": "-12.30",
            "rounding": "0.00",
        }
    ],
    "opening_stock": [
        {"store_code": "S1", "warehouse_code": "MAIN", "item_code": "I1", "quantity": "-3.250", "unit_cost": "1.2345", "value": "-4.01"}
    ],
    "member_balance": [
        {"member_code": "M1", "store_code": s, "points": "10.50", "stored_principal": "9999999999999999.99", "stored_bonus": "0.01"}
        for s in ("S1", "S2")
    ],
    "member_card": [{"store_code": "S1", "card_no": "00012345678901234567", "member_code": "M1"}],
    "member": [
        {
            "member_code": "M1",
            "name": '张 "三", O\'Neil',
            "phone": "13900000000",
            "email": None,
            "gender": "unknown",
            "birthday": "1990-02-28",
            "address": "line 1\nline 2",
            "province": "浙江省",
            "city": "杭州市",
            "district": None,
            "street": "文新街道",
            "division_code": "330100",
            "tier": "",
            "opened_on": None,
            "status": "active",
        }
    ],
    "coupon_item": [{"coupon_code": "C1", "product_code": "P9", "campaign": "26", "item_code": None}],
    "item_pack": [
        {"store_code": "S1", "item_code": "I1", "unit_code": "CASE", "ratio": "24.000000", "barcode": "16901234567899", "sell_price": None}
    ],
    "item_price": [{"store_code": "S1", "item_code": "I1", "sell_price": "6.1500", "cost_price": None, "member_price": "0.0001"}],
    "item_barcode": [{"barcode": "06901234567892", "item_code": "I1"}],
    "item": [
        {
            "item_code": code,
            "name": "苹果",
            "category": None,
            "brand": None,
            "spec": "1kg",
            "unit_code": "KG",
            "weighed": True,
            "kind": "goods",
            "status": "active",
            "tax_rate": "9.00",
            "supplier_code": supplier,
        }
        for code, supplier in (("I1", "V1"), ("I2", None))
    ],
    "supplier_balance": [{"supplier_code": "V1", "store_code": "S1", "balance": "0.10"}],
    "supplier": [
        {"supplier_code": "V1", "name": "供应商", "contact": None, "phone": "021-5", "address": None, "tax_id": "91310000X", **NOWHERE}
    ],
}
"""Rows of every table a load can fill, in an order in which no reference would hold."""


def frame(name: str, rows: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    columns = {}
    for column in ERP_TABLES[name].columns:
        values = [row[column.name] for row in (ROWS[name] if rows is None else rows)]
        if column.type == "numeric":
            decimals = [None if value is None else Decimal(value) for value in values]
            columns[column.name] = pd.Series(decimals, dtype=pd.ArrowDtype(pa.decimal128(column.precision, column.scale)))
        elif column.type in {"date", "timestamp"}:
            columns[column.name] = pd.to_datetime(pd.Series(values, dtype="str"), format="ISO8601").astype("datetime64[us]")
        else:
            columns[column.name] = pd.Series(values, dtype={"text": "str", "integer": "int64", "boolean": "bool"}[column.type])
    return pd.DataFrame(columns)


NUMBERS = count(1)


def load(target: Target, tables: dict[str, pd.DataFrame], store: str = "S1", run_id: str = "run") -> BatchResult:
    """One more batch."""
    return target.load_batch(Batch(f"batch-{next(NUMBERS)}", run_id, store, "any"), tables)


def all_frames() -> dict[str, pd.DataFrame]:
    return {name: frame(name) for name in ROWS}


@pytest.fixture
def target(databases: Databases) -> PostgresTarget:
    prepared = PostgresTarget(databases)
    stores = [StoreRow("S1", "一店", {"MAIN": "Main"}), StoreRow("S2", "二店")]
    assert prepared.prepare(CompanyRow("C1", "Company", "CNY"), stores, VOCABULARIES["unit"]) == 1 + 2 + 1 + len(VOCABULARIES["unit"])
    return prepared


def test_the_rows_above_cover_every_table_that_a_load_fills() -> None:
    assert set(ROWS) == {name for name, table in ERP_TABLES.items() if table.dataset}


def test_what_was_sent_is_read_back_value_for_value(target: PostgresTarget) -> None:
    result = load(target, all_frames())
    assert result.inserted == result.rows == sum(map(len, ROWS.values()))
    for name, sent in all_frames().items():
        pd.testing.assert_frame_equal(target.read_back(name), sent, obj=name)


def test_a_repeated_load_and_set_up_change_nothing(target: Target) -> None:
    load(target, all_frames())
    before = target.state_hash()
    again = load(target, all_frames())
    assert (again.changed_rows, again.unchanged) == (0, again.rows)
    assert target.prepare(CompanyRow("C1", "Company", "CNY"), [StoreRow("S1", "一店", {"MAIN": "Main"})], ["KG"]) == 0
    assert target.state_hash() == before


def test_an_erp_from_before_there_were_net_amounts_gets_their_columns_when_it_is_set_up(target: PostgresTarget) -> None:
    with target.databases.connect("erp", autocommit=True) as connection:
        connection.execute("ALTER TABLE ticket_line DROP COLUMN tax_rate, DROP COLUMN net_amount, DROP COLUMN tax_amount")
        connection.execute("UPDATE store2erp_journal.applied_ddl SET sha256 = 'an older version'")
    target.prepare(CompanyRow("C1", "Company", "CNY"), [StoreRow("S1", "一店", {"MAIN": "Main"})], ["KG"])
    load(target, all_frames())
    pd.testing.assert_frame_equal(target.read_back("ticket_line"), frame("ticket_line"))


def test_a_new_version_of_the_tables_finds_those_that_are_there(target: PostgresTarget) -> None:
    """Tables made in another schema, because of its name, would hide the ERP's own."""
    load(target, all_frames())
    before, described = target.state_hash(), target.describe()
    with target.databases.connect("erp") as connection:
        connection.execute("UPDATE store2erp_journal.applied_ddl SET sha256 = 'an older version'")
    assert target.prepare(CompanyRow("C1", "Company", "CNY"), [StoreRow("S1", "一店", {"MAIN": "Main"})], ["KG"]) == 0
    assert (target.state_hash(), target.describe()) == (before, described)
    assert set(described.tables) == set(ERP_TABLES)


def test_only_rows_whose_values_differ_are_updated(target: PostgresTarget) -> None:
    load(target, all_frames())
    changed = frame("item").assign(brand=pd.Series([None, "富士"], dtype="str"))
    result = load(target, {"item": changed})
    assert (result.inserted, result.updated, result.unchanged) == (0, 1, 1)
    pd.testing.assert_frame_equal(target.read_back("item"), changed)


def test_a_broken_reference_leaves_nothing_half_loaded_and_names_no_value(target: PostgresTarget) -> None:
    load(target, {name: frame(name) for name in ("supplier", "item")})
    before = target.state_hash()
    broken = all_frames() | {"payment": frame("payment", [ROWS["payment"][0] | {"ticket_no": "T404"}])}
    with pytest.raises(BadInputError, match=r"ForeignKeyViolation \(table payment") as caught:
        load(target, broken)
    assert "T404" not in str(caught.value)
    assert target.state_hash() == before
    assert target.read_back("ticket").empty


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("ticket", "kind", "gift"), ("payment", "method", "barter"), ("item", "unit_code", "OUNCE"), ("item", "name", None)],
)
def test_a_word_the_erp_does_not_know_or_a_missing_value_is_refused(
    target: PostgresTarget, table: str, column: str, value: str | None
) -> None:
    with pytest.raises(BadInputError, match="refuses the rows"):
        load(target, all_frames() | {table: frame(table, [ROWS[table][0] | {column: value}])})
    assert target.totals("supplier")["rows"] == 0


def test_a_key_that_comes_twice_in_a_batch_is_refused(target: PostgresTarget) -> None:
    twice = [ROWS["supplier"][0], ROWS["supplier"][0] | {"name": "another"}]
    with pytest.raises(BadInputError, match="same key comes twice"):
        load(target, {"supplier": frame("supplier", twice)})


def test_a_barcode_stays_with_the_item_that_had_it_first(target: PostgresTarget) -> None:
    load(target, all_frames())
    rows = [("06901234567892", "I2"), ("200", "I2"), ("200", "I1")]
    result = load(target, {"item_barcode": frame("item_barcode", [{"barcode": b, "item_code": i} for b, i in rows])})
    barcodes = target.read_back("item_barcode")
    assert dict(zip(barcodes["barcode"], barcodes["item_code"], strict=True)) == {"06901234567892": "I1", "200": "I2"}
    assert (result.tables["item_barcode"].kept, result.inserted, result.updated, result.unchanged) == (2, 1, 0, 0)


def test_totals_are_exact_and_per_store(target: PostgresTarget) -> None:
    load(target, all_frames())
    both = {"rows": 2, "points": Decimal("21.00"), "stored_principal": Decimal("19999999999999999.98"), "stored_bonus": Decimal("0.02")}
    assert target.totals("member_balance") == both
    assert target.totals("member_balance", "S2")["stored_principal"] == Decimal("9999999999999999.99")
    assert target.totals("opening_stock", "S2") == {"rows": 0, "quantity": 0, "unit_cost": 0, "value": 0}
    with pytest.raises(ValueError, match="shared by all stores"):
        target.totals("item", "S1")


def test_the_state_hash_of_a_store_sees_its_own_rows_and_no_others(target: PostgresTarget) -> None:
    load(target, all_frames())
    first, second, everything = target.state_hash("S1"), target.state_hash("S2"), target.state_hash()
    load(target, {"item_price": frame("item_price", [ROWS["item_price"][0] | {"sell_price": "6.1501"}])})
    assert target.state_hash("S1") != first
    assert target.state_hash("S2") == second
    assert target.state_hash() != everything


def test_the_state_hash_does_not_depend_on_the_order_of_loading(target: PostgresTarget, databases: Databases) -> None:
    load(target, {name: sent.iloc[::-1] for name, sent in all_frames().items()})
    forwards = target.state_hash()
    with databases.connect("erp") as connection:
        connection.execute(f"TRUNCATE {', '.join(ROWS)} CASCADE")
    load(target, all_frames())
    assert target.state_hash() == forwards


def test_two_batches_with_the_same_company_wide_rows_do_not_deadlock(target: PostgresTarget) -> None:
    rows = [ROWS["item"][1] | {"item_code": f"I{n:05d}"} for n in range(3000)]
    one, other = frame("item", rows).assign(brand="a"), frame("item", rows[::-1]).assign(brand="b")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda sent: load(target, {"item": sent}), [one, other, one, other]))
    assert sum(result.inserted for result in results) == 3000
    assert len(set(target.read_back("item")["brand"])) == 1


def test_rows_are_written_in_the_order_of_their_key_whatever_the_plan(target: PostgresTarget, databases: Databases) -> None:
    """Two batches that lock the same rows in different orders would deadlock; a merge join sorts by chance, a hash join does not."""
    rows = [ROWS["item"][1] | {"item_code": f"I{n:05d}"} for n in range(3000)]
    unsorting = replace(databases, options=f"{databases.options}&options=-c%20enable_mergejoin%3Doff")
    load(PostgresTarget(unsorting), {"item": frame("item", rows[::-1])})
    with databases.connect("erp") as connection:
        written = [code for (code,) in connection.execute("SELECT item_code FROM item ORDER BY ctid")]
    assert written == sorted(written)


def test_set_up_by_two_processes_at_once_is_safe(databases: Databases) -> None:
    with ThreadPoolExecutor(2) as pool:
        targets = [PostgresTarget(databases)] * 2
        changed = list(pool.map(lambda t: t.prepare(CompanyRow("C1", "C", "CNY"), [StoreRow("S1", "s")], ["KG"]), targets))
    assert sorted(changed) == [0, 3]


# The tables in the database are those of contracts/erp.py.

_COLUMNS = """
SELECT column_name, data_type, is_nullable = 'YES', numeric_precision::int, numeric_scale::int
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position
"""
_CONSTRAINTS = """
SELECT c.contype, f.relname, ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (n, i)
       JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.i), pg_get_constraintdef(c.oid)
FROM pg_constraint AS c LEFT JOIN pg_class AS f ON f.oid = c.confrelid
WHERE c.conrelid = %s::regclass AND c.contype IN ('p', 'f', 'c')
"""


def described_columns(table: ErpTable) -> list[tuple[object, ...]]:
    words = {"timestamp": "timestamp without time zone"}
    return [
        (
            c.name,
            words.get(c.type, c.type),
            c.nullable,
            *((c.precision, c.scale) if c.type == "numeric" else (32, 0) if c.type == "integer" else (None, None)),
        )
        for c in table.columns
    ]


@pytest.mark.parametrize("name", ERP_TABLES)
def test_the_ddl_says_what_the_descriptors_say(target: PostgresTarget, name: str) -> None:
    table = ERP_TABLES[name]
    with target.databases.connect("erp") as connection:
        columns = connection.execute(_COLUMNS, (name,)).fetchall()
        constraints = connection.execute(_CONSTRAINTS, (name,)).fetchall()
    marked = [("load_batch", "bigint", True, 64, 0)] if table.dataset else []
    assert columns == described_columns(table) + marked
    assert [tuple(keys) for kind, _, keys, _ in constraints if kind == "p"] == [table.key]
    assert {(tuple(keys), to) for kind, to, keys, _ in constraints if kind == "f"} == {(r.columns, r.table) for r in table.references}
    checks = {keys[0]: text for kind, _, keys, text in constraints if kind == "c"}
    words = {c.name: VOCABULARIES[c.vocabulary] for c in table.columns if c.vocabulary}
    assert {column: tuple(text.split("'")[1::2]) for column, text in checks.items()} == words


def test_the_database_has_no_table_that_the_descriptors_do_not_name(target: PostgresTarget) -> None:
    with target.databases.connect("erp") as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {name for (name,) in found} == set(ERP_TABLES)
