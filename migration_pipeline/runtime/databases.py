"""Which PostgreSQL the project uses, and the URLs and connections of its databases.

Belongs here: addresses, connecting, creating a database. Does not belong here: tables (`control/`, `loaded/`), the embedded
server itself (`embedded_postgres.py`).
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

from migration_pipeline.runtime.embedded_postgres import start
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.kept_connections import connection_to
from migration_pipeline.runtime.paths import Home

URL_VARIABLE = "STORE2ERP_DATABASE_URL"
PASSWORD_FILE_VARIABLE = "STORE2ERP_DATABASE_PASSWORD_FILE"  # noqa: S105 - a name
"""A file that holds the password of that URL, as container platforms hand over secrets."""
ERP, CONTROL, DAGSTER = "erp", "control", "dagster"
OLDEST_VERSION = 14

_CREATE_LOCK = 7_350_514_296
"""Advisory lock: two processes that create databases take turns."""
_FIRST_WITH_BUILTIN_LOCALE = 170_000


@dataclass(frozen=True)
class Databases:
    """The databases of one server.

    Attributes:
        base_url: `postgresql://user:password@host:port/`.
        prefix: put before every name, so that test workers do not meet.
        options: what follows `?` in a URL, e.g. `sslmode=require`.
        maintenance: an existing database from which others are created.
    """

    base_url: str = field(repr=False)
    prefix: str = ""
    options: str = ""
    maintenance: str = "postgres"

    def url(self, name: str) -> str:
        """Plain libpq URL, as psycopg, psql and DuckDB want it."""
        return self._url("postgresql", self.real_name(name))

    def sqlalchemy_url(self, name: str) -> str:
        """For SQLAlchemy with psycopg 3."""
        return self._url("postgresql+psycopg", self.real_name(name))

    def dagster_url(self, name: str) -> str:
        """For dagster-postgres, which needs psycopg 2."""
        return self._url("postgresql+psycopg2", self.real_name(name))

    def connect(self, name: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
        """A new connection.

        Raises:
            InfrastructureError: no connection; without the password in its message.
        """
        return self._connect(self.real_name(name), autocommit=autocommit)

    def connect_server(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection to the maintenance database, in autocommit, for what concerns whole databases; raises as `connect`."""
        return self._connect(self.maintenance, autocommit=True)

    def ensure(self, name: str) -> None:
        """Create the database if it is absent: UTF-8, text sorted by code point. Safe when several processes do so at once.

        Raises:
            InfrastructureError: it is absent and cannot be created.
        """
        real = self.real_name(name)
        with self._connect(self.maintenance, autocommit=True) as connection:
            if _exists(connection, real):
                return
            try:
                connection.execute("SELECT pg_advisory_lock(%s)", (_CREATE_LOCK,))
                if not _exists(connection, real):
                    connection.execute(_create_statement(real, connection.info.server_version))
            except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
                raise InfrastructureError(
                    f"the database cannot be created: {error.diag.message_primary or type(error).__name__}",
                    where=self._where(real),
                    fix="create it by hand (UTF-8), or give the user the right CREATEDB",
                ) from None

    def check_version(self) -> None:
        """Raises BadInputError for a server older than PostgreSQL 14, InfrastructureError if it cannot be reached."""
        with self._connect(self.maintenance, autocommit=True) as connection:
            found = connection.info.server_version // 10_000
        if found < OLDEST_VERSION:
            raise BadInputError(
                f"PostgreSQL {found} is too old, {OLDEST_VERSION} or newer is needed",
                where=self._where(self.maintenance),
                fix=f"name a newer server in {URL_VARIABLE}, or unset it to use the embedded one",
            )

    def real_name(self, name: str) -> str:
        """What the server calls the database."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
            raise ValueError(f"not a database name: {name!r}")
        return self.prefix + name

    def _url(self, scheme: str, database: str) -> str:
        rest = self.base_url.removeprefix("postgresql")
        return f"{scheme}{rest}{database}" + (f"?{self.options}" if self.options else "")

    def _connect(self, database: str, *, autocommit: bool) -> psycopg.Connection[tuple[Any, ...]]:
        try:
            return connection_to(self._url("postgresql", database), autocommit=autocommit)
        except psycopg.OperationalError as error:
            said = self._without_password(str(error).strip())
        except psycopg.ProgrammingError:  # its text quotes parts of the URL
            said = "the URL or its options are malformed"
        raise InfrastructureError(
            f"no connection to the database: {said}",
            where=self._where(database),
            fix=f"check that the server runs and that {URL_VARIABLE} is right, or unset it to use the embedded server",
        )

    def _without_password(self, text: str) -> str:
        password = urlsplit(self.base_url).password
        for form in {password, unquote(password)} if password else set():
            text = text.replace(form, "***")
        return text

    def _where(self, database: str) -> str:
        return f"{urlsplit(self.base_url).netloc.rpartition('@')[2] or 'local socket'}/{database}"


def open_databases(home: Home) -> Databases:
    """The server named by `STORE2ERP_DATABASE_URL`, else the embedded one of this home, started if need be.

    Raises:
        BadInputError: the URL is not a PostgreSQL URL, its password file cannot be read, or the server is older than PostgreSQL 14.
        InfrastructureError: the server cannot be reached or started.
    """
    if url := os.environ.get(URL_VARIABLE):
        databases = _from_url(url)
        databases.check_version()
        return databases
    return Databases(start(home).base_url, options="sslmode=disable")


def _from_url(url: str) -> Databases:
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise BadInputError("not a PostgreSQL URL", where=URL_VARIABLE, fix="write postgresql://user:password@host:5432/postgres")
    try:
        parts = urlsplit(f"postgresql://{rest}")
        _ = parts.port
    except ValueError:
        parts = None  # its message would quote the URL
    if parts is None or parts.fragment:
        raise BadInputError(
            "the URL cannot be read", where=URL_VARIABLE, fix="percent-encode special characters of the password (@ / ? # %)"
        )
    return Databases(
        f"postgresql://{_with_password(parts.netloc)}/", options=parts.query, maintenance=unquote(parts.path.strip("/")) or "postgres"
    )


def _with_password(netloc: str) -> str:
    """`user@host` with the password of the file that is named for it; unchanged without one."""
    named = os.environ.get(PASSWORD_FILE_VARIABLE)
    user, at, host = netloc.rpartition("@")
    if not named:
        return netloc
    if not at or ":" in user:
        raise BadInputError(
            "the password is to come from a file, but the URL has one already, or no user",
            where=URL_VARIABLE,
            fix=f"write postgresql://user@host:5432/postgres, or unset {PASSWORD_FILE_VARIABLE}",
        )
    try:
        password = Path(named).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(
            "the file with the database's password cannot be read", where=f"{PASSWORD_FILE_VARIABLE}={named}", fix="name a readable file"
        ) from error
    return f"{user}:{quote(password, safe='')}@{host}"


def _exists(connection: psycopg.Connection[tuple[Any, ...]], database: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None


def _create_statement(database: str, server_version: int) -> sql.Composed:
    builtin = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'" if server_version >= _FIRST_WITH_BUILTIN_LOCALE else ""
    options = sql.SQL(f"TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' {builtin}")
    return sql.SQL("CREATE DATABASE {} ").format(sql.Identifier(database)) + options
