"""From the `url:` of an input to a connection: parts and passwords filled in, the driver chosen, nothing secret shown.

Belongs here: addresses, drivers, opening and closing. Does not belong here: transactions (`transaction.py`), what went wrong on an
open connection (`errors.py` translates it).
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live.errors import address, connect_error, translated
from migration_pipeline.runtime.errors import BadInputError

DRIVERS: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": "postgresql+psycopg",
        "mysql": "mysql+pymysql",
        "mariadb": "mariadb+pymysql",
        "mssql": "mssql+pymssql",
        "oracle": "oracle+oracledb",
        "sqlite": "sqlite+pysqlite",
    }
)
"""Kind of database -> the one driver whose values are known to be exact."""
_EXTRAS: Mapping[str, str] = MappingProxyType({"mariadb": "mysql"})
_OPTIONS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "postgresql": {"connect_timeout": 10},
        "mysql": {"connect_timeout": 10},
        "mariadb": {"connect_timeout": 10},
        "mssql": {"login_timeout": 15},
    }
)
_PART = re.compile(r"\$\{(?P<variable>\w+)\}|\{(?P<part>\w+)\}")


def resolve_url(spec: InputSpec, connection: Mapping[str, str], where: str) -> URL:
    """The address an input means.

    `{name}` becomes a part of the store's `connection:`, `${VAR}` an environment variable (percent-encoded where it is a user or
    password, so that a password may hold any character).

    Raises:
        BadInputError: a part or variable is not there, the URL cannot be read, or its kind of database or driver is unknown.
    """
    template = spec.url or ""
    login_end = template.rfind("@")

    def filled(match: re.Match[str]) -> str:
        if name := match["part"]:
            if name not in connection:
                raise BadInputError(f"the url needs {name!r}", where=where, fix=f"write {name}: under connection: of the store")
            return connection[name]
        if (value := os.environ.get(match["variable"])) is None:
            raise BadInputError(f"the environment variable {match['variable']} is not set", where=where, fix="set it, then run again")
        return quote(value, safe="") if match.start() < login_end else value

    return _url(_PART.sub(filled, template), where)


def _url(text: str, where: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # their texts would quote the URL
        raise BadInputError("the url cannot be read", where=where, fix="write kind://user:${PASSWORD}@host:port/database") from None
    kind, _, driver = url.drivername.partition("+")
    kind = {"postgres": "postgresql"}.get(kind, kind)
    if kind not in DRIVERS:
        raise BadInputError(f"{kind}: is no known kind of database", where=where, fix=f"write one of {', '.join(DRIVERS)}")
    if driver and f"{kind}+{driver}" != DRIVERS[kind]:
        raise BadInputError(f"the driver {driver} is not supported", where=where, fix=f"write {kind}:// only")
    return url.set(drivername=DRIVERS[kind])


@contextmanager
def connected(url: URL) -> Iterator[Connection]:
    """A connection that is rolled back and closed at the end; errors of the database inside the block are translated.

    Raises:
        BadInputError: the driver is not installed, or the database refuses what is asked.
        InfrastructureError: the server cannot be reached, refuses the login or goes away.
    """
    engine = _engine(url)
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise connect_error(error, url) from None
    try:
        with connection:
            yield connection
    except DBAPIError as error:
        raise translated(error, url) from None
    finally:
        engine.dispose()


def _engine(url: URL) -> Engine:
    kind = url.get_backend_name()
    options = {name: value for name, value in _OPTIONS.get(kind, {}).items() if name not in url.query}
    try:
        return create_engine(_read_only_file(url), poolclass=NullPool, connect_args=options, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise BadInputError(
            f"the driver {error.name} is not installed", where=address(url), fix=f"install store2erp[{_EXTRAS.get(kind, kind)}]"
        ) from error


def _read_only_file(url: URL) -> URL:
    """SQLite would make a file that is not there."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    return url.set(database=Path(url.database).resolve().as_uri()).update_query_dict({"mode": "ro", "uri": "true"})
