"""A store system that exports plain CSV under the canonical names, with every column that a defect may sit in.

Belongs here: its files, and how a project reads them. Does not belong here: how a CSV is written (`delimited.py`).
"""

from pathlib import Path

from migration_pipeline.simulation.catalogue import CATEGORIES
from migration_pipeline.simulation.model import Row, StoreData
from migration_pipeline.simulation.one_defect import DATASET_OF, columns_of
from migration_pipeline.simulation.truth import Ledger
from migration_pipeline.simulation.writers.delimited import Dialect, Layout, write_csv

_OF_THE_CHAIN = {
    "suppliers": "supplier_code name contact phone address tax_id balance updated_at",
    "products": "product_code barcode name category brand spec unit sell_price cost_price member_price tax_rate supplier_code weighed "
    "status updated_at",
    "members": "member_code name phone gender birthday address tier points stored_principal stored_bonus opened_on status updated_at",
    "stock": "product_code warehouse quantity unit_cost",
    "tickets": "ticket_no sold_at terminal cashier member_code kind status original_ticket_no total rounding",
    "lines": "ticket_no line_no product_code quantity unit_price amount discount",
    "payments": "ticket_no payment_no method amount",
}


def of_the_chain(table: str) -> list[str]:
    """The columns that rows of the chain have, whatever the system."""
    return _OF_THE_CHAIN.get(table, "").split()


def columns(table: str) -> list[str]:
    """Those, and the ones that only defects fill: what the one-defect store has besides."""
    return list(dict.fromkeys([*of_the_chain(table), *columns_of(table)]))


def source() -> dict[str, object]:
    """The source of a project that reads such stores."""
    datasets: dict[str, dict[str, object]] = {}
    for table, dataset in DATASET_OF.items():
        datasets.setdefault(dataset, {})[table] = {"inputs": [table], "columns": {name: name for name in columns(table)}}
    return {
        "inputs": {table: {"format": "csv", "file": f"{table}.csv"} for table in DATASET_OF},
        "datasets": datasets,
        "known": {"category": list(CATEGORIES)},
        "weighed_barcodes": [{"prefix": "20", "layout": "FFPPPPPWWWWWC"}],
    }


def write(data: StoreData, folder: Path, ledger: Ledger) -> None:
    """Write `<table>.csv` of every table (those nobody has rows for: the header alone) and record every row."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[Row]] = {
        "suppliers": data.suppliers, "products": data.products, "members": data.members, "stock": data.stock,
        "tickets": data.headers(), "lines": data.lines(), "payments": data.payments(), **data.extra,
    }  # fmt: skip
    dialect = Dialect("utf-8", {}, lambda _field, text, _line: text)
    for table, dataset in DATASET_OF.items():
        layout = Layout(dataset, table, f"{table}.csv", tuple((name, name) for name in columns(table)))
        write_csv(folder, layout, dialect, rows.get(table, []), data.plan.id, ledger)
