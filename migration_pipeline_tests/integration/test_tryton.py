"""Tryton in particular: loads that died, what people do in the ERP meanwhile, books that balance, nothing that leaves the machine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.own_sale import own_sale_of
from migration_pipeline.loaded.protocol import Batch
from migration_pipeline.loaded.sandbox import TrytonSandbox
from migration_pipeline.loaded.targets.tryton.rpc import Client
from migration_pipeline.loaded.targets.tryton.target import TrytonTarget
from migration_pipeline.orchestration.erp_server import tryton_target as tryton_target_of
from migration_pipeline.runtime.database_copy import sandbox_databases
from migration_pipeline.runtime.errors import InfrastructureError, RefusedError
from migration_pipeline_tests.integration.target_frames import COMPANY, STORES, frames, of_store, shared

WHOLE = frames(shared() | of_store("S1"))


@pytest.fixture
def target(tryton_target: TrytonTarget) -> Iterator[TrytonTarget]:
    """Empty before the test, and after it."""
    tryton_target.prepare(COMPANY, STORES, VOCABULARIES["unit"])
    empty = tryton_target.state_hash()
    yield replace(tryton_target)
    for known in reversed(tryton_target.batches()):
        if known.undone_at is None:
            tryton_target.undo_batch(known.batch.batch_id)
    assert tryton_target.state_hash() == empty


def batch(name: str) -> Batch:
    return Batch(f"{name}-{datetime.now(UTC).isoformat()}", "run", "S1", "all")


@pytest.fixture
def client(target: TrytonTarget) -> Client:
    """What a person at the ERP can do."""
    return target.client


def test_a_load_that_died_is_taken_back_whatever_it_had_done(target: TrytonTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    first = batch("whole")
    empty = target.state_hash()
    target.load_batch(first, WHOLE)
    whole = target.state_hash()
    target.undo_batch(first.batch_id)
    real = Client.create
    for calls in (2, 6, 11):  # among the masters, the balances, the sales history
        left = [calls]

        def dying(client: Client, model: str, records: list[dict[str, object]], left: list[int] = left) -> list[int]:
            left[0] -= 1
            if left[0] < 0:
                raise InfrastructureError("the connection is cut")
            made = real(client, model, records)
            if left[0] == 0:  # Tryton committed, the answer is lost
                raise InfrastructureError("the answer is lost")
            return made

        again = batch(f"died-{calls}")
        with monkeypatch.context() as patch:
            patch.setattr(Client, "create", dying)
            with pytest.raises(InfrastructureError):
                target.load_batch(again, WHOLE)
        assert target.state_hash() != empty, "nothing had been done yet: the test shows nothing"
        assert again not in [known.batch for known in target.batches()]
        target.load_batch(again, WHOLE)
        assert target.state_hash() == whole
        target.undo_batch(again.batch_id)
        assert target.state_hash() == empty


def test_what_people_changed_since_is_kept(target: TrytonTarget, client: Client) -> None:
    loaded = batch("people")
    target.load_batch(loaded, frames({"supplier": shared()["supplier"]}))
    (party,) = client.rows("party.party", [["code", "=", "V3"]], ["id"])
    client.write("party.party", [([party["id"]], {"name": "renamed by hand"})])
    undone = target.undo_batch(loaded.batch_id)
    assert [(row.key, row.why) for row in undone.kept] == [("V3", "changed_since")]
    assert undone.deleted == {"supplier": 2}
    assert list(target.read_back("supplier")["name"]) == ["renamed by hand"]
    client.delete("party.party", [party["id"]])


def test_a_document_of_people_keeps_what_it_needs_and_all_else_goes(target: TrytonTarget, client: Client) -> None:
    loaded = batch("document")
    target.load_batch(loaded, frames({table: shared()[table] for table in ("supplier", "item")}))
    (product,) = client.rows("product.product", [["code", "=", "I1"]], ["template.default_uom"])
    places = {row["code"]: row["id"] for row in client.rows("stock.location", [], ["code"])}
    company = client.rows("company.company", [], ["currency"])[0]
    move = {
        "company": company["id"],
        "product": product["id"],
        "unit": product["template."]["default_uom"],
        "quantity": 1,
        "from_location": places["SUP"],
        "to_location": places["01"],
        "unit_price": 1,
        "currency": company["currency"],
    }
    made = client.create("stock.move", [move])
    undone = target.undo_batch(loaded.batch_id)
    assert [(row.table, row.key, row.why) for row in undone.kept] == [
        ("item", "I1", "used_elsewhere"),
        ("supplier", "V1", "used_elsewhere"),
    ]
    assert undone.deleted == {"item": 3, "supplier": 2}
    client.delete("stock.move", made)
    target.undo_batch(adopt(target))


def adopt(target: TrytonTarget) -> str:
    """A batch that brings the rows left over once more, so that they can go with it."""
    taken = batch("adopt")
    target.load_batch(taken, frames({table: shared()[table] for table in ("supplier", "item")}))
    return taken.batch_id


def test_opening_entries_balance_and_everything_stays_a_draft(target: TrytonTarget, client: Client) -> None:
    target.load_batch(batch("books"), WHOLE)
    lines = client.rows("account.move.line", [], ["move", "debit", "credit", "account.code"])
    for move in {line["move"] for line in lines}:
        own = [line for line in lines if line["move"] == move]
        points = [line for line in own if str(line["account."]["code"]).startswith("S2E-POINTS")]
        for part in (own, points):
            assert sum(line["debit"] for line in part) == sum(line["credit"] for line in part)
    owed = sum(line["credit"] - line["debit"] for line in lines if line["account."]["code"] == "S2E-PRINCIPAL")
    assert owed == target.totals("member_balance", "S1")["stored_principal"], "stored value is a liability"
    for model in ("account.move", "stock.move"):
        assert {row["state"] for row in client.rows(model, [], ["state"])} == {"draft"}
    for model in ("sale.sale", "purchase.purchase", "account.invoice"):
        assert client.rows(model, [], ["id"]) == []


def test_nothing_is_sent_by_a_load(target: TrytonTarget, client: Client) -> None:
    target.load_batch(batch("quiet"), WHOLE)
    config = (target.lock.parent / "trytond.conf").read_text(encoding="utf-8")
    assert "uri = smtp://127.0.0.1:1\n" in config
    assert "worker = False" in config
    assert client.rows("ir.email", [], ["id"]) == []
    active = {row["name"] for row in client.rows("ir.module", [["state", "=", "activated"]], ["name"])}
    assert not {name for name in active if "notification" in name or "email" in name or "marketing" in name}


def test_its_own_sale_and_return_move_stock_by_exactly_what_was_sold(target: TrytonTarget) -> None:
    """On a copy: the documents cannot be taken back. More than there is cannot be sold."""
    target.load_batch(batch("whole"), WHOLE)
    copies = TrytonSandbox(target.home, target.databases)
    copies.copy("0a1b2c3d")
    try:
        copy = tryton_target_of(replace(target.home, sandbox=True), sandbox_databases(target.databases, "0a1b2c3d"))
        sale = own_sale_of(copy, "S1", "I1")
        assert sale is not None
        assert [sale.open(), sale.sell(Decimal(24)), sale.sell(Decimal(-24))] == [100, 76, 100]
        assert copy.lookups.stock("S1", ["I1"])["quantity"].sum() == 76  # what came back waits at the door, as Tryton has it
        with pytest.raises(RefusedError, match="a shipment stays"):
            sale.sell(Decimal(1000))
    finally:
        copies.drop_all()
    assert own_sale_of("interface tables", "S1", "I1") is None
