"""One shop as untouched CSV files, its ledger as cleaning would write it, and an ERP in memory that holds it.

Belongs here: the shop. Does not belong here: what is found in it (`test_group_rung.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from migration_pipeline.contracts.correction_amounts import CorrectionAmount
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import column_named, erp_table
from migration_pipeline.contracts.ledger import LEDGER_DTYPES
from migration_pipeline.contracts.stage_output import StageOutput, empty_changes
from migration_pipeline.loaded.targets.tryton.rows import by_key, frame_of
from migration_pipeline.loaded.targets.tryton.totals import grouped_totals
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import InputSpec, SourceSpec, TableSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.compare_shared import Said
from migration_pipeline.reconciled.group_rung import Compared, GroupRung, Surroundings, group_rung
from migration_pipeline.reconciled.source_rows import StoreSource
from migration_pipeline.reconciled.source_select import database
from migration_pipeline.reconciled.source_totals import take_all

Archive = Callable[..., ArchivedInput]
STORE = StoreSpec(id="S1", source="shop")
FILES = {
    "products": "code,name,cat,tax,price\nA,Cola,drinks,13,3.50\nB,Rice,food,9%,20\n",
    "members": "card,tier,pts,principal,bonus\nM1,gold,10,100,20\nM2,,5,7,0\n",
    "tickets": "no,time,total\nT1,2026-01-02 10:00:00,23.50\nT2,2026-01-03 01:30:00,3.50\nT3,2026年1月5日 9:00,20.00\n",
    "lines": "no,item,qty,amount\nT1,A,1,3.50\nT1,B,1,20.00\nT2,A,1,3.50\nT3,B,1,20.00\n",
    "payments": "no,way,amount\nT1,现金,3.50\nT1,微信,20.00\nT2,现金,3.50\nT3,微信,20.00\n",
}
_COLUMNS = {
    "products": {"product_code": "code", "name": "name", "category": "cat", "tax_rate": "tax", "sell_price": "price"},
    "members": {"member_code": "card", "tier": "tier", "points": "pts", "stored_principal": "principal", "stored_bonus": "bonus"},
    "tickets": {"ticket_no": "no", "sold_at": "time", "total": "total"},
    "lines": {"ticket_no": "no", "product_code": "item", "quantity": "qty", "amount": "amount"},
    "payments": {"ticket_no": "no", "method": "way", "amount": "amount"},
}
_DATASET = {"products": "products", "members": "members", "tickets": "sales", "lines": "sales", "payments": "sales"}
_TARGETS = {
    "products": ["A", "B"],
    "members": ["M1", "M2"],
    "tickets": ["T1", "T2", "T3"],
    "lines": ["T1|1", "T1|2", "T2|1", "T3|1"],
    "payments": ["T1|1", "T1|2", "T2|1", "T3|1"],
}
_SHARES = {
    "products": [{}, {}],
    "members": [{"money": "120", "points": "10"}, {"money": "7", "points": "5"}],
    "tickets": [{"money": "23.50"}, {"money": "3.50"}, {"money": "20.00"}],
    "lines": [{"money": m, "quantity": "1"} for m in ("3.50", "20.00", "3.50", "20.00")],
    "payments": [{"money": m} for m in ("3.50", "20.00", "3.50", "20.00")],
}
Rows = dict[str, list[dict[str, Any]]]


def erp_rows() -> Rows:
    """The ERP as it should be; the day begins at 04:00, so that T2 belongs to the 2nd."""
    mine = {"store_code": "S1"}
    days = {"T1": "2026-01-02", "T2": "2026-01-02", "T3": "2026-01-05"}
    totals = {"T1": "23.50", "T2": "3.50", "T3": "20.00"}
    sold = [
        ("T1", 1, "A", "3.50", "13.00"),
        ("T1", 2, "B", "20.00", "9.00"),
        ("T2", 1, "A", "3.50", "13.00"),
        ("T3", 1, "B", "20.00", "9.00"),
    ]
    paid = [("T1", 1, "cash", "3.50"), ("T1", 2, "wechat", "20.00"), ("T2", 1, "cash", "3.50"), ("T3", 1, "wechat", "20.00")]
    return {
        "item": [
            {"item_code": "A", "name": "Cola", "category": "drinks", "tax_rate": "13"},
            {"item_code": "B", "name": "Rice", "category": "food", "tax_rate": "9"},
        ],
        "item_price": [mine | {"item_code": "A", "sell_price": "3.50"}, mine | {"item_code": "B", "sell_price": "20"}],
        "member": [{"member_code": "M1", "tier": "gold"}, {"member_code": "M2"}],
        "member_balance": [
            mine | {"member_code": "M1", "points": "10", "stored_principal": "100", "stored_bonus": "20"},
            mine | {"member_code": "M2", "points": "5", "stored_principal": "7", "stored_bonus": "0"},
        ],
        "ticket": [mine | {"ticket_no": no, "business_date": day, "total": totals[no], "rounding": "0"} for no, day in days.items()],
        "ticket_line": [
            mine | {"ticket_no": no, "line_no": n, "item_code": item, "quantity": "1", "amount": amount, "tax_rate": tax}
            for no, n, item, amount, tax in sold
        ],
        "payment": [mine | {"ticket_no": no, "payment_no": n, "method": way, "amount": amount} for no, n, way, amount in paid],
    }


@dataclass(frozen=True)
class Erp:
    """An ERP in memory: the reading half of a target."""

    rows: Rows = field(default_factory=erp_rows)

    def grouped_totals(self, table: str, store: str | None, by: Sequence[str]) -> pd.DataFrame:
        described = erp_table(table)
        referred = {reference.table for reference, _ in (column_named(described, name) for name in by) if reference}
        return grouped_totals(described, self._held(table), by, {name: self._held(name) for name in referred})

    def read_back(self, table: str, store: str | None) -> pd.DataFrame:
        return frame_of(erp_table(table), self._held(table))

    def _held(self, table: str) -> dict[Any, Any]:
        return by_key(table, self.rows[table])


def source(specs: Mapping[str, TableSpec]) -> SourceSpec:
    """How the shop's files are read; `specs` in the place of the usual ones."""
    datasets: dict[str, dict[str, TableSpec]] = {}
    for table, columns in _COLUMNS.items():
        datasets.setdefault(_DATASET[table], {})[table] = specs.get(table) or TableSpec(inputs=(table,), columns=dict(columns))
    return SourceSpec(
        inputs={name: InputSpec(format="csv", file=f"{name}.csv") for name in FILES},
        datasets=datasets,
        value_maps={"payment_method": {"现金": "cash", "微信": "wechat"}},
        business_day={"cut_off": "04:00"},  # type: ignore[arg-type]
    )


def ledger(ended: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Every row loaded but those of `ended`: row id -> reason."""
    rows = []
    for table, targets in _TARGETS.items():
        for n, (target, shares) in enumerate(zip(targets, _SHARES[table], strict=True)):
            row_id = f"{table}.csv:{n + 2}"
            reason = (ended or {}).get(row_id, "loaded")
            outcome = "loaded" if reason == "loaded" else "excluded"
            amounts = {name: Decimal(shares.get(name, "0")) for name in ("money", "quantity", "points")}
            words = {"table": table, "row_id": row_id, "outcome": outcome, "reason": reason, "stage": "loaded", "detail": ""}
            rows.append(words | {"target_key": target if reason == "loaded" else ""} | amounts)
    return pd.DataFrame(rows).astype(LEDGER_DTYPES)


@dataclass(frozen=True)
class Shop:
    """The shop as it stands before it is compared; every part may be put in the place of another."""

    archive: Archive
    files: Mapping[str, str] = field(default_factory=lambda: dict(FILES))
    specs: Mapping[str, TableSpec] = field(default_factory=dict)
    erp: Rows = field(default_factory=erp_rows)
    ledger: pd.DataFrame = field(default_factory=ledger)
    tolerance: Mapping[str, Decimal] = field(default_factory=dict)
    corrections: Sequence[CorrectionAmount] = ()
    changes: pd.DataFrame = field(default_factory=empty_changes)
    said: Said = lambda table, keys: frame_of(erp_table(table), {})

    def compared(self, dataset: str) -> GroupRung:
        """What is found by groups."""
        spec = source(self.specs)
        inputs = {name: [self.archive(f"{name}.csv", text)] for name, text in self.files.items()}
        manifest = {name: [{"path": f"{name}.csv", "name": f"{name}.csv"}] for name in self.files}
        at = StoreSource(spec, STORE, inputs)
        loaded = StageOutput("e", {}, self.ledger[self.ledger["table"].isin(spec.datasets[dataset])], facts={"files": manifest})
        around = Surroundings(lambda: [at], lambda _: self.changes)
        both = Compared(DATASETS[dataset], at, loaded, Erp(self.erp), self.said, self.corrections, self.tolerance, around)
        with closing(database().cursor()) as connection:
            return group_rung(connection, take_all(connection, DATASETS[dataset], at), both)
