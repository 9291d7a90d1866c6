"""A small store's five datasets, mapped and ready to load; the same store, size and version always give the same rows.

Belongs here: making them (`chaos_tables.sql`). Does not belong here: loading (`one_load.py`).
"""

from pathlib import Path

import duckdb
import pandas as pd

from migration_pipeline.contracts.cross_rules import key_text
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import ERP_TABLES, tables_of
from migration_pipeline.contracts.ledger import LEDGER_DTYPES, joined
from migration_pipeline.contracts.money import decimal_dtype, zeros
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline_tests.benchmarks.load_tables import frame_of

STORES = ("S1", "S2")
_SQL = Path(__file__).with_suffix(".sql")
_MONEY = {"supplier_balance": "balance", "opening_stock": "value", "ticket": "total", "ticket_line": "amount", "payment": "amount"}


def mapped_store(store: str, lines: int, version: int) -> dict[str, StageOutput]:
    """Dataset -> its mapped rows and the ledger that waits for the load; `lines` sale lines, version 1 or (changed and more rows) 2."""
    made = duckdb.connect()
    for name, value in {"store": f"'{store}'", "lines": lines, "version": version}.items():
        made.execute(f"SET VARIABLE {name} = {value}")
    made.execute(_SQL.read_text(encoding="utf-8"))
    frames = {name: frame_of(made, name) for name, table in ERP_TABLES.items() if table.dataset}
    return {name: _output(name, {table.name: frames[table.name] for table in tables_of(name)}) for name in DATASETS}


def _output(dataset: str, frames: dict[str, pd.DataFrame]) -> StageOutput:
    sources = [(table.name, table.erp_table) for table in DATASETS[dataset].tables if table.erp_table in frames]
    return StageOutput("chaos", {**frames, PENDING: joined([_pending(name, erp, frames[erp]) for name, erp in sources])})


def _pending(source: str, erp: str, frame: pd.DataFrame) -> pd.DataFrame:
    money = frame[_MONEY[erp]].astype(decimal_dtype(2)) if erp in _MONEY else zeros(frame.index, 2)
    words = {"table": source, "outcome": "loaded", "reason": "loaded", "stage": "loaded", "detail": ""}
    ledger = pd.DataFrame({**dict.fromkeys(LEDGER_DTYPES, ""), **words}, index=frame.index)
    ledger = ledger.assign(
        row_id=[f"{source}.csv:{n}" for n in range(len(frame))],
        target_key=key_text(ERP_TABLES[erp], frame),
        money=money,
        quantity=zeros(frame.index, 3),
        points=zeros(frame.index, 2),
    )
    return ledger.astype(LEDGER_DTYPES)
