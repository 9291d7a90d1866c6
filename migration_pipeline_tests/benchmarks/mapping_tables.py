"""Cleaned sales to measure mapping with, and the crosswalk they refer to, in a PostgreSQL of its own.

Belongs here: making both; the same number of lines always gives the same tables. Does not belong here: measuring (`bench_mapping.py`,
`one_map.py`).
"""

import json
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.lake import write_stage
from migration_pipeline_tests.benchmarks.cleaning_tables import SHARES, source, tables

STORE, ITEMS, MEMBERS = "S1", 20_000, 50_000
VALUE_MAPS = MappingProxyType({"payment_method": {"微信": "wechat", "支付宝": "alipay", "现金": "cash", "银联": "unionpay"}})
RATES = ("13.00", "9.00", "13.00", "0.00", "6.00")
COMPUTED = MappingProxyType(
    {
        "gross": 'round(number(quantity) * number(unit_price) - number(coalesce(discount, "0")), 2)',
        "tax": "round(tax(amount, 13), 2)",
        "batch": 'join("-", left(ticket_no, 5), pad(line_no, 3, "0"))',
    }
)
"""A product, a division and a text."""


def write_cleaned(folder: Path, lines: int) -> None:
    """Raw lines as `lines.parquet`, and the cleaned output of so many lines, with their tickets and payments, in a lake."""
    raw = tables("sales", round(lines / SHARES["lines"]))
    raw["lines"].to_parquet(folder / "lines.parquet")
    write_stage(folder, "cleaned", "sales", STORE, clean("sales", StageOutput("bench", raw), source("sales")))


def write_crosswalk(databases: Databases) -> None:
    """Every product of the lines and some more, one in fifty inactive; members of most tickets that have one."""
    upgrade(databases)
    _crosswalk(databases, "products", [f"P{n:08}" for n in range(ITEMS)], ("active",) * 49 + ("inactive",))
    _crosswalk(databases, "members", [f"80{n:08}" for n in range(MEMBERS)], ("active",))


def context(databases: Databases) -> MappingContext:
    """The context of the one store."""
    return MappingContext(STORE, "bench", (STORE,), VALUE_MAPS, CrosswalkRepository(databases))


def _crosswalk(databases: Databases, dataset: str, codes: list[str], statuses: tuple[str, ...]) -> None:
    about = [{"status": statuses[n % len(statuses)], "tax_rate": RATES[n % len(RATES)]} for n in range(len(codes))]
    fields = [json.dumps({**one, "updated_at": "2025-06-01"}) for one in about]
    frame = pd.DataFrame(
        {
            "source_key": pd.Series(codes, dtype="str"),
            "code_hint": pd.Series(codes, dtype="str"),
            "identities": pd.Series([[] for _ in codes], dtype=object),
            "updated_at": pd.Series(np.datetime64("2025-06-01", "us"), index=range(len(codes))),
            "fields": pd.Series(pa.array(fields), dtype="str"),
        }
    )
    CrosswalkRepository(databases).assign(dataset, STORE, "bench", frame)
    with databases.connect(CONTROL, autocommit=True) as connection:
        connection.execute("ANALYZE")
