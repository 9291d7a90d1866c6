"""Logging of the command line."""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from migration_pipeline.runtime.logs import MAX_BYTES, configure_logging
from migration_pipeline.runtime.paths import Home


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    logger = logging.getLogger("migration_pipeline")
    before, level = list(logger.handlers), logger.level
    yield
    for handler in set(logger.handlers) - set(before):
        handler.close()
    logger.handlers[:] = before
    logger.setLevel(level)


def test_information_goes_to_the_file_and_only_warnings_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = configure_logging(Home(tmp_path / "home"))
    file = configure_logging(Home(tmp_path / "home"))
    logging.getLogger("migration_pipeline.raw.files").info("one")
    logging.getLogger("migration_pipeline.raw.files").warning("two")
    assert capsys.readouterr().err == "WARNING: two\n"
    assert [line.split(": ")[-1] for line in file.read_text().splitlines()] == ["one", "two"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_verbose_shows_information_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Home(tmp_path / "home"), verbose=True)
    logging.getLogger("migration_pipeline.raw").info("one")
    assert capsys.readouterr().err == "INFO: one\n"


def test_a_large_file_is_set_aside(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    file = configure_logging(home)
    file.write_bytes(b"x" * (MAX_BYTES + 1))
    configure_logging(home)
    assert file.stat().st_size == 0
    assert (home.logs / "store2erp.log.1").stat().st_size == MAX_BYTES + 1
