"""The state folder: where it is, and who may look into it."""

import os
import stat
from pathlib import Path

import pytest

from migration_pipeline.runtime.account import server_account
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_home_is_inside_the_project_unless_the_environment_names_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Home.of(tmp_path).root == tmp_path / ".store2erp"
    monkeypatch.setenv("STORE2ERP_HOME", str(tmp_path / "elsewhere"))
    assert Home.of(tmp_path).root == tmp_path / "elsewhere"


def test_a_relative_project_folder_gives_an_absolute_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Home.of(Path()).root == tmp_path / ".store2erp"


def test_nobody_else_can_read_any_folder_of_the_home(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        home = Home(tmp_path / "home")
        home.ensure()
    finally:
        os.umask(old)
    folders = (home.root, home.lake, home.archive, home.reports, home.dagster, home.postgres, home.logs)
    passages = {home.root, home.postgres} if server_account() else set()
    assert {folder.name: oct(mode(folder)) for folder in folders} == {
        folder.name: oct(0o710 if folder in passages else 0o700) for folder in folders
    }


def test_folders_that_exist_keep_their_permissions(tmp_path: Path) -> None:
    """`STORE2ERP_HOME` may name a folder with other things in it."""
    root = tmp_path / "mine"
    root.mkdir(mode=0o700)
    before = (mode(root), root.stat().st_gid, mode(tmp_path))
    Home(root).ensure()
    Home(root).ensure()
    assert (mode(root), root.stat().st_gid, mode(tmp_path)) == before


def test_a_home_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InfrastructureError, match="STORE2ERP_HOME"):
        Home(tmp_path / "file" / "home").ensure()
