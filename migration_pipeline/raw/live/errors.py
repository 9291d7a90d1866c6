"""What a database says, as an error of ours: is it there, would a retry help, what to do; never a password or a value.

Belongs here: translating. Does not belong here: deciding what to ask the database.
"""

from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError

from migration_pipeline.runtime.errors import BadInputError, InfrastructureError, Store2erpError

_MYSQL_TRANSIENT = frozenset({1040, 1042, 1053, 1077, 1159, 1161, 1205, 1213, 1317, 1927, 1969, 3024, 4031})
_SQLITE_TRANSIENT = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_CANTOPEN")
_READ_ONLY = frozenset({"25006", 1792, "SQLITE_READONLY"})
_SHOWN = 300


def address(url: URL) -> str:
    """The URL as errors show it: without password and options."""
    return url.set(query={}).render_as_string(hide_password=True)


def connect_error(error: DBAPIError, url: URL) -> InfrastructureError:
    """The server could not be reached, or did not let us in."""
    return InfrastructureError(
        f"no connection to the database: {_said(error, url)}",
        where=address(url),
        fix="check that the server runs and can be reached from here, and user and password",
    )


def translated(error: DBAPIError, url: URL) -> Store2erpError:
    """An error on an open connection: InfrastructureError if a retry may help, else BadInputError."""
    said = _said(error, url)
    if _code(error) in _READ_ONLY or "ORA-01456" in said:
        return BadInputError(
            "the query wants to write; a source is only ever read", where=address(url), fix="write a SELECT that changes nothing"
        )
    if _is_transient(error, url):
        return InfrastructureError(
            f"the database stopped answering: {said}", where=address(url), fix="run again; nothing of this reading was kept"
        )
    return BadInputError(
        f"the database refuses to read this: {said}", where=address(url), fix="correct table: or query:, or give the user the right to read"
    )


def _is_transient(error: DBAPIError, url: URL) -> bool:
    if error.connection_invalidated:
        return True
    code = _code(error)
    if url.get_backend_name() in {"mysql", "mariadb"} and isinstance(code, int):
        return code in _MYSQL_TRANSIENT or not 1000 <= code < 2000
    if isinstance(code, str) and code.startswith("SQLITE_"):
        return code.startswith(_SQLITE_TRANSIENT)
    return isinstance(error, OperationalError | InterfaceError)


def _code(error: DBAPIError) -> object:
    cause: Any = error.orig
    named = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return named or next(iter(getattr(cause, "args", ())), None)


def _said(error: DBAPIError, url: URL) -> str:
    """One line; a DataError quotes cell values, so it is only named."""
    if isinstance(error, DataError):
        return "a value cannot be converted as the query demands"
    cause: Any = error.orig
    words = getattr(getattr(cause, "diag", None), "message_primary", None) or " ".join(map(_plain, getattr(cause, "args", ())))
    line = " ".join((words or type(cause).__name__).split())[:_SHOWN]
    return line.replace(url.password, "***") if url.password else line


def _plain(part: object) -> str:
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)
