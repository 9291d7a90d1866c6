"""What every target must do, whichever ERP it is: hold what was sent, change nothing twice, refuse as a whole, take back with proof.

Each test gets a target that was set up and holds nothing else; what it loads is taken back afterwards, and that must leave no trace.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.target_description import differences
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.protocol import NOTHING, Batch, BatchResult, Target, UndoResult
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.reconciled.probes import PROBED, probes
from migration_pipeline.runtime.bulk_copy import house_frame
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError, RefusedError
from migration_pipeline_tests.integration.target_frames import COMPANY, STORES, Rows, frames, of_store, shared

TARGETS = ("postgres", "tryton")
_NUMBER = count(1)


@pytest.fixture(scope="module")
def postgres_target(server_url: str) -> Target:
    """Interface tables of this module's own."""
    return PostgresTarget(Databases(server_url, prefix="conformance_", options="sslmode=disable"))


@pytest.fixture(scope="module", params=TARGETS)
def prepared(request: pytest.FixtureRequest) -> Target:
    """One target of each kind for all tests: setting one up takes seconds."""
    target: Target = request.getfixturevalue(f"{request.param}_target")
    target.prepare(COMPANY, STORES, VOCABULARIES["unit"])
    return target


@pytest.fixture
def target(prepared: Target) -> Iterator[Target]:
    """Empty before the test; emptied by taking back all its batches, newest first, after it."""
    empty = prepared.state_hash()
    yield prepared
    for known in reversed(prepared.batches()):
        if known.undone_at is None:
            prepared.undo_batch(known.batch.batch_id)
    assert prepared.state_hash() == empty, "taking everything back left a trace"


def load(target: Target, rows: Rows, store: str = "S1") -> dict[str, BatchResult]:
    """Batch id -> what it did: a batch for each dataset that has rows, in load order."""
    results = {}
    for dataset in DATASETS:
        own = {table: part for table, part in rows.items() if ERP_TABLES[table].dataset == dataset}
        if own:
            batch = Batch(f"batch-{next(_NUMBER)}", "run", store, dataset)
            results[batch.batch_id] = target.load_batch(batch, frames(own))
    return results


def undo(target: Target, batches: Iterable[str]) -> list[UndoResult]:
    return [target.undo_batch(batch_id) for batch_id in reversed(list(batches))]


def changed_rows(results: dict[str, BatchResult]) -> int:
    return sum(result.changed_rows for result in results.values())


def changed(rows: Rows, table: str, number: int, **values: Any) -> Rows:
    return rows | {table: [row | values if n == number else row for n, row in enumerate(rows[table])]}


def assert_held(target: Target, rows: Rows) -> None:
    for name, sent in frames(rows).items():
        table = ERP_TABLES[name]
        stores = sorted(set(sent["store_code"])) if table.per_store else [None]
        for store in stores:
            own = sent if store is None else sent[sent["store_code"] == store]
            expected = own.sort_values(list(table.key)).reset_index(drop=True)
            pd.testing.assert_frame_equal(target.read_back(name, store), expected)
            streamed = house_frame(target.stream(name, store).read_all())
            pd.testing.assert_frame_equal(streamed.sort_values(list(table.key), ignore_index=True), expected)


def test_the_rows_cover_every_table_that_a_load_fills() -> None:
    assert set(shared() | of_store("S1")) == {name for name, table in ERP_TABLES.items() if table.dataset}


def test_setting_up_again_changes_nothing(target: Target) -> None:
    before = target.state_hash()
    assert target.prepare(COMPANY, STORES, VOCABULARIES["unit"]) == 0
    assert target.state_hash() == before
    assert list(target.read_back("store")["store_code"]) == ["S1", "S2"]
    assert list(target.read_back("warehouse", "S1")["name"]) == ["Front", "Back room"]


def test_what_was_sent_is_read_back_value_for_value_and_summed_exactly(target: Target) -> None:
    load(target, shared() | of_store("S1"))
    load(target, of_store("S2"), "S2")
    assert_held(target, shared() | of_store("S1"))
    assert_held(target, of_store("S2"))
    for name, sent in frames(of_store("S2")).items():
        sums = {c.name: sent[c.name].sum() for c in ERP_TABLES[name].numeric_columns}
        assert target.totals(name, "S2") == {"rows": len(sent), **sums}
    assert target.totals("item")["rows"] == 4


def test_rows_are_read_back_by_their_keys(target: Target) -> None:
    load(target, shared() | of_store("S1"))
    items = target.read_back("item")
    asked = pd.DataFrame({"item_code": [*items["item_code"][[1, 3]], "none such"]})
    pd.testing.assert_frame_equal(target.read_back("item", None, asked), items.iloc[[1, 3]].reset_index(drop=True))
    assert target.read_back("item", None, asked.iloc[:0]).empty
    coupons = target.read_back("coupon_item")
    key = list(ERP_TABLES["coupon_item"].key)
    pd.testing.assert_frame_equal(target.read_back("coupon_item", None, coupons[key].tail(1)), coupons.tail(1).reset_index(drop=True))
    with pytest.raises(ValueError, match="cannot be asked for by name"):
        target.read_back("item", None, items[["name"]])


def test_the_erp_answers_at_the_counter_what_was_loaded_and_what_it_holds_now(target: Target) -> None:
    rows = shared() | of_store("S1")
    load(target, rows)
    load(target, of_store("S2"), "S2")

    def failed() -> list[tuple[str, str]]:
        sent = StageOutput("x", frames(rows))
        done = [
            probe for name in PROBED for probe in probes(name, sent, "S1", target.lookups, lambda table, _: sent.tables[table].iloc[:0])
        ]
        assert len(done) > 10
        return [(probe.kind, probe.found) for probe in done if not probe.passed]

    assert failed() == []
    assert target.lookups.by_barcode("S1", ["none such"]).empty
    wrong = changed(changed(rows, "member_balance", 1, points="-2.00"), "item_pack", 0, ratio="12.000000")
    load(target, changed(wrong, "opening_stock", 1, quantity="-3.249"))
    assert failed() == [("pack_barcode", "I1 BOX = 12"), ("weighed_stock", "-3.249")]


def test_sums_by_group_are_the_sums_of_what_was_sent_also_by_columns_of_other_tables(target: Target) -> None:
    load(target, shared() | of_store("S1"))
    sent = frames(shared() | of_store("S1"))
    by = {"ticket_line": ["ticket.business_date", "item.category", "tax_rate"], "payment": ["method"], "member_balance": ["member.tier"]}
    for name, groups in by.items():
        found = target.grouped_totals(name, "S1", groups)
        numbers = [c.name for c in ERP_TABLES[name].numeric_columns if c.name not in groups]
        assert list(found.columns) == [*groups, "rows", *numbers]
        assert not found.duplicated(groups).any()
        assert found["rows"].sum() == len(sent[name])
        for column in numbers:
            assert found[column].sum() == (sent[name][column].sum() if sent[name][column].notna().any() else 0), column
    methods = target.grouped_totals("payment", "S1", ["method"])
    cash = sent["payment"][sent["payment"]["method"] == methods["method"][0]]
    assert methods["amount"][0] == cash["amount"].sum()
    days = set(target.grouped_totals("ticket", "S1", ["business_date"])["business_date"].dropna())
    assert days == set(sent["ticket"]["business_date"].dropna().dt.strftime("%Y-%m-%d"))
    assert target.grouped_totals("payment", "S2", ["method"]).empty


def test_the_same_load_again_changes_no_row(target: Target) -> None:
    rows = shared() | of_store("S1")
    load(target, rows)
    before = target.state_hash()
    again = load(target, rows)
    assert changed_rows(again) == 0
    assert sum(result.rows for result in again.values()) == sum(map(len, rows.values()))
    assert target.state_hash() == before


def test_a_plan_says_what_a_load_does_and_changes_nothing(target: Target) -> None:
    products = {table: part for table, part in (shared() | of_store("S1")).items() if ERP_TABLES[table].dataset == "products"}
    load(target, {"supplier": shared()["supplier"], "item": shared()["item"]})
    before = target.state_hash()
    rows = changed(products, "item", 0, name="renamed")
    planned = target.plan(frames(rows))
    assert target.state_hash() == before
    assert [planned] == list(load(target, rows).values())
    assert (planned.tables["item"].updated, planned.tables["item"].unchanged, planned.tables["item_price"].inserted) == (1, 3, 3)


CHANGES: list[tuple[str, int, dict[str, Any]]] = [
    ("supplier", 0, {"contact": None, "phone": "1", "district": "福田区", "division_code": "440304", "tax_id": None}),
    ("supplier", 2, {"address": "new", "tax_id": "X1"}),
    ("item", 0, {"name": "new", "category": "食品", "brand": None, "tax_rate": "6.00", "supplier_code": None, "status": "inactive"}),
    ("item", 2, {"weighed": True, "kind": "goods", "unit_code": "BOX", "spec": "s"}),
    ("member", 0, {"birthday": None, "email": "b@example.com", "tier": None, "status": "lost", "address": None}),
    ("member", 1, {"name": "named now", "opened_on": "2021-12-31", "gender": "male"}),
    ("coupon_item", 1, {"item_code": "I2"}),
    ("supplier_balance", 0, {"balance": "5.00"}),
    ("item_price", 0, {"sell_price": None, "member_price": "1.0000"}),
    ("item_pack", 0, {"ratio": "12.000000", "barcode": None}),
    ("member_card", 0, {"member_code": "M3"}),
    ("member_balance", 0, {"points": "-0.01", "stored_principal": "0.00"}),
    ("opening_stock", 0, {"quantity": "-1.000", "unit_cost": "2.0000", "value": "-2.00"}),
    ("ticket", 0, {"total": "7.00", "member_code": None}),
    ("ticket_line", 2, {"amount": "0.01"}),
    ("payment", 1, {"method": "wechat"}),
]


def test_changed_rows_of_every_table_are_updated_and_restored_by_undo(target: Target) -> None:
    rows = shared() | of_store("S1")
    load(target, rows)
    before = target.state_hash()
    for table, number, values in CHANGES:
        rows = changed(rows, table, number, **values)
    results = load(target, rows)
    assert sum(result.updated for result in results.values()) == changed_rows(results) == len(CHANGES)
    assert_held(target, rows)
    undone = undo(target, results)
    assert sum(sum(result.restored.values()) for result in undone) == len(CHANGES)
    assert [(result.deleted, result.kept) for result in undone] == [({}, ())] * len(undone)
    assert target.state_hash() == before


def test_the_first_owner_of_a_barcode_keeps_it(target: Target) -> None:
    load(target, shared())
    result = target.load_batch(
        Batch("barcode", "run", "S1", "products"), frames({"item_barcode": [{"barcode": "0001", "item_code": "I2"}]})
    )
    assert (result.changed_rows, result.tables["item_barcode"].kept) == (0, 1)
    assert_held(target, shared())


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("item_barcode", {"barcode": "77", "item_code": "NOBODY"}),
    ("member_card", {"store_code": "S1", "card_no": "9", "member_code": "NOBODY"}),
    ("payment", {"store_code": "S1", "ticket_no": "NONE", "payment_no": 1, "method": "cash", "amount": "1.00"}),
    ("opening_stock", of_store("S1")["opening_stock"][0] | {"warehouse_code": "NOWHERE"}),
    ("supplier_balance", {"supplier_code": "NOBODY", "store_code": "S1", "balance": "1.00"}),
]


@pytest.mark.parametrize(("table", "row"), REFUSED, ids=[table for table, _ in REFUSED])
def test_one_bad_row_refuses_the_whole_batch_and_nothing_of_it_stays(target: Target, table: str, row: dict[str, Any]) -> None:
    dataset = ERP_TABLES[table].dataset
    rows = shared() | of_store("S1")
    own = {name: part for name, part in rows.items() if ERP_TABLES[name].dataset == dataset}
    load(target, {name: part for name, part in shared().items() if ERP_TABLES[name].dataset != dataset})
    before = target.state_hash()
    with pytest.raises(RefusedError):
        load(target, own | {table: [*own[table], row]})
    assert target.state_hash() == before
    load(target, own)
    assert_held(target, own)


def test_a_key_that_comes_twice_is_refused(target: Target) -> None:
    before = target.state_hash()
    with pytest.raises(BadInputError):
        load(target, {"supplier": [shared()["supplier"][2]] * 2})
    assert target.state_hash() == before


def test_undo_restores_the_hash_and_leaves_the_other_store_alone(target: Target) -> None:
    load(target, shared() | of_store("S1"))
    one, all_ = target.store_hashes(), target.state_hash()
    batches = load(target, of_store("S2"), "S2")
    two = target.store_hashes()
    assert set(two) == {"S1", "S2"}
    planned = target.plan_undo(dict.fromkeys(reversed(batches), NOTHING))
    assert target.store_hashes() == two, "a plan changed something"
    undone = undo(target, batches)
    assert planned == undone
    assert {name: rows for result in undone for name, rows in result.deleted.items()} == {n: len(r) for n, r in of_store("S2").items()}
    assert (target.store_hashes(), target.state_hash()) == (one, all_)
    with pytest.raises(BadInputError):
        undo(target, batches)


def test_what_was_undone_can_be_loaded_again(target: Target) -> None:
    load(target, shared())
    first = load(target, of_store("S1"))
    loaded = target.state_hash()
    undo(target, first)
    load(target, of_store("S1"))
    assert target.state_hash() == loaded
    known = {held.batch.batch_id: held for held in target.batches("S1")}
    assert all(known[batch_id].undone_at and known[batch_id].result == result for batch_id, result in first.items())


def test_undo_keeps_what_other_rows_need_and_what_later_batches_changed(target: Target) -> None:
    empty = target.state_hash()
    masters = load(target, shared())
    later = load(target, changed(shared(), "supplier", 2, contact="x") | of_store("S2"), "S2")
    planned = target.plan_undo(dict.fromkeys([*reversed(masters), *reversed(later)], NOTHING))
    kept = [row for result in undo(target, masters) for row in result.kept]
    assert {(row.table, row.key) for row in kept if row.why == "used_elsewhere"} == {
        ("member", "M1"), ("member", "M2"), ("item", "I1"), ("item", "I2"), ("item", "I3"), ("supplier", "V1"), ("supplier", "V2"),
    }  # fmt: skip
    assert [(row.key, row.other) for row in kept if row.why == "changed_by_later_batch"] == [("V3", next(iter(later)))]
    assert [row for result in planned[: len(masters)] for row in result.kept] == kept
    assert undo(target, later) == planned[len(masters) :]
    assert target.state_hash() == empty, "what was kept for the later batches goes with them"


def test_rows_that_another_store_brought_too_are_not_deleted(target: Target) -> None:
    (batch,) = load(target, {"supplier": shared()["supplier"]})
    kept = target.undo_batch(batch, {"supplier": {"V3"}}).kept
    assert [(row.key, row.why) for row in kept] == [("V3", "used_elsewhere")]
    assert list(target.read_back("supplier")["supplier_code"]) == ["V3"]
    undo(target, load(target, {"supplier": shared()["supplier"]}))


def test_it_describes_itself_the_same_way_twice(target: Target) -> None:
    first, second = target.describe(), target.describe()
    assert first.target == target.name
    assert differences(first, second) == []
    for name, table in ERP_TABLES.items():
        assert set(first.tables[name].columns) == set(table.column_names)
        assert first.tables[name].key == table.key
