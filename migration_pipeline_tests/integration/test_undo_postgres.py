"""Undo: a batch taken back leaves the ERP as it was before it, whatever order batches are undone in, and never harms others."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.protocol import Batch, BatchResult, CompanyRow, KeptRow, StoreRow
from migration_pipeline.loaded.targets import postgres
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError, RefusedError
from migration_pipeline_tests.integration.test_load_postgres import ROWS, frame

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def target(databases: Databases) -> PostgresTarget:
    prepared = PostgresTarget(databases)
    prepared.prepare(CompanyRow("C1", "C", "CNY"), [StoreRow(s, s, {"MAIN": "M"}) for s in ("S1", "S2")], VOCABULARIES["unit"])
    return prepared


@pytest.fixture
def person(databases: Databases) -> Callable[[str], int]:
    """Runs a statement in the ERP, as somebody who works in it."""

    def run(statement: str) -> int:
        with databases.connect("erp") as connection:
            return connection.execute(statement).rowcount

    return run


def item(code: str, name: str = "x", supplier: str | None = None) -> dict[str, Any]:
    return ROWS["item"][1] | {"item_code": code, "name": name, "supplier_code": supplier}


def price(store: str, code: str, amount: str = "1.0000") -> dict[str, Any]:
    return {"store_code": store, "item_code": code, "sell_price": amount, "cost_price": None, "member_price": None}


def load(target: PostgresTarget, batch_id: str, rows: Rows, store: str = "S1", dataset: str = "products") -> BatchResult:
    return target.load_batch(Batch(batch_id, f"run-{batch_id}", store, dataset), {name: frame(name, found) for name, found in rows.items()})


def first(target: PostgresTarget) -> None:
    load(target, "one", {"item": [item("A", "a1"), item("B", "b1")], "item_price": [price("S1", "A"), price("S1", "B")]})


def test_what_a_batch_inserted_is_gone_and_the_state_is_that_before_it(target: PostgresTarget) -> None:
    before = target.state_hash()
    first(target)
    (planned,) = target.plan_undo({"one": {}})
    assert target.totals("item")["rows"] == 2
    done = target.undo_batch("one")
    assert done == planned
    assert (done.deleted, done.restored, done.kept) == ({"item_price": 2, "item": 2}, {}, ())
    assert target.state_hash() == before


def test_what_a_batch_changed_is_as_before_value_for_value(target: PostgresTarget) -> None:
    tables = {name: frame(name) for name in ROWS}
    target.load_batch(Batch("all", "r1", "S1", "products"), tables)
    before = target.state_hash()
    load(target, "two", {"item": [item("I1", "new"), item("I3")], "item_price": [price("S1", "I1", "9.9999")]})
    done = target.undo_batch("two")
    assert (done.deleted, done.restored) == ({"item": 1}, {"item": 1, "item_price": 1})
    assert target.state_hash() == before


@pytest.mark.parametrize("order", list(permutations(["one", "two", "three"])))
def test_batches_can_be_undone_in_any_order(target: PostgresTarget, order: tuple[str, ...]) -> None:
    before = target.state_hash()
    first(target)
    load(target, "two", {"item": [item("A", "a2"), item("C", "c2")], "item_price": [price("S2", "A"), price("S2", "C")]}, store="S2")
    load(target, "three", {"item": [item("A", "a3"), item("B", "b3"), item("C", "c3")]})
    for batch_id in order:
        target.undo_batch(batch_id)
    assert target.state_hash() == before
    assert [held.undone_at is not None for held in target.batches()] == [True] * 3


def test_undoing_a_middle_batch_leads_later_to_what_was_before_it(target: PostgresTarget) -> None:
    first(target)
    before = target.state_hash()
    load(target, "two", {"item": [item("A", "a2")]})
    load(target, "three", {"item": [item("A", "a3")]})
    assert target.undo_batch("two").kept == (KeptRow("item", "A", "changed_by_later_batch", "three"),)
    assert set(target.read_back("item")["name"]) == {"a3", "b1"}
    target.undo_batch("three")
    assert target.state_hash() == before


def test_what_people_changed_since_is_kept_and_told(target: PostgresTarget, person: Callable[[str], int]) -> None:
    first(target)
    load(target, "two", {"item": [item("B", "b2")]})
    assert person("UPDATE item SET name = 'by hand' WHERE item_code = 'A'") == 1
    assert person("UPDATE item_price SET sell_price = 2 WHERE item_code = 'B'") == 1
    assert person("DELETE FROM item_price WHERE item_code = 'A'") == 1
    target.undo_batch("two")
    done = target.undo_batch("one")
    assert set(done.kept) == {
        KeptRow("item", "A", "changed_since"),
        KeptRow("item", "B", "used_elsewhere"),
        KeptRow("item_price", "S1|B", "changed_since"),
        KeptRow("item_price", "", "gone", "1"),
    }
    assert target.read_back("item").set_index("item_code")["name"].to_dict() == {"A": "by hand", "B": "b1"}


def test_a_row_that_people_changed_before_the_batch_gets_their_value_back(target: PostgresTarget, person: Callable[[str], int]) -> None:
    first(target)
    person("UPDATE item SET name = 'by hand' WHERE item_code = 'A'")
    before = target.state_hash()
    load(target, "two", {"item": [item("A", "a2")]})
    target.undo_batch("two")
    assert target.state_hash() == before
    assert target.undo_batch("one").deleted == {"item": 1, "item_price": 2}
    assert target.read_back("item")["name"].tolist() == ["by hand"]


def test_company_wide_records_that_other_stores_use_or_brought_stay_until_nobody_does(target: PostgresTarget) -> None:
    before = target.state_hash()
    first(target)
    load(target, "two", {"item": [item("A", "a1"), item("B", "b1")], "item_price": [price("S2", "A")]}, store="S2")
    others = target.store_hashes()["S2"]
    done = target.undo_batch("one", brought={"item": {"B"}})
    assert set(done.kept) == {KeptRow("item", "A", "used_elsewhere"), KeptRow("item", "B", "used_elsewhere")}
    assert target.store_hashes() == {"S2": others}
    assert target.undo_batch("two").deleted == {"item_price": 1, "item": 2}
    assert target.state_hash() == before


def test_undo_of_undo_is_a_load_that_can_be_undone_again(target: PostgresTarget) -> None:
    before = target.state_hash()
    first(target)
    loaded = target.state_hash()
    target.undo_batch("one")
    load(target, "again", {"item": [item("A", "a1"), item("B", "b1")], "item_price": [price("S1", "A"), price("S1", "B")]})
    assert target.state_hash() == loaded
    target.undo_batch("again")
    assert target.state_hash() == before


def test_a_batch_is_undone_once_and_an_unknown_one_not_at_all(target: PostgresTarget) -> None:
    first(target)
    target.undo_batch("one")
    with pytest.raises(BadInputError, match="undone since"):
        target.undo_batch("one")
    with pytest.raises(BadInputError, match="knows no load batch 'two'"):
        target.undo_batch("two")


def test_the_plan_of_a_load_says_what_it_would_do_and_changes_nothing(target: PostgresTarget) -> None:
    first(target)
    before = target.state_hash()
    tables = {"item": frame("item", [item("A", "a1"), item("B", "b2"), item("C")])}
    planned = target.plan(tables)
    assert (planned.inserted, planned.updated, planned.unchanged) == (1, 1, 1)
    assert target.state_hash() == before
    assert [held.batch.batch_id for held in target.batches()] == ["one"]
    with pytest.raises(RefusedError):
        target.plan({"item": frame("item", [item("D", supplier="nobody")]), "item_price": frame("item_price", [price("S1", "E")])})


def test_the_first_load_of_a_store_is_copied_and_later_ones_are_merged(target: PostgresTarget, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="migration_pipeline.loaded.targets.postgres_writes")
    first(target)
    assert "copy item_price: 2 rows copied" in caplog.messages
    caplog.clear()
    result = load(target, "two", {"item_price": [price("S1", "A", "3.0000"), price("S1", "B")]})
    assert (result.inserted, result.updated, result.unchanged) == (0, 1, 1)
    assert not [message for message in caplog.messages if message.startswith("copy ")]


def test_two_first_loads_of_one_store_at_once_end_as_one(target: PostgresTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looked when the store was still empty, so it copies keys that are there by now: it must merge instead of fail."""
    first(target)
    monkeypatch.setattr("migration_pipeline.loaded.targets.postgres_merge._is_fresh", lambda *_: True)
    result = load(target, "two", {"item_price": [price("S1", "A", "3.0000"), price("S1", "B")]})
    assert (result.inserted, result.updated, result.unchanged) == (0, 1, 1)


def test_batches_are_remembered_with_their_figures(target: PostgresTarget) -> None:
    first(target)
    load(target, "two", {"item": [item("A", "a2")]}, store="S2")
    held = target.batches("S2")
    assert [(b.batch, b.result.rows, b.result.inserted, b.result.updated) for b in held] == [
        (Batch("two", "run-two", "S2", "products"), 1, 0, 1)
    ]
    assert pd.Timestamp(held[0].committed_at).tzinfo is not None


@pytest.mark.parametrize("upkeep", ["VACUUM (FREEZE) item", "VACUUM (FULL) item", "CLUSTER item USING item_pkey"])
def test_upkeep_of_the_database_does_not_look_like_somebodys_change(target: PostgresTarget, databases: Databases, upkeep: str) -> None:
    before = target.state_hash()
    first(target)
    with databases.connect("erp", autocommit=True) as connection:
        connection.execute(upkeep)
    assert target.undo_batch("one").kept == ()
    assert target.state_hash() == before


def test_who_asks_for_the_batches_of_a_store_hears_of_one_that_is_being_committed(
    target: PostgresTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loader whose connection broke at the commit must not hear "not there" while the server is still at it: it would load it twice."""
    reached, go_on, end = threading.Event(), threading.Event(), postgres.end

    def slow_end(*arguments: Any) -> None:
        end(*arguments)
        reached.set()
        assert go_on.wait(20)

    monkeypatch.setattr(postgres, "end", slow_end)
    with ThreadPoolExecutor() as others:
        loading = others.submit(first, target)
        assert reached.wait(20)
        asked = others.submit(target.batches, "S1")
        taken_back = others.submit(target.undo_batch, "none")
        assert target.batches("S2") == []
        with pytest.raises(BadInputError):
            taken_back.result(20)
        assert not asked.done()
        go_on.set()
        loading.result(20)
        assert [held.batch.batch_id for held in asked.result(20)] == ["one"]


def test_two_undos_of_a_batch_at_once_take_it_back_once(target: PostgresTarget) -> None:
    before = target.state_hash()
    first(target)
    with ThreadPoolExecutor() as others:
        futures = [others.submit(target.undo_batch, "one") for _ in range(2)]
        errors = [future.exception(20) for future in futures]
    assert sorted(str(type(error).__name__) for error in errors) == ["BadInputError", "NoneType"]
    assert target.state_hash() == before
