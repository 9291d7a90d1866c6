"""The weekly look at the archive judges each store x dataset by its own files, in every place."""

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Literal

from migration_pipeline.orchestration.archive import Found, Kept
from migration_pipeline.orchestration.archive_check import archive_results
from migration_pipeline.raw.archive import ArchivedFile

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def found(store: str, dataset: str, state: Literal["ok", "changed", "missing"], place: str = "first") -> Found:
    """One copy of one file."""
    return Found(Kept(store, dataset, PurePosixPath("x.csv"), ArchivedFile("0", 1, "x.csv", "0", "0")), place, state)


def test_a_damaged_or_missing_copy_fails_only_what_read_it() -> None:
    looked = [
        found("A", "sales", "ok"),
        found("A", "sales", "changed", "second"),
        found("A", "members", "ok"),
        found("B", "sales", "missing"),
        found("B", "sales", "ok", "second"),
    ]
    results = archive_results(looked, "r1", NOW)
    assert [(one.store, one.dataset, one.verdict) for one in results] == [
        ("A", "sales", "failed"),
        ("A", "members", "passed"),
        ("B", "sales", "failed"),
    ]
    assert results[0].figures == {"ok": 1, "changed": 1, "missing": 0}
    assert results[0].told.startswith("1 of 2 archived copies")
    assert (results[1].told, results[1].stage, results[1].run_id) == ("", "archive", "r1")
