"""Copies of whole databases, for sandboxes: from a template, or dumped and restored where somebody else is connected.

Belongs here: names of copies, making and dropping them. Does not belong here: which databases a sandbox needs (`orchestration/sandbox.py`,
`loaded/sandbox.py`).
"""

import logging
import os
import re
import subprocess
import time
from dataclasses import replace
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.server_binaries import wheel_install

_COPIED_AS_FILES = 64 * 1024**2
"""Bytes; a larger database is copied file by file, a smaller one through the write-ahead log, which needs no checkpoint."""
_LEAVING_SECONDS = 1.0
_FIRST_WITH_STRATEGY = 150_000
_LIBPQ = {name: f"PG{name.upper()}" for name in ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey")}

_log = logging.getLogger(__name__)


def sandbox_databases(databases: Databases, name: str) -> Databases:
    """The same server, with the databases of the sandbox `name` (eight hex digits) under the usual names."""
    if not re.fullmatch(r"[0-9a-f]{8}", name):
        raise ValueError(f"not the name of a sandbox: {name!r}")
    return replace(databases, prefix=f"{databases.prefix}sandbox_{name}_")


def copy_database(source: Databases, copy: Databases, name: str) -> None:
    """Make the database `name` of `copy` what that of `source` is now.

    A template copy takes a moment and needs that nobody is connected to the source. Sessions of others are never ended: with one of them
    there, the database is dumped and restored instead, which takes as long as reading and writing it.

    Raises:
        InfrastructureError: it cannot be copied: no right to create databases, no disk space, no PostgreSQL programs.
    """
    real, made = source.real_name(name), copy.real_name(name)
    try:
        with source.connect_server() as connection:
            if _somebody_stays(connection, real):
                _log.info("somebody is connected to %s; it is dumped and restored", real)
                _dumped_and_restored(source, copy, name)
            else:
                connection.execute(_from_template(connection, real, made))
            _checkpoint(connection)
    except psycopg.Error as error:
        raise InfrastructureError(
            f"the database cannot be copied: {error.diag.message_primary or type(error).__name__}",
            where=real,
            fix="give the user the right CREATEDB (and ownership of the database), and the server disk space for a copy",
        ) from None


def drop_copies(databases: Databases, name: str) -> None:
    """Drop the database `name` of every sandbox, also of one whose process was killed; raises InfrastructureError."""
    copies = re.compile(rf"{re.escape(databases.prefix)}sandbox_[0-9a-f]{{8}}_{re.escape(name)}")
    with databases.connect_server() as connection:
        for (found,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            if copies.fullmatch(found):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(found)))


def _somebody_stays(connection: psycopg.Connection[Any], real: str) -> bool:
    """Whether sessions are connected to a database that are not just ending."""
    query = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend' LIMIT 1"
    end = time.monotonic() + _LEAVING_SECONDS
    while connection.execute(query, (real,)).fetchone() is not None:
        if time.monotonic() > end:
            return True
        time.sleep(0.05)
    return False


def _from_template(connection: psycopg.Connection[Any], real: str, made: str) -> sql.Composed:
    found = connection.execute("SELECT pg_database_size(oid) FROM pg_database WHERE datname = %s", (real,)).fetchone()
    large = found is not None and found[0] > _COPIED_AS_FILES and connection.info.server_version >= _FIRST_WITH_STRATEGY
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(made), sql.Identifier(real))
    return statement + sql.SQL(" STRATEGY FILE_COPY" if large else "")


def _checkpoint(connection: psycopg.Connection[Any]) -> None:
    """Without it a crash right after the copy can roll its sequences back; a user without that right does without."""
    try:
        connection.execute("CHECKPOINT")
    except psycopg.errors.InsufficientPrivilege:
        _log.info("no right to CHECKPOINT after a copy")


def _dumped_and_restored(source: Databases, copy: Databases, name: str) -> None:
    programs = str(wheel_install() / "bin")
    copy.ensure(name)
    dump = [f"{programs}/pg_dump", "--format=custom", "--compress=none", "--dbname", source.real_name(name)]
    restore = [f"{programs}/pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname", copy.real_name(name)]
    environment = _environment(source.url(name))
    # what the programs write about a row they stumble over may be personal data, so it goes nowhere
    with subprocess.Popen(dump, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reading:  # noqa: S603 - fixed
        restored = subprocess.run(restore, env=environment, stdin=reading.stdout, stderr=subprocess.DEVNULL, check=False)  # noqa: S603
    if reading.returncode or restored.returncode:
        raise InfrastructureError(
            f"somebody is connected to the database, and copying it with pg_dump ({reading.returncode}) and pg_restore"
            f" ({restored.returncode}) failed",
            where=source.real_name(name),
            fix="close other programs that are connected to it (psql, BI tools), then try again",
        )


def _environment(url: str) -> dict[str, str]:
    """How the programs connect; a password on the command line could be read by every user of the machine."""
    said = {_LIBPQ[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in _LIBPQ and value is not None}
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ} | said | {"LC_ALL": "C"}
