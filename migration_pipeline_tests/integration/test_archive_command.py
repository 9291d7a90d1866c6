"""`store2erp archive`: a damaged source copy is found by name, repaired from the other place, and everything comes back byte for byte."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from migration_pipeline.cli.main import main
from migration_pipeline.orchestration.workspace import open_workspace
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

STORES = ("A", "B")
FILES, OF_ONE = 14, 7
Found = Callable[[Home], Databases]


def migrate(project: SmallProject) -> SmallProject:
    """`store2erp run`, which must end well."""
    open_workspace.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["store2erp", "run", "-p", str(project.folder), "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code in (0, None)
    return project


def with_archive(project: SmallProject, section: str) -> SmallProject:
    """With an `archive:` section, and the second place it may name."""
    with (project.folder / "migration.yaml").open("a", encoding="utf-8") as file:
        file.write(f"archive: {section}\n")
    (project.folder.parent / "second").mkdir(mode=0o700)
    return project


@pytest.fixture(scope="module")
def migrated(own_databases: Found, tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """Two stores, migrated once for all tests of this module, with a second place beside the project's folder."""
    folder = tmp_path_factory.mktemp("kept")
    project = migrate(with_archive(write_project(folder / "chain", STORES), "{second: ../second}"))
    for place in places(project).values():
        shutil.copytree(place, folder / "good" / place.name)
    shutil.copytree(project.folder / "data", folder / "good" / "data")
    return project


@pytest.fixture
def kept(migrated: SmallProject) -> SmallProject:
    """As it was after the migration, whatever the test before did to its files."""
    for place in (*places(migrated).values(), migrated.folder / "data"):
        shutil.rmtree(place)
        shutil.copytree(migrated.folder.parent / "good" / place.name, place)
    return migrated


def places(project: SmallProject) -> dict[str, Path]:
    """Both places of its archive."""
    return {"first": Home.of(project.folder).archive, "second": project.folder.parent / "second"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def copy_of(root: Path, original: Path) -> Path:
    """Where the archive at `root` holds a file, writable for a test to damage it."""
    stored = next(path for path in root.rglob("*") if path.is_file() and path.read_bytes() == original.read_bytes())
    stored.chmod(0o600)
    return stored


def test_everything_comes_back_byte_for_byte(kept: SmallProject, tmp_path: Path, store2erp: Command) -> None:
    """The drill: the sources are lost, and so is one place after the other."""
    before = contents(kept.folder / "data")
    assert len(before) == FILES
    shutil.rmtree(kept.folder / "data")
    (kept.folder / "data").mkdir()
    ended = store2erp("archive", "restore", "-p", kept.folder, tmp_path / "back")
    assert (ended.code, f"{FILES} files restored" in ended.out) == (0, True), ended.text
    assert contents(tmp_path / "back") == before
    shutil.rmtree(Home.of(kept.folder).archive)
    Home.of(kept.folder).archive.mkdir(mode=0o700)
    ended = store2erp("archive", "restore", "-p", kept.folder, tmp_path / "again", "--from", "second", "--json")
    assert (ended.code, ended.json["ok"], {f["from"] for f in ended.json["files"]}) == (0, True, {"second"})
    assert contents(tmp_path / "again") == before


def test_an_encrypted_archive_comes_back_with_the_key_only(tmp_path: Path, store2erp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no place holds a plain byte of a member."""
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(key), encoding="utf-8")
    monkeypatch.setenv("MY_KEY", str(tmp_path / "key"))
    section = f"{{second: ../second, recipients: [{key.to_public()}], identity: MY_KEY}}"
    sealed = migrate(with_archive(write_project(tmp_path / "chain"), section))
    for root in places(sealed).values():
        stored = contents(root)
        assert len(stored) == OF_ONE
        assert all(data.startswith(b"age-encryption.org/v1\n") for data in stored.values())
    assert store2erp("archive", "verify", "-p", sealed.folder, "--deep").code == 0
    assert store2erp("archive", "restore", "-p", sealed.folder, tmp_path / "back").code == 0
    assert contents(tmp_path / "back") == contents(sealed.folder / "data")
    monkeypatch.delenv("MY_KEY")
    assert store2erp("archive", "verify", "-p", sealed.folder).code == 0
    for arguments in (("verify", "--deep"), ("restore", tmp_path / "none")):
        ended = store2erp("archive", *arguments, "-p", sealed.folder)
        assert (ended.code, "MY_KEY" in ended.err) == (2, True), ended.text
    assert contents(tmp_path / "none") == {}


def test_one_store_or_dataset_comes_back_alone(kept: SmallProject, tmp_path: Path, store2erp: Command) -> None:
    ended = store2erp("archive", "restore", "-p", kept.folder, tmp_path / "back", "--store", "B", "--dataset", "sales")
    assert ended.code == 0
    assert sorted(contents(tmp_path / "back")) == [f"B/{name}.csv" for name in ("lines", "payments", "tickets")]


def test_a_good_archive_is_said_to_be_good(kept: SmallProject, store2erp: Command) -> None:
    ended = store2erp("archive", "verify", "-p", kept.folder, "--json")
    figures = {"files": FILES, "bytes": sum(map(len, contents(kept.folder / "data").values())), "ok": FILES}
    wanted = figures | {"changed": 0, "missing": 0, "repaired": 0}
    assert (ended.code, ended.json) == (0, {"ok": True, "places": {"first": wanted, "second": wanted}, "wrong": []})
    shown = store2erp("archive", "verify", "-p", kept.folder)
    assert (shown.code, "完好" in shown.out, "✗" in shown.out) == (0, True, False)


@pytest.mark.parametrize("place", ["first", "second"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_damage_is_named_and_repaired_from_the_other_place(
    kept: SmallProject, tmp_path: Path, store2erp: Command, place: str, damage: str
) -> None:
    stored = copy_of(places(kept)[place], kept.file("B", "lines"))
    data = stored.read_bytes()
    if damage == "gone":
        stored.unlink()
    else:
        stored.write_bytes(data[:-1] if damage == "cut" else bytes([data[0] ^ 1]) + data[1:])

    shown = store2erp("archive", "verify", "-p", kept.folder)
    state = "missing" if damage == "gone" else "changed"
    assert (shown.code, f"B sales B/lines.csv: {state} ({place})" in shown.out) == (1, True), shown.text
    restored = store2erp("archive", "restore", "-p", kept.folder, tmp_path / "back")
    assert (restored.code, "damaged in first" in restored.out) == (0, place == "first"), restored.text
    assert contents(tmp_path / "back") == contents(kept.folder / "data")

    repaired = store2erp("archive", "verify", "-p", kept.folder, "--repair", "--json")
    assert (repaired.code, repaired.json["places"][place]["repaired"], len(repaired.json["wrong"])) == (0, 1, 1)
    assert (stored.read_bytes(), stored.stat().st_mode & 0o777) == (data, 0o400)
    assert store2erp("archive", "verify", "-p", kept.folder).code == 0


def test_a_file_damaged_everywhere_is_lost_and_the_others_come_back(kept: SmallProject, tmp_path: Path, store2erp: Command) -> None:
    for root in places(kept).values():
        copy_of(root, kept.file("A", "members")).write_bytes(b"other")
    assert store2erp("archive", "verify", "-p", kept.folder, "--repair").code == 1
    ended = store2erp("archive", "restore", "-p", kept.folder, tmp_path / "back")
    assert (ended.code, "A members A/members.csv" in ended.out, "no good copy" in ended.out) == (1, True, True), ended.text
    before = contents(kept.folder / "data")
    del before["A/members.csv"]
    assert contents(tmp_path / "back") == before


def test_a_different_file_is_never_overwritten(kept: SmallProject, tmp_path: Path, store2erp: Command) -> None:
    other = tmp_path / "back" / "B" / "stock.csv"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"mine")
    ended = store2erp("archive", "restore", "-p", kept.folder, tmp_path / "back")
    assert (ended.code, str(other) in ended.err) == (2, True), ended.text
    assert contents(tmp_path / "back") == {"B/stock.csv": b"mine"}
    other.unlink()
    assert store2erp("archive", "restore", "-p", kept.folder, tmp_path / "back").code == 0
    again = store2erp("archive", "restore", "-p", kept.folder, tmp_path / "back")
    assert (again.code, f"{FILES} were there" in again.out) == (0, True), again.text


def test_what_was_archived_before_and_elsewhere_is_not_forgotten(tmp_path: Path, store2erp: Command) -> None:
    """The newest version comes back, older ones are still verified, and a second place that is named later is filled."""
    project = migrate(write_project(tmp_path / "chain"))
    old = copy_of(places(project)["first"], project.file("A", "members"))
    with project.file("A", "members").open("a", encoding="utf-8") as file:
        file.write("A-N,New person,13800009999,1.00,0.00\n")
    migrate(project)
    ended = store2erp("archive", "restore", "-p", project.folder, tmp_path / "back", "--from", "second")
    assert (ended.code, "no place 'second'" in ended.err) == (2, True), ended.text
    assert store2erp("archive", "restore", "-p", project.folder, tmp_path / "back").code == 0
    assert contents(tmp_path / "back") == contents(project.folder / "data")

    with_archive(project, "{second: ../second}")
    ended = store2erp("archive", "verify", "-p", project.folder, "--repair", "--json")
    assert (ended.code, ended.json["places"]["second"]["repaired"]) == (0, OF_ONE + 1), ended.text
    assert contents(places(project)["second"]) == contents(places(project)["first"])
    old.unlink()
    assert store2erp("archive", "verify", "-p", project.folder).code == 1


def test_an_archive_open_to_others_is_refused(kept: SmallProject, store2erp: Command) -> None:
    second = places(kept)["second"]
    second.chmod(0o755)
    for arguments in (("archive", "verify"), ("run", "--json", "--dataset", "members")):
        ended = store2erp(*arguments, "-p", kept.folder)
        assert (ended.code, f"chmod 700 {second}" in ended.text) == (2, True), ended.text


def test_without_an_extract_nothing_is_called_good(tmp_path: Path, store2erp: Command) -> None:
    ended = store2erp("archive", "verify", "-p", write_project(tmp_path / "chain").folder)
    assert (ended.code, "no extract" in ended.err) == (2, True), ended.text
