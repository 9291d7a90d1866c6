"""The one place through which rows are written to the PostgreSQL target: every write is logged with its row count.

Belongs here: executing and counting writes. Does not belong here: which statement (`postgres_merge.py`, `postgres.py`), values of rows.
"""

import logging
from collections.abc import Mapping
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

from migration_pipeline.runtime.bulk_copy import copy_in

Cursor = psycopg.Cursor[tuple[Any, ...]]
LOG = logging.getLogger(__name__)


def write(
    cursor: psycopg.Cursor[tuple[Any, ...]], what: str, statement: sql.SQL | sql.Composed, values: Mapping[str, object] | None = None
) -> int:
    """Run one writing statement; returns the number of rows it wrote (0 for DDL)."""
    cursor.execute(statement, values)
    rows = max(cursor.rowcount, 0)
    LOG.debug("%s: %d rows written", what, rows)
    return rows


def write_copy(cursor: Cursor, what: str, table: sql.Composable, rows: pa.Table) -> int:
    """COPY rows into a table.

    Raises:
        RuntimeError: PostgreSQL counted other rows than were sent.
    """
    copied = copy_in(cursor, table, rows)
    LOG.debug("%s: %d rows copied", what, copied)
    if copied != rows.num_rows:
        raise RuntimeError(f"{what}: {rows.num_rows} rows sent, {copied} arrived")
    return copied
