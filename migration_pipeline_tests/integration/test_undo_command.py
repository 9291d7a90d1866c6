"""`store2erp undo` on whole migrations: the store is as before, others are untouched, the books say so, and a new load is as the first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from migration_pipeline.control.store_locks import undo_turn
from migration_pipeline.orchestration import undo
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command, erp_rows
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

Found = Callable[[Home], Databases]
KILLED = 137


@pytest.fixture
def chain(tmp_path: Path) -> SmallProject:
    """Two good stores that share an item; both move in wave `pilot`."""
    project = write_project(tmp_path / "chain", ("A", "B"))
    file = project.folder / "migration.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "waves: {pilot: [A, B]}\n", encoding="utf-8")
    return project


def died(*_: object) -> None:
    """In place of a step of the command: the process is gone."""
    raise SystemExit(KILLED)


def test_a_store_is_taken_back_loaded_again_and_taken_back_with_its_wave(
    chain: SmallProject, own_databases: Found, store2erp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wave's undo is refused while somebody else works on a store of it; then it dies twice, and the third command finishes it."""
    databases, at = own_databases(Home.of(chain.folder)), ("-p", chain.folder)
    assert store2erp("run", *at, "--wave", "pilot", "--json").json["balanced"] is True
    loaded = erp_rows(databases)

    refused = store2erp("undo", *at, "--store", "A")
    assert (refused.code, erp_rows(databases)) == (2, loaded)
    planned = store2erp("undo", *at, "--store", "A", "--plan", "--json")
    assert (planned.code, planned.json["planned"], erp_rows(databases)) == (0, True, loaded)

    done = store2erp("undo", *at, "--store", "A", "--yes", "--reason", "wrong file", "--json")
    assert done.code == 0
    assert done.json["hash_before_load"] == done.json["hash_after"] != ""
    assert (done.json["as_before"], done.json["other_stores_changed"], done.json["unexplained"]) == (True, [], [])
    assert [b["deleted"] for b in done.json["batches"]] == [b["deleted"] for b in planned.json["batches"]]
    assert not any(erp_rows(databases, "A").values())
    assert erp_rows(databases)["item"] == 3, "what store B brought as well stays: two items of its own and the shared one"

    board = {(row["store"], row["dataset"]): row for row in store2erp("status", *at, "--json").json["stores"]}
    assert (board["A", "sales"]["undone"], board["A", "sales"]["loaded"], board["A", "sales"]["unexplained"]) == (8, 0, "0.00")
    assert board["B", "sales"]["undone"] == 0
    assert "undone" in store2erp("explain", "A", "sales", "lines.csv:2", *at).out

    again = store2erp("run", *at, "--store", "A", "--json").json
    assert (again["balanced"], again["outcomes"]["undone"]) == (True, 0)
    assert erp_rows(databases) == loaded

    wave = ("undo", *at, "--wave", "pilot", "--yes", "--json")
    with undo_turn(databases, ["A"]):
        busy = store2erp(*wave)
        assert (busy.code, "another process" in busy.err, erp_rows(databases)) == (2, True, loaded)
    for moment in ("_settle", "_tell_dagster"):
        with monkeypatch.context() as patch:
            patch.setattr(undo, moment, died)
            assert store2erp(*wave).code == KILLED
        assert not any(erp_rows(databases).values())
        assert "no load to take back" not in store2erp(*wave[:-2], "--plan").err, "the command that died left its books open"
    finished = store2erp(*wave)
    assert (finished.code, finished.json["as_before"]) == (0, True)
    board = {(row["store"], row["dataset"]): row for row in store2erp("status", *at, "--json").json["stores"]}
    assert {(row["loaded"], row["unexplained"]) for row in board.values()} == {(0, "0.00")}
    nothing = store2erp("undo", *at, "--wave", "pilot", "--yes")
    assert (nothing.code, "no load to take back" in nothing.err) == (2, True)


def test_what_people_changed_in_the_erp_stays_and_is_told_and_what_the_erp_refuses_goes_to_quarantine(
    chain: SmallProject, own_databases: Found, store2erp: Command
) -> None:
    databases, at = own_databases(Home.of(chain.folder)), ("-p", chain.folder)
    store2erp("target", "describe", *at)
    with databases.connect(ERP) as connection:
        connection.execute("ALTER TABLE ticket ADD CONSTRAINT no_small_tickets CHECK (total > 5)")
    ended = store2erp("run", *at, "--store", "A", "--json").json
    assert (ended["balanced"], ended["outcomes"]["rejected"], ended["money_out"]) == (True, 3, ended["money_out"])
    quarantined = store2erp("quarantine", *at, "--json").json["rejected"]
    assert {(row["table"], row["reason"]) for row in quarantined} == {(t, "refused_by_target") for t in ("tickets", "lines", "payments")}
    assert all("no_small_tickets" in row["detail"] for row in quarantined)
    assert erp_rows(databases, "A")["ticket"] == 1

    with databases.connect(ERP) as connection:
        connection.execute("UPDATE item_price SET sell_price = 9 WHERE item_code = (SELECT min(item_code) FROM item_price)")
    done = store2erp("undo", *at, "--store", "A", "--yes", "--json")
    kept = {(row["table"], row["why"], row["rows"]) for batch in done.json["batches"] for row in batch["kept"]}
    assert ("item_price", "changed_since", 1) in kept
    assert (done.code, done.json["as_before"], done.json["unexplained"]) == (1, False, ["A/products"])
    assert erp_rows(databases, "A")["item_price"] == 1
