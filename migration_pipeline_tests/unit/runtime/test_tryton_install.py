"""Tryton is installed apart, in exact versions, where the account keeps what can be made again."""

from pathlib import Path

import pytest

from migration_pipeline.runtime import tryton_install
from migration_pipeline.runtime.errors import InfrastructureError


def test_every_package_of_tryton_has_one_version_of_one_series() -> None:
    pinned = [package for package in tryton_install.PACKAGES if package.startswith("trytond")]
    assert pinned
    assert {package.partition("==")[2].rpartition(".")[0] for package in pinned} == {"8.0"}


def test_other_packages_get_another_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(tryton_install.CACHE_VARIABLE, str(tmp_path))
    before = tryton_install.environment()
    assert before.parent == tmp_path
    monkeypatch.setattr(tryton_install, "PACKAGES", ("trytond==8.0.99",))
    assert tryton_install.environment() != before


def test_an_environment_that_was_not_finished_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(tryton_install.CACHE_VARIABLE, str(tmp_path))
    tryton_install.environment().mkdir(parents=True)
    assert not tryton_install.is_installed()


def test_what_pip_says_is_told_and_nothing_half_made_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(tryton_install.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(tryton_install, "PACKAGES", (str(tmp_path / "no-such-package.whl"),))
    with pytest.raises(InfrastructureError, match="cannot be installed"):
        tryton_install.install()
    assert not tryton_install.is_installed()
