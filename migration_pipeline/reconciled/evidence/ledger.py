"""Outcome ledgers as lines of JSON.

Belongs here: Parquet -> lines, keys of persons hashed. Does not belong here: where ledgers lie (`runtime/lake.py`), packing (`write.py`).
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from migration_pipeline.runtime.sql_files import sql_text

KEY = ("table", "row_id")
_AT_ONCE = 1 << 14


def ledger_lines(path: Path, secret: str = "") -> Iterator[bytes]:
    """The rows of a ledger in its order, in little memory however many there are.

    Args:
        path: its Parquet file.
        secret: what keys of persons are hashed with; empty: they stay.
    """
    with duckdb.connect(config={"threads": 1, "memory_limit": "256MB", "preserve_insertion_order": True}) as connection:
        connection.execute(sql_text("evidence/ledger.sql"), {"path": str(path), "secret": secret})
        while rows := connection.fetchmany(_AT_ONCE):
            for (line,) in rows:
                yield line.encode()
