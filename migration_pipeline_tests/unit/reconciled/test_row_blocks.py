"""Every key is in one pair of blocks, and nothing of a member's data stays on the disk."""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from migration_pipeline.reconciled.row_blocks import PARTS, blocks

SCHEMA = pa.schema([("k", pa.string()), ("n", pa.int64())])


def rows(first: int, last: int) -> list[pa.RecordBatch]:
    made = pa.table({"k": [f"K{n}" for n in range(first, last)], "n": range(first, last)}, schema=SCHEMA)
    batches: list[pa.RecordBatch] = made.to_batches(max_chunksize=97)
    return batches


@pytest.mark.parametrize(("held", "pairs"), [(None, 1), (2_000, 1), (500, PARTS)])
def test_both_sides_of_a_block_hold_the_same_keys(held: int | None, pairs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = list(blocks(rows(0, 1_000), rows(200, 1_500), SCHEMA, ["k"], held))
    assert len(found) == pairs
    keys = [(set(one.rows["k"].to_pylist()), set(other.rows["k"].to_pylist())) for one, other in found]
    assert set().union(*(one for one, _ in keys)) == {f"K{n}" for n in range(1_000)}
    assert sum(len(one & other) for one, other in keys) == 800
    assert all(one.rows.schema == other.rows.schema == SCHEMA and one.hashes.dtype == np.uint64 for one, other in found)
    assert list(tmp_path.iterdir()) == []


def test_the_files_go_when_reading_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def breaking() -> object:
        yield from rows(0, 1_000)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        list(blocks(rows(0, 1_000), breaking(), SCHEMA, ["k"], 1_500))  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        list(blocks(rows(0, 1_000), breaking(), SCHEMA, ["k"], 100))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
