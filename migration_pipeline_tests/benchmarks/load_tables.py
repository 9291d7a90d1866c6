"""Mapped sales to measure loading with, and the ERP they are loaded into; the same number of lines always gives the same rows.

Belongs here: making both (`load_tables.sql`). Does not belong here: measuring (`bench_load.py`).
"""

from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.ledger import LEDGER_DTYPES
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.protocol import Batch, CompanyRow, StoreRow
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.loaded.targets.postgres_merge import arrow_schema
from migration_pipeline.runtime.bulk_copy import house_frame

STORE = "S1"
_SQL = Path(__file__).with_suffix(".sql")


def prepare_erp(target: PostgresTarget) -> None:
    """Set-up, items and members: what sales refer to."""
    target.prepare(CompanyRow("C1", "Company", "CNY"), [StoreRow(STORE, "Store", {"MAIN": "Main"})], VOCABULARIES["unit"])
    made = _made(0)
    for table in ("item", "member"):
        target.load_batch(Batch(table, "setup", STORE, ERP_TABLES[table].dataset or ""), {table: frame_of(made, table)})


def mapped_sales(lines: int) -> StageOutput:
    """So many sale lines with their tickets and payments, waiting to be loaded."""
    made = _made(lines)
    frames = {name: frame_of(made, name) for name in ("ticket", "ticket_line", "payment")}
    ledger: pd.DataFrame = made.table("ledger").df()
    return StageOutput("bench", {**frames, PENDING: ledger[list(LEDGER_DTYPES)].astype(LEDGER_DTYPES)})


def _made(lines: int) -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(f"SET VARIABLE lines = {lines}")
    made.execute(_SQL.read_text(encoding="utf-8"))
    return made


def frame_of(made: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A frame of an ERP table; columns that were not made are missing, or 0 where they must not be."""
    table, found = ERP_TABLES[name], made.table(name).to_arrow_table()
    columns = []
    for column, field in zip(table.columns, arrow_schema(table), strict=True):
        if column.name in found.column_names:
            columns.append(found[column.name].cast(field.type))
        else:
            nothing = pa.nulls(found.num_rows, field.type)
            columns.append(nothing if column.nullable else nothing.fill_null(Decimal(0)))
    return house_frame(pa.table(columns, schema=arrow_schema(table)))
