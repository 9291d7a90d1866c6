"""Logging of the command line: everything of ours into one file of the home, warnings to the terminal.

Belongs here: handlers. Does not belong here: what is logged; never personal data. Dagster's runs have their own log.
"""

import logging
import os
from pathlib import Path

from migration_pipeline.runtime.paths import Home

LOGGER = "migration_pipeline"
MAX_BYTES = 5_000_000

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def configure_logging(home: Home, *, verbose: bool = False) -> Path:
    """Log to `<home>/logs/store2erp.log` (0600; the former file becomes `.1` above 5 MB) and to stderr; may be called again.

    Args:
        home: created if absent.
        verbose: INFO instead of WARNING on stderr, DEBUG instead of INFO in the file.

    Returns:
        The log file's path.
    """
    home.ensure()
    file = home.logs / "store2erp.log"
    _roll(file)
    logger = logging.getLogger(LOGGER)
    for old in [handler for handler in logger.handlers if getattr(handler, "of_store2erp", False)]:
        logger.removeHandler(old)
        old.close()
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    _add(logger, logging.FileHandler(file, encoding="utf-8"), logging.DEBUG, _FORMAT)
    _add(logger, logging.StreamHandler(), logging.INFO if verbose else logging.WARNING, "%(levelname)s: %(message)s")
    return file


def _add(logger: logging.Logger, handler: logging.Handler, level: int, text: str) -> None:
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter(text))
    handler.of_store2erp = True  # type: ignore[attr-defined]
    logger.addHandler(handler)


def _roll(file: Path) -> None:
    if file.exists() and file.stat().st_size > MAX_BYTES:
        file.replace(file.with_suffix(".log.1"))
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
