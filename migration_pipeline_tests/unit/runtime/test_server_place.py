"""Where the server's data goes when this process is root, and that nothing else is opened for it."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from migration_pipeline.runtime import server_place
from migration_pipeline.runtime.account import server_account
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.server_place import known_place, place_for, server_area

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")


@pytest.fixture
def closed(run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that only root can pass, as /root is; the area for data is a test folder."""
    area = run_folder / f"area-{tmp_path.name}-{os.getpid()}"
    monkeypatch.setattr(server_place, "AREAS", (tmp_path / "closed" / "area", area))
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    return folder


def made(root: Path) -> Home:
    home = Home(root)
    home.ensure()
    return home


def test_an_ordinary_place_is_inside_the_home(home: Home) -> None:
    home.ensure()
    assert known_place(home) is None
    assert place_for(home).folder == home.postgres


@as_root
def test_below_a_closed_folder_data_goes_outside_and_no_permission_changes(closed: Path) -> None:
    before = {path: (path.stat().st_mode, path.stat().st_gid) for path in (closed, *closed.parents)}
    place = place_for(made(closed / "home"))
    account = server_account()
    assert account is not None
    assert account.can_traverse(place.folder)
    assert not place.folder.is_relative_to(closed)
    assert {path: (path.stat().st_mode, path.stat().st_gid) for path in before} == before
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o710


@as_root
def test_the_place_outside_is_found_again_and_follows_a_moved_home(closed: Path) -> None:
    home = made(closed / "home")
    place = place_for(home)
    assert place_for(home) == place
    shutil.move(home.root, closed / "moved")
    assert place_for(Home(closed / "moved")) == place
    assert place_for(Home(closed / "moved")) == place


@as_root
def test_a_copied_home_does_not_share_the_originals_database(closed: Path) -> None:
    home = made(closed / "home")
    place_for(home)
    shutil.copytree(home.root, closed / "copy")
    with pytest.raises(InfrastructureError, match="copy"):
        place_for(Home(closed / "copy"))
    assert place_for(home)


@as_root
def test_a_lost_database_is_an_error_and_not_an_empty_one(closed: Path) -> None:
    home = made(closed / "home")
    shutil.rmtree(place_for(home).folder)
    with pytest.raises(InfrastructureError, match="is gone"):
        place_for(home)


@as_root
def test_a_deleted_and_new_home_gets_a_new_database_and_keeps_the_old_files(closed: Path) -> None:
    home = made(closed / "home")
    old = place_for(home).folder
    shutil.rmtree(home.root)
    home.ensure()
    assert place_for(home).folder != old
    assert old.exists()


@as_root
def test_an_area_that_others_can_write_or_own_is_not_trusted(closed: Path, monkeypatch: pytest.MonkeyPatch, run_folder: Path) -> None:
    writable, foreign, link = (run_folder / f"{name}-{os.getpid()}" for name in ("writable", "foreign", "link"))
    for folder in (writable, foreign):
        folder.mkdir()
    writable.chmod(0o777)
    os.chown(foreign, 1, 1)
    link.symlink_to(closed)
    monkeypatch.setattr(server_place, "AREAS", (writable, foreign, link))
    account = server_account()
    assert account is not None
    with pytest.raises(InfrastructureError, match="root owns"):
        server_area(account)
    link.unlink()
