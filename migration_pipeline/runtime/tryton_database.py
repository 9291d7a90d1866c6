"""Tryton's databases: a template made once (about a minute), kept as a dump for other homes, and the copy that is worked with.

Belongs here: making, copying, dropping them. Does not belong here: the server process (`tryton_server.py`).
"""

import os
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from psycopg import sql

from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.private_file import write_private
from migration_pipeline.runtime.server_binaries import wheel_install
from migration_pipeline.runtime.tryton_install import MODULES, cache_folder, install, versions
from migration_pipeline.runtime.tryton_server import (
    TRYTON,
    clean_environment,
    folder,
    keep_password,
    new_password,
    write_config,
)

TEMPLATE = "tryton_template"
_MAKING = "tryton_making"
_SECONDS = 1_800
_NO_MAIL_ADDRESS = "\n"
"""The answer to trytond-admin's only question: the administrator has none."""


def has_database(databases: Databases, name: str = TRYTON) -> bool:
    """True if it is there."""
    with databases.connect(CONTROL, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (databases.real_name(name),)).fetchone()
    return found is not None


def copy_template(home: Home, databases: Databases) -> None:
    """Put a fresh copy of the template, with a new password, in the place of the database; nobody may be connected to it.

    Raises:
        InfrastructureError: the template cannot be made, or the copy fails.
    """
    _ensure_template(home, databases)
    _execute(databases, "DROP DATABASE IF EXISTS {} WITH (FORCE)", TRYTON)
    _execute(databases, "CREATE DATABASE {} TEMPLATE {}", TRYTON, TEMPLATE)
    _execute(databases, "CHECKPOINT")  # else a crash may set sequences of the copy back
    set_password(home, databases)


def set_password(home: Home, databases: Databases) -> None:
    """Give the database's administrator a new random password and record it."""
    password = new_password()
    _admin(home, databases, TRYTON, password, "-p")
    keep_password(home, password)


def _ensure_template(home: Home, databases: Databases) -> None:
    if has_database(databases, TEMPLATE):
        return
    _execute(databases, "DROP DATABASE IF EXISTS {} WITH (FORCE)", _MAKING)
    databases.ensure(_MAKING)
    dump = _dump(databases)
    if dump.exists():
        _tool("pg_restore", databases, "--no-owner", "--exit-on-error", str(dump))
    else:
        _admin(home, databases, _MAKING, new_password(), "--activate-dependencies", "-u", *MODULES)
        scratch = dump.with_suffix(f".{os.getpid()}")
        _tool("pg_dump", databases, "--format=custom", "--no-owner", "--file", str(scratch))
        scratch.rename(dump)
    _execute(databases, "ALTER DATABASE {} RENAME TO {}", _MAKING, TEMPLATE)


def has_dump(databases: Databases) -> bool:
    """True if the template need not be made from nothing: a home on this machine did so before."""
    databases.ensure(CONTROL)
    return _dump(databases).exists()


def _dump(databases: Databases) -> Path:
    with databases.connect(CONTROL, autocommit=True) as connection:
        major = connection.info.server_version // 10_000
    return cache_folder() / f"tryton-{versions()}-{major}.dump"


def _execute(databases: Databases, statement: str, *names: str) -> None:
    text = sql.SQL(statement).format(*(sql.Identifier(databases.real_name(name)) for name in names))
    with databases.connect(CONTROL, autocommit=True) as connection:
        connection.execute(text)


def _admin(home: Home, databases: Databases, database: str, password: str, *arguments: str) -> None:
    """Run `trytond-admin`; the password goes through a file of its own, never through arguments."""
    config = write_config(home, databases)
    with tempfile.TemporaryDirectory(dir=folder(home)) as scratch:
        secret = Path(scratch) / "password"
        write_private(secret, password.encode(), what="Tryton's password", make_folder=False)
        command = [str(install() / "bin" / "trytond-admin"), "-c", str(config), "-d", databases.real_name(database), *arguments]
        _run(command, clean_environment(TRYTONPASSFILE=str(secret)))


def _tool(tool: str, databases: Databases, *arguments: str) -> None:
    """Run pg_dump or pg_restore on the database in the making; the password goes through the environment."""
    parts = urlsplit(databases.base_url)
    environment = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    name = databases.real_name(_MAKING)
    place = ["--dbname", name] if tool == "pg_restore" else [name]
    _run([str(wheel_install() / "bin" / tool), *arguments, *place], clean_environment(**environment))


def _run(command: list[str], environment: dict[str, str]) -> None:
    name = Path(command[0]).name
    try:
        subprocess.run(  # noqa: S603 - fixed programs, no shell
            command, env=environment, check=True, capture_output=True, text=True, timeout=_SECONDS, input=_NO_MAIL_ADDRESS
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (
            error.stderr.strip().splitlines()
            if isinstance(error, subprocess.CalledProcessError) and error.stderr
            else [type(error).__name__]
        )
        raise InfrastructureError(f"{name} failed: {said[-1]}", where=name, fix="check the disk and the database server") from None
