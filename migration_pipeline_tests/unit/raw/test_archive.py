"""The archive keeps every source file unchanged, once, and proves it."""

import stat
import threading
from pathlib import Path

import pytest

from migration_pipeline.raw import archive
from migration_pipeline.raw.archive import store_file, verify
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_bytes(b"a,b\r\n1,\xff\n")
    return path


def test_the_content_is_stored_unchanged_under_its_hash(tmp_path: Path, source: Path) -> None:
    found = store_file(tmp_path / "archive", source)
    assert found.stored.read_bytes() == source.read_bytes()
    assert found.sha256 == found.stored.name
    assert (found.size, found.name) == (9, "sales.csv")
    verify(found)


def test_only_the_owner_may_read_and_nobody_write(tmp_path: Path, source: Path) -> None:
    root = tmp_path / "archive"
    found = store_file(root, source)
    assert stat.S_IMODE(found.stored.stat().st_mode) == 0o400
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (root, found.stored.parent)} == {0o700}


def test_equal_content_is_stored_once_and_not_written_again(tmp_path: Path, source: Path) -> None:
    first = store_file(tmp_path / "archive", source)
    before = first.stored.stat()
    other = tmp_path / "copy.csv"
    other.write_bytes(source.read_bytes())
    second = store_file(tmp_path / "archive", other)
    assert second.stored == first.stored
    assert second.name == "copy.csv"
    assert (second.stored.stat().st_ino, second.stored.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [p for p in (tmp_path / "archive").rglob("*") if p.is_file()] == [first.stored]


def test_a_changed_byte_is_found_by_verify(tmp_path: Path, source: Path) -> None:
    found = store_file(tmp_path / "archive", source)
    found.stored.chmod(0o600)
    found.stored.write_bytes(b"a,b\r\n2,\xff\n")
    with pytest.raises(BadInputError, match=r"copy of sales\.csv has changed"):
        verify(found)


def test_a_lost_or_shortened_copy_is_found(tmp_path: Path, source: Path) -> None:
    found = store_file(tmp_path / "archive", source)
    found.stored.chmod(0o600)
    found.stored.write_bytes(b"a")
    with pytest.raises(BadInputError, match="has changed"):
        store_file(tmp_path / "archive", source)
    found.stored.unlink()
    with pytest.raises(BadInputError, match="is gone"):
        verify(found)


def test_a_file_that_changes_while_it_is_copied_is_refused(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "file_hash", lambda path: ("0" * 64, 9))
    with pytest.raises(BadInputError, match="changes while it is read"):
        store_file(tmp_path / "archive", source)
    assert not [p for p in (tmp_path / "archive").rglob("*") if p.is_file()]


def test_a_missing_file_is_a_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        store_file(tmp_path / "archive", tmp_path / "gone.csv")


def test_many_threads_store_the_same_file_at_once(tmp_path: Path, source: Path) -> None:
    source.write_bytes(b"x" * 3_000_000)
    threads = [threading.Thread(target=store_file, args=(tmp_path / "archive", source)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = [p for p in (tmp_path / "archive").rglob("*") if p.is_file()]
    assert len(files) == 1
    assert files[0].stat().st_size == 3_000_000
