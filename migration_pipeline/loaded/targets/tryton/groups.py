"""Which part of Tryton holds which table.

Belongs here: that list, and the tables that set-up fills. Does not belong here: how rows are held (`parties.py` ...).
"""

from collections.abc import Sequence

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.targets.tryton.attachments import ATTACHED
from migration_pipeline.loaded.targets.tryton.balances import BALANCES
from migration_pipeline.loaded.targets.tryton.cards import CARDS
from migration_pipeline.loaded.targets.tryton.opening_stock import OPENING_STOCK
from migration_pipeline.loaded.targets.tryton.parties import PARTIES
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.prices import PRICES_OF_STORES
from migration_pipeline.loaded.targets.tryton.products import BARCODES, ITEMS
from migration_pipeline.loaded.targets.tryton.rows import Key, Row, by_key

GROUPS = (PARTIES, CARDS, ITEMS, BARCODES, PRICES_OF_STORES, BALANCES, OPENING_STOCK, *ATTACHED)
"""Every group, those that others refer to first."""
GROUP_OF = {table: group for group in GROUPS for table in group.tables}
"""Table -> the group that holds it."""


def read_rows(place: Place, table: str, store: str | None = None, keys: Sequence[Key] | None = None) -> dict[Key, Row]:
    """Rows of any table by key: all, of one store, or those with these keys.

    Raises:
        ValueError: a store was given for a table that all stores share.
    """
    if store is not None and "store_code" not in ERP_TABLES[table].column_names:
        raise ValueError(f"ERP table {table} is shared by all stores")
    if keys is not None and not keys:
        return {}
    if table in GROUP_OF:
        return GROUP_OF[table].read(place, table, store, keys)
    return _set_up_rows(place, table, store)


def _set_up_rows(place: Place, table: str, store: str | None) -> dict[Key, Row]:
    company = place.company
    code = company["party."]["code"]
    rows: dict[str, list[Row]] = {
        "company": [{"company_code": code, "name": company["party."]["name"], "currency": company["currency."]["code"]}],
        "store": [{"store_code": of, "company_code": code, "name": found.name} for of, found in place.some_stores(store).items()],
        "warehouse": [
            {"store_code": of, "warehouse_code": warehouse, "name": name}
            for of, found in place.some_stores(store).items()
            for warehouse, name in found.location_names.items()
        ],
        "unit": [{"unit_code": unit} for unit in place.units],
    }
    return by_key(table, rows[table])
