"""The journal of a target: what a batch is about to change is kept first, and found again by what happened since."""

from typing import Any

import pytest

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.target_changes import TargetChangeRepository
from migration_pipeline.runtime.databases import Databases


@pytest.fixture
def journal(databases: Databases) -> TargetChangeRepository:
    upgrade(databases)
    return TargetChangeRepository(databases)


def change(key: str, before: str | None, after: str | None) -> dict[str, Any]:
    told = [None if value is None else {"name": value} for value in (before, after)]
    return {"table_name": "item", "row_key": key, "before": told[0], "after": told[1]}


def begin(journal: TargetChangeRepository, batch_id: str, *changes: dict[str, Any], commit: bool = True) -> None:
    journal.begin({"batch_id": batch_id, "run_id": "r", "store": "S1", "dataset": "products", "result": {}}, changes)
    if commit:
        journal.commit(batch_id)


def test_a_batch_is_unfinished_until_it_is_done_or_forgotten(journal: TargetChangeRepository) -> None:
    begin(journal, "a", change("1", None, "x"), change("2", "y", None), commit=False)
    begin(journal, "b", commit=False)
    assert (journal.unfinished(), journal.batches()) == (["a", "b"], [])
    assert journal.changes("a") == [change("1", None, "x"), change("2", "y", None)]
    journal.commit("a")
    journal.forget("b")
    assert journal.unfinished() == []
    assert [row["batch_id"] for row in journal.batches("S1")] == ["a"]
    assert journal.batches("S2") == []


def test_later_batches_are_found_unless_they_are_undone_or_imagined_so(journal: TargetChangeRepository) -> None:
    begin(journal, "a", change("1", None, "x"))
    begin(journal, "b", change("1", "x", "y"), change("2", None, "z"))
    begin(journal, "c", change("1", "y", "z"))
    begin(journal, "d", change("1", "z", "w"), commit=False)
    assert journal.later("a") == [("item", "1", "b")]
    assert journal.later("a", ["b"]) == [("item", "1", "c")]
    journal.undone("b")
    journal.undone("c")
    assert journal.later("a") == []


def test_a_later_batch_can_be_told_what_was_before_it(journal: TargetChangeRepository) -> None:
    begin(journal, "b", change("1", "x", "y"), change("2", "x", "y"))
    journal.rebase("b", "item", "1", None)
    assert journal.changes("b") == [change("1", None, "y"), change("2", "x", "y")]


def test_rows_left_by_undone_batches_are_those_that_no_standing_batch_changed(journal: TargetChangeRepository) -> None:
    begin(journal, "a", change("1", None, "x"), change("2", None, "x"), change("3", "w", "x"))
    begin(journal, "b", change("2", "x", "y"))
    assert journal.left_over() == []
    journal.undone("a")
    assert [row["row_key"] for row in journal.left_over()] == ["1"]
    assert [row["row_key"] for row in journal.left_over(["b"])] == ["1", "2"]


def test_an_undo_that_began_before_is_remembered(journal: TargetChangeRepository) -> None:
    begin(journal, "a")
    assert (journal.undoing("a"), journal.undoing("a")) == (False, True)


def test_a_new_target_has_an_empty_journal(journal: TargetChangeRepository) -> None:
    begin(journal, "a", change("1", None, "x"))
    journal.clear()
    assert (journal.batches(), journal.changes("a"), journal.left_over()) == ([], [], [])
