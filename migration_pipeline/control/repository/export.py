"""Whole tables of the control database as lines of JSON, all as of one moment.

Belongs here: which tables an auditor may have, reading them. Does not belong here: packing (`reconciled/evidence/`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from migration_pipeline.control.models_audit import AuditEntry
from migration_pipeline.runtime.database_errors import explained
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.sql_files import sql_text

PERSONAL = frozenset({"crosswalk", "identity", "target_change"})
"""Tables that hold personal data and never leave the database this way."""
AUDIT = AuditEntry.__tablename__
_AT_ONCE = 2000


@dataclass(frozen=True)
class ExportedTable:
    """One table: its name, the columns that name a row, and its rows, which can be read once."""

    name: str
    key: tuple[str, ...]
    rows: Callable[[], Iterator[bytes]]


def exported_names() -> list[str]:
    """All tables but those of persons."""
    return sorted(set(AuditEntry.metadata.tables) - PERSONAL)


@contextmanager
def exported_tables(databases: Databases) -> Iterator[Sequence[ExportedTable]]:
    """The tables as they were when this began, whoever writes meanwhile; by name.

    Raises:
        InfrastructureError: the server is not there, or goes away.
    """
    with explained(CONTROL), databases.connect(CONTROL) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
        yield [_table(connection, name) for name in exported_names()]


def _table(connection: psycopg.Connection[Any], name: str) -> ExportedTable:
    key = tuple(column.name for column in AuditEntry.metadata.tables[name].primary_key)
    chosen = sql.SQL(sql_text("evidence/audit_entry.sql")) if name == AUDIT else sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
    order = sql.SQL(", ").join(map(sql.Identifier, key))
    query = sql.SQL("SELECT row_to_json(t)::text FROM ({}) AS t ORDER BY {}").format(chosen, order)

    def rows() -> Iterator[bytes]:
        with connection.cursor("export", row_factory=tuple_row) as cursor:
            cursor.itersize = _AT_ONCE
            for (line,) in cursor.execute(query):
                yield line.encode()

    return ExportedTable(name, key, rows)
