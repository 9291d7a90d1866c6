"""What is measured of each table besides its rows, and the names of these metrics.

Belongs here: names, as data. Does not belong here: measuring (`reconciled/`).
"""

from types import MappingProxyType

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.ledger import MEASURES

APART = MappingProxyType(
    {"members": ("stored_principal", "stored_bonus"), "products": ("sell_price", "cost_price", "member_price")},
)
"""Table -> columns that are summed on their own: the two parts of stored value, the price list."""


def measures_of(table: Table) -> tuple[str, ...]:
    """`rows`, the conserved measures the table has, and what is summed apart."""
    return ("rows", *(measure for measure in MEASURES if getattr(table, measure)), *APART.get(table.name, ()))


def metrics() -> tuple[str, ...]:
    """Every metric of every table, as `lines.money`."""
    return tuple(f"{table.name}.{measure}" for dataset in DATASETS.values() for table in dataset.tables for measure in measures_of(table))
