"""The state file with the server's password."""

import stat
from pathlib import Path

import pytest

from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.server_state import ServerState, read_state, state_file, write_state

STATE = ServerState(pid=12, port=5433, password="secret", data_dir=Path("/somewhere/data"))  # noqa: S106


@pytest.fixture
def here(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.ensure()
    return home


def test_what_is_written_is_read_back(here: Home) -> None:
    write_state(here, STATE)
    assert read_state(here) == STATE


def test_only_the_owner_can_read_the_password_also_when_the_file_was_open_before(here: Home) -> None:
    state_file(here).touch(mode=0o666)
    state_file(here).chmod(0o666)
    write_state(here, STATE)
    assert stat.S_IMODE(state_file(here).stat().st_mode) == 0o600
    assert [path.name for path in here.postgres.iterdir()] == ["server.json"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "port": 1, "password": "a", "data_dir": "/"}'])
def test_a_damaged_file_counts_as_none(here: Home, damage: str) -> None:
    state_file(here).write_text(damage)
    assert read_state(here) is None


def test_the_password_is_not_shown_when_a_state_is_printed() -> None:
    assert "secret" not in repr(STATE)
