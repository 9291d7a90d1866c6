"""Parquet, and with it the snapshots of live tables, read by DuckDB, apart from `raw`'s Arrow.

Belongs here: every column as text. Does not belong here: other formats.
"""

from contextlib import closing

import duckdb
import pyarrow as pa

from migration_pipeline.reconciled.archived_input import ArchivedInput, as_path


def parquet_table(file: ArchivedInput) -> pa.Table:
    """All columns as text (decimals and dates exact, booleans true and false; nested values and binary as DuckDB writes them).

    Raises:
        duckdb.Error: the file is no Parquet, or damaged.
    """
    query = "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(?, hive_partitioning := false)"
    with as_path(file) as path, closing(duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})) as connection:
        table: pa.Table = connection.sql(query, params=[str(path)]).to_arrow_table()
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
