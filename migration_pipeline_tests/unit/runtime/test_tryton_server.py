"""The Tryton server's files: private, without mail and queues; a dead process or another one with its number is never taken for it."""

import configparser
import json
import os

import pytest

from migration_pipeline.runtime import tryton_server
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home

DATABASES = Databases("postgresql://u:p%40ss@127.0.0.1:1/", options="sslmode=disable")


def test_its_settings_are_private_and_let_nothing_out(home: Home) -> None:
    tryton_server.folder(home).mkdir(parents=True)
    path = tryton_server.write_config(home, DATABASES)
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings["database"]["uri"] == "postgresql://u:p%40ss@127.0.0.1:1/?sslmode=disable"
    assert settings["email"]["uri"] == "smtp://127.0.0.1:1"
    assert settings["queue"]["worker"] == "False"
    assert settings["web"]["listen"].startswith("127.0.0.1:")


def test_the_password_is_kept_private_and_is_a_new_one_each_time(home: Home) -> None:
    tryton_server.keep_password(home, one := tryton_server.new_password())
    assert tryton_server.new_password() != one
    assert (tryton_server.folder(home) / "tryton.json").stat().st_mode & 0o777 == 0o600
    state = tryton_server.read_state(home)
    assert state is not None
    assert (state.password, one in repr(state)) == (one, False)


def test_another_process_with_its_number_is_not_the_server(home: Home) -> None:
    tryton_server.keep_password(home, "x")
    path = tryton_server.folder(home) / "tryton.json"
    path.write_text(json.dumps({"pid": os.getpid(), "started": "0.0", "port": 1, "password": "x"}))
    assert tryton_server.status(home) is None
    assert tryton_server.stop(home) is False


def test_without_a_state_there_is_no_server(home: Home) -> None:
    assert (tryton_server.read_state(home), tryton_server.status(home), tryton_server.stop(home)) == (None, None, False)


def test_a_sandbox_has_files_of_its_own(home: Home) -> None:
    assert tryton_server.folder(Home(home.root, sandbox=True)) != tryton_server.folder(home)


def test_settings_of_other_trytons_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYTOND_EMAIL__URI", "smtp://elsewhere")
    assert not [name for name in tryton_server.clean_environment(A="b") if name.startswith(("TRYTON", "PYTHON"))]
