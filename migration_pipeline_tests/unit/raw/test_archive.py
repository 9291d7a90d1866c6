"""The archive keeps every source file unchanged, once per place, and proves it."""

import hashlib
import stat
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pyrage
import pytest

from migration_pipeline.project.models import ArchiveSpec
from migration_pipeline.raw import archive as module
from migration_pipeline.raw.archive import Archive, ArchivedFile
from migration_pipeline.raw.archive_places import Folder
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.sealed import IDENTITY_VARIABLE

CONTENT = b"a,b\r\n1,\xff\n"
KEY = pyrage.x25519.Identity.generate()
KINDS = ["one", "two", "sealed"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def archive(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """One place by default; `two` places; `sealed` in two."""
    kind = getattr(request, "param", "one")
    (tmp_path / "second").mkdir(mode=0o700)
    (tmp_path / "key").write_text(str(KEY), encoding="utf-8")
    monkeypatch.setenv(IDENTITY_VARIABLE, str(tmp_path / "key"))
    recipients = (str(KEY.to_public()),) if kind == "sealed" else ()
    return Archive(tmp_path / "archive", None if kind == "one" else str(tmp_path / "second"), recipients)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def change(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def test_the_content_is_stored_unchanged_under_its_hash(archive: Archive, source: Path) -> None:
    found = archive.store(source)
    assert (archive.root / found.stored).read_bytes() == CONTENT
    assert found.stored == f"{found.sha256[:2]}/{found.sha256}"
    assert (found.size, found.name, found.sealed, found.stored_sha256) == (9, "sales.csv", False, found.sha256)
    archive.verify([found.entry()], "S01 sales")


def test_an_encrypted_file_is_named_by_both_hashes(tmp_path: Path, source: Path) -> None:
    """Its plain hash is the manifest's, and whoever has no key can still see that it is whole."""
    found = Archive(tmp_path / "archive", recipients=(str(KEY.to_public()),)).store(source)
    stored = (tmp_path / "archive" / found.stored).read_bytes()
    assert stored.startswith(b"age-encryption.org/v1\n")
    assert found.sealed
    assert (found.sha256, found.size) == (hashlib.sha256(CONTENT).hexdigest(), 9)
    assert found.stored_sha256 == hashlib.sha256(stored).hexdigest()
    assert found.stored == f"{found.sha256[:2]}/{found.sha256}.{found.stored_sha256}.age"
    assert pyrage.decrypt(stored, [KEY]) == CONTENT


@pytest.mark.parametrize("archive", KINDS, indirect=True)
def test_equal_content_is_stored_once_and_not_written_again(archive: Archive, source: Path, tmp_path: Path) -> None:
    first = archive.store(source)
    before = (archive.root / first.stored).stat()
    other = tmp_path / "copy.csv"
    other.write_bytes(CONTENT)
    second = archive.store(other)
    assert (second.stored, second.name) == (first.stored, "copy.csv")
    after = (archive.root / second.stored).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files(archive.root) == [first.stored]


@pytest.mark.parametrize("archive", ["two", "sealed"], indirect=True)
def test_the_second_place_holds_the_same_bytes(archive: Archive, source: Path, tmp_path: Path) -> None:
    stored = archive.store(source).stored
    assert files(tmp_path / "second") == [stored]
    assert (tmp_path / "second" / stored).read_bytes() == (archive.root / stored).read_bytes()


def test_only_the_owner_may_read_and_nobody_write(archive: Archive, source: Path) -> None:
    path = archive.root / archive.store(source).stored
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (archive.root, path.parent)} == {0o700}


@pytest.mark.parametrize("archive", ["two"], indirect=True)
@pytest.mark.parametrize("place", ["archive", "second"])
def test_a_place_open_to_others_stops_the_run(archive: Archive, source: Path, tmp_path: Path, place: str) -> None:
    archive.store(source)
    (tmp_path / place).chmod(0o750)
    with pytest.raises(BadInputError) as caught:
        archive.store(source)
    assert caught.value.fix == f"chmod 700 {tmp_path / place}"


@pytest.mark.parametrize("archive", ["two"], indirect=True)
def test_a_run_does_not_go_on_with_one_copy(archive: Archive, source: Path, tmp_path: Path) -> None:
    (tmp_path / "second").rmdir()
    with pytest.raises(InfrastructureError) as caught:
        archive.store(source)
    assert caught.value.where == str(tmp_path / "second")


@pytest.mark.parametrize("archive", ["two"], indirect=True)
def test_a_second_place_gets_what_was_archived_before_it_was_named(archive: Archive, source: Path, tmp_path: Path) -> None:
    Archive(archive.root).store(source)
    stored = archive.store(source).stored
    assert files(tmp_path / "second") == [stored]
    change(tmp_path / "second" / stored, b"short")
    with pytest.raises(BadInputError, match=r"copy of sales\.csv has changed") as caught:
        archive.store(source)
    assert "second place" in caught.value.where


@pytest.mark.parametrize("archive", ["one", "sealed"], indirect=True)
@pytest.mark.parametrize("place", [0, 4, -1])
def test_one_changed_byte_stops_with_the_files_name(archive: Archive, source: Path, place: int) -> None:
    """No key is needed to see it."""
    found = archive.store(source)
    path = archive.root / found.stored
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    change(path, data)
    for check in (lambda: Archive(archive.root).verify([found.entry()], "S01 sales"), lambda: archive.store(source)):
        with pytest.raises(BadInputError, match=r"copy of sales\.csv has changed") as caught:
            check()
        assert str(path) in caught.value.where
    with pytest.raises(BadInputError) as caught:
        archive.verify([found.entry()], "S01 sales")
    assert "S01 sales" in caught.value.where


def test_a_shortened_or_lost_copy_is_found(archive: Archive, source: Path) -> None:
    found = archive.store(source)
    change(archive.root / found.stored, CONTENT[:-1])
    with pytest.raises(BadInputError, match="has changed"):
        archive.verify([found.entry()], "S01")
    (archive.root / found.stored).unlink()
    with pytest.raises(BadInputError, match=r"copy of sales\.csv is gone"):
        archive.verify([found.entry()], "S01")


def test_a_manifest_holds_wherever_the_archive_is_moved(archive: Archive, source: Path, tmp_path: Path) -> None:
    """Also one of the time when manifests held absolute paths and no hash of the stored bytes."""
    found = archive.store(source)
    old = {"name": "sales.csv", "sha256": found.sha256, "size": 9, "stored": str(archive.root / found.stored)}
    archive.root.rename(tmp_path / "moved")
    Archive(tmp_path / "moved").verify([found.entry(), old], "S01")
    with pytest.raises(BadInputError, match="is gone"):
        Archive(archive.root).verify([old], "S01")


def test_a_file_that_changes_while_it_is_copied_is_refused(archive: Archive, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "known_hash", lambda _: ("0" * 64, 9))
    with pytest.raises(BadInputError, match="changes while it is read"):
        archive.store(source)
    assert files(archive.root) == []


def test_a_file_that_changed_since_its_rows_were_read_is_refused(archive: Archive, source: Path) -> None:
    archive.store(source, read_as=hashlib.sha256(CONTENT).hexdigest())
    with pytest.raises(BadInputError, match="changes while it is read"):
        archive.store(source, read_as="0" * 64)


def test_a_missing_file_is_a_bad_input(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        archive.store(tmp_path / "gone.csv")


@pytest.mark.parametrize("archive", ["one", "sealed"], indirect=True)
def test_a_full_disk_leaves_nothing(archive: Archive, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "written_hash", full)
    with pytest.raises(InfrastructureError, match="No space left"):
        archive.store(source)
    assert files(archive.root) == []


@pytest.mark.parametrize("archive", ["two", "sealed"], indirect=True)
def test_many_threads_and_processes_store_the_same_file_at_once(archive: Archive, source: Path, tmp_path: Path) -> None:
    """Every manifest holds afterwards, whoever was first."""
    source.write_bytes(b"x" * 3_000_000)
    found: list[ArchivedFile] = []
    threads = [threading.Thread(target=lambda: found.append(archive.store(source))) for _ in range(4)]
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as processes:
        apart = [processes.submit(archive.store, source) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found += [task.result() for task in apart]
    assert len(found) == 8
    for root in (archive.root, tmp_path / "second"):
        Archive(root).verify([file.entry() for file in found], "S01")
        assert set(files(root)) == {file.stored for file in found}
    assert archive.store(source).stored in {file.stored for file in found}


@pytest.mark.parametrize("archive", KINDS, indirect=True)
def test_the_original_comes_back_from_every_place(archive: Archive, source: Path, tmp_path: Path) -> None:
    found = archive.store(source)
    for name, place in archive.places.items():
        assert archive.state(place, found, deep=True) == "ok"
        target = tmp_path / "back" / name / "销售.csv"
        archive.give_back(place, found, target)
        assert target.read_bytes() == CONTENT
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize("archive", KINDS, indirect=True)
def test_damage_is_never_given_back(archive: Archive, source: Path, tmp_path: Path) -> None:
    found, place = archive.store(source), Folder(archive.root)
    change(archive.root / found.stored, (archive.root / found.stored).read_bytes()[:-1] + b"!")
    assert archive.state(place, found) == "changed"
    with pytest.raises(BadInputError):
        archive.give_back(place, found, tmp_path / "back" / "sales.csv")
    assert files(tmp_path / "back") == []
    (archive.root / found.stored).unlink()
    assert archive.state(place, found) == "missing"


@pytest.mark.parametrize("archive", ["sealed"], indirect=True)
def test_a_deep_look_needs_the_key_and_a_plain_one_does_not(archive: Archive, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, place = archive.store(source), Folder(archive.root)
    monkeypatch.delenv(IDENTITY_VARIABLE)
    assert archive.state(place, found) == "ok"
    with pytest.raises(BadInputError, match="no key is given"):
        archive.state(place, found, deep=True)


def test_the_project_file_names_the_places(tmp_path: Path) -> None:
    root, project = tmp_path / "archive", tmp_path / "project"
    keys = (str(KEY.to_public()),)
    found = Archive.of(root, ArchiveSpec(second="../copy", recipients=keys, identity="MY_KEY"), project)
    assert (found.second, found.recipients, found.identity) == (str(tmp_path / "copy"), keys, "MY_KEY")
    assert Archive.of(root, ArchiveSpec(second="s3://b/p"), project).second == "s3://b/p"
    assert list(Archive.of(root, ArchiveSpec(), project).places) == ["first"]
    with pytest.raises(BadInputError, match="is the first"):
        Archive.of(root, ArchiveSpec(second="../archive"), project)


def test_verifying_again_costs_no_reading(archive: Archive, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stage of every store verifies; unchanged files are read once per process."""
    monkeypatch.setattr("migration_pipeline.runtime.file_hash._SETTLED", 0)
    found = archive.store(source)
    with monkeypatch.context() as patch:
        patch.setattr("migration_pipeline.runtime.file_hash.file_hash", lambda path: pytest.fail(f"{path} was read again"))
        archive.verify([found.entry()] * 3, "S01")
    time.sleep(0.05)
    change(archive.root / found.stored, b"b" + CONTENT[1:])
    with pytest.raises(BadInputError, match="has changed"):
        archive.verify([found.entry()], "S01")


@pytest.mark.parametrize("archive", ["two", "sealed"], indirect=True)
def test_another_machine_gets_a_file_from_the_second_place_and_still_checks_it(archive: Archive, source: Path, tmp_path: Path) -> None:
    """A later stage on another machine must verify what the first read; on one machine a lost file is told, not quietly replaced."""
    entry = archive.store(source).entry()
    (tmp_path / "other").mkdir(mode=0o700)
    alone = replace(archive, root=tmp_path / "other")
    with pytest.raises(BadInputError, match="is gone"):
        alone.verify([entry], "S01 sales")
    other = replace(alone, shared=True)
    other.verify([entry], "S01 sales")
    assert files(other.root) == files(archive.root)
    change(other.root / str(entry["stored"]), b"other")
    with pytest.raises(BadInputError, match="has changed"):
        other.verify([entry], "S01 sales")
