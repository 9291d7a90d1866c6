"""The journal keeps each batch once, with exact money."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import UndoRecord
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.loaded.load import BatchRecord, Journal
from migration_pipeline.runtime.databases import Databases

AT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
BATCH = BatchRecord(
    "b1",
    "r",
    "S1",
    "sales",
    number=1,
    started_at=AT,
    ended_at=AT,
    rows=3,
    inserted=1,
    updated=1,
    unchanged=1,
    money=Decimal("9999999999999999.99"),
    attempts=1,
    hash_before="h",
)


def test_a_batch_recorded_again_replaces_its_figures(databases: Databases) -> None:
    upgrade(databases)
    repository = BatchRepository(databases)
    journal: Journal = repository
    for batch in (BATCH, replace(BATCH, batch_id="b2", store="S2"), replace(BATCH, unchanged=3, inserted=0, updated=0)):
        journal.record(batch)
    assert repository.batches()["batch_id"].tolist() == ["b1", "b2"]
    (row,) = repository.batches(store="S1", dataset="sales", run_id="r").to_dict("records")
    assert (row["inserted"], row["unchanged"], row["money"], row["status"]) == (0, 3, BATCH.money, "committed")
    assert row["started_at"] == AT


def test_what_became_of_batches_whose_loader_died_is_what_the_target_says(databases: Databases) -> None:
    upgrade(databases)
    repository = BatchRepository(databases)
    begun = replace(BATCH, ended_at=None, rows=0, inserted=0, updated=0, unchanged=0, status="started")
    for batch in (begun, replace(begun, batch_id="b2"), replace(begun, batch_id="b3", dataset="members"), replace(BATCH, batch_id="b4")):
        repository.record(batch)
    repository.settle("S1", "sales", {"b1": BATCH, "b4": replace(BATCH, rows=99)})
    assert repository.batches()["batch_id"].tolist() == ["b1", "b4"]
    found = repository.attempted().set_index("batch_id")
    assert found["status"].to_dict() == {"b1": "committed", "b2": "lost", "b3": "started", "b4": "committed"}
    assert found["rows"].to_dict() == {"b1": 3, "b2": 0, "b3": 0, "b4": 3}
    assert (found.loc["b1", "hash_before"], found["ended_at"].isna().to_dict()["b1"]) == ("h", False)


def test_a_batch_that_was_taken_back_says_so_and_who_did_it(databases: Databases) -> None:
    upgrade(databases)
    repository = BatchRepository(databases)
    for batch_id in ("b1", "b2"):
        repository.record(replace(BATCH, batch_id=batch_id))
    figures = {"deleted": {"ticket": 3}, "restored": {}, "kept": {}}
    about = {"undo_id": "u", "batch_id": "b1", "store": "S1", "dataset": "sales", "undone_by": "anna", "reason": "wrong file"}
    repository.record_undone([UndoRecord(undone_at=AT, figures=figures, hash_before_load="h", hash_after="h", **about)])
    assert repository.batches().set_index("batch_id")["status"].to_dict() == {"b1": "undone", "b2": "committed"}
    (row,) = repository.undone(store="S1").to_dict("records")
    assert (row["batch_id"], row["undone_by"], row["reason"], row["hash_after"]) == ("b1", "anna", "wrong file", "h")
