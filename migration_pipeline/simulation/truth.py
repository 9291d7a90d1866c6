"""The ground truth: what must become of every source row, and what the ERP must hold in the end.

Belongs here: recording and writing the truth. Does not belong here: deciding it (`defects.py`, `settle.py`).
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.simulation.model import Row, fixed

_COLUMNS = ("store", "dataset", "table", "row_id", "reason")
_PLANTED = ("kind", "store", "dataset", "table", "row_id", "finds")
_SCALES = {"money": 2, "quantity": 3, "points": 2}


@dataclass
class Ledger:
    """One entry per written source row, column by column; measures as integers in units of their last decimal."""

    columns: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    measures: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in _SCALES})
    plants: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, store: str, dataset: str, table: str, row_id: str, row: Row) -> None:
        """Record where one source row must end."""
        for name, value in zip(_COLUMNS, (store, dataset, table, row_id, row.reason), strict=True):
            self.columns[name].append(value)
        for name, number in zip(_SCALES, (row.money, row.quantity, row.points), strict=True):
            self.measures[name].append(number)
        if row.defect:
            self.plants.append((row.defect, store, dataset, table, row_id, row.finds))

    def planted(self) -> pa.Table:
        """One row per planted defect: kind, store, dataset, table, row_id, finds (the reason it must be found under)."""
        columns = zip(*self.plants, strict=True) if self.plants else [()] * len(_PLANTED)
        return pa.table({name: pa.array(values, pa.string()) for name, values in zip(_PLANTED, columns, strict=True)})

    def as_table(self) -> pa.Table:
        """store, dataset, table, row_id, outcome, reason as text; money (18,2), quantity (18,3), points (18,2) as decimals."""
        arrays = {name: pa.array(values, pa.string()) for name, values in self.columns.items()}
        reasons = arrays.pop("reason")
        outcomes = {code: str(reason.outcome) for code, reason in REASONS.items()}
        arrays["outcome"] = pa.array([outcomes[code] for code in self.columns["reason"]], pa.string())
        arrays["reason"] = reasons
        for name, scale in _SCALES.items():
            exact = [Decimal(value).scaleb(-scale) for value in self.measures[name]]
            arrays[name] = pa.array(exact, pa.decimal128(18, scale))
        return pa.table(arrays)

    def per_table(self) -> list[dict[str, object]]:
        """Per store x dataset x table: source rows, outcomes per reason, totals of the measures as decimal strings."""
        reasons: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        keys = zip(self.columns["store"], self.columns["dataset"], self.columns["table"], strict=True)
        numbers = zip(*self.measures.values(), strict=True)
        for key, reason, values in zip(keys, self.columns["reason"], numbers, strict=True):
            reasons[key][reason] += 1
            sums[key] = [a + b for a, b in zip(sums[key], values, strict=True)]
        return [_table_entry(key, reasons[key], sums[key]) for key in reasons]


def _table_entry(key: tuple[str, str, str], reasons: Counter[str], sums: list[int]) -> dict[str, object]:
    store, dataset, table = key
    totals = {name: fixed(value, scale) for (name, scale), value in zip(_SCALES.items(), sums, strict=True)}
    rows = {"source_rows": reasons.total(), "outcomes": dict(sorted(reasons.items()))}
    return {"store": store, "dataset": dataset, "table": table, **rows, **totals}


@dataclass(frozen=True)
class ChainTruth:
    """What a migration of the simulated chain must come to.

    Attributes:
        tables: see `Ledger.per_table`.
        golden: `products`, `suppliers`, `members` -> records, each with `id` and `keys` (store, source key), owner first.
        erp: expected rows per ERP thing, and totals as decimal strings.
        outcomes: one row per source row, see `Ledger.as_table`.
        plants: one row per planted defect of a kind, see `Ledger.planted`; the demo has none.
    """

    seed: int
    size: str
    stores: list[str]
    tables: list[dict[str, object]]
    golden: dict[str, list[dict[str, object]]]
    erp: dict[str, object]
    outcomes: pa.Table
    plants: pa.Table

    def write(self, folder: Path) -> None:
        """Write `truth.json`, `outcomes.parquet` and, if there is any defect in it, `plants.parquet`."""
        folder.mkdir(parents=True, exist_ok=True)
        parts = {name: getattr(self, name) for name in ("seed", "size", "stores", "tables", "golden", "erp")}
        (folder / "truth.json").write_text(json.dumps(parts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pq.write_table(self.outcomes, folder / "outcomes.parquet")
        if len(self.plants):
            pq.write_table(self.plants, folder / "plants.parquet")
