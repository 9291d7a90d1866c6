"""Hashes are right, and a hash is never given for content that has changed since."""

import hashlib
import io
import os
import time
from pathlib import Path

import pytest

from migration_pipeline.runtime import file_hash as module
from migration_pipeline.runtime.file_hash import HashedSink, HashedSource, file_hash, known_hash

ABC = hashlib.sha256(b"abc").hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that is read for its hash."""
    seen: list[Path] = []
    monkeypatch.setattr(module, "file_hash", lambda path: seen.append(path) or file_hash(path))
    return seen


def test_streams_and_files_give_the_same_hash(file: Path) -> None:
    source, sink = HashedSource(io.BytesIO(b"abc")), HashedSink()
    assert (source.read(2), source.read(), sink.write(b"ab"), sink.write(b"c")) == (b"ab", b"c", 2, 1)
    assert {source.sha256, sink.sha256, *file_hash(file), *known_hash(file)} == {ABC, 3}


def test_a_settled_file_is_read_once(file: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SETTLED", 0)
    assert {known_hash(file), known_hash(file)} == {(ABC, 3)}
    assert reads == [file]


def test_a_fresh_file_is_read_every_time_for_its_clock_may_stand_still(file: Path, reads: list[Path]) -> None:
    assert {known_hash(file), known_hash(file)} == {(ABC, 3)}
    assert reads == [file, file]


def test_a_change_is_seen_though_size_and_modification_time_are_set_back(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SETTLED", 0)
    before = file.stat()
    assert known_hash(file) == (ABC, 3)
    time.sleep(0.05)
    file.write_bytes(b"abd")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert known_hash(file) == (hashlib.sha256(b"abd").hexdigest(), 3)
