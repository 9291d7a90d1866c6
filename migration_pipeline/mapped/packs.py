"""Mapping packs: per store how many of an item's base unit a pack holds, its barcode and its price.

Belongs here: the ERP table item_pack. Does not belong here: items (`products.py`), what a ratio may be (`cleaned/packs.py`),
rows that name a pack (`pack_units.py`).
"""

import pandas as pd

from migration_pipeline.contracts.barcodes import canonical_gtin
from migration_pipeline.contracts.datasets import PRODUCTS
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows
from migration_pipeline.mapped.lengths import fitting, fitting_reference
from migration_pipeline.mapped.pack_units import remember_packs
from migration_pipeline.mapped.records import MappedTable, references, with_erp_words
from migration_pipeline.mapped.unknown_products import without_unknown

_PLACE = ["item", "unit"]


def packs_to_erp(cleaned: pd.DataFrame, context: MappingContext) -> tuple[pd.DataFrame, MappedTable]:
    """Rows of item_pack; of several source codes of one item the ratios must agree, and the first counts."""
    mapped = with_erp_words(MappedTable(PRODUCTS.table("packs"), cleaned), context)
    mapped = mapped.having(written=canonical_gtin(mapped.rows["barcode"]).fillna(mapped.rows["barcode"]))
    item = references(context, "products", mapped.rows["product_code"])
    mapped = without_unknown(mapped.having(erp_key=item), mapped.rows.loc[item.isna(), "product_code"], context)
    mapped = fitting(mapped, context, "item_pack", {"unit_code": "unit", "barcode": "written", "item_code": "erp_key"})
    mapped = fitting_reference(mapped, context, "products", "item_code", "erp_key")
    rows = mapped.rows.assign(item=mapped.rows["erp_key"], erp_key=mapped.rows["erp_key"] + "|" + mapped.rows["unit"])
    mapped = mapped.with_rows(rows).without(rows.groupby(_PLACE)["ratio"].transform("nunique") > 1, "pack_conflict", detail="ratio")
    rows = mapped.rows
    mapped = mapped.without(rows.duplicated(_PLACE), "same_record", target_key=rows["erp_key"])
    remember_packs(mapped.rows, context)
    return _pack_rows(mapped.rows, context.store), mapped


def _pack_rows(rows: pd.DataFrame, store: str) -> pd.DataFrame:
    """In-store codes stay as they are: the table is the store's own."""
    columns: dict[str, object] = {
        "store_code": store,
        "item_code": rows["item"],
        "unit_code": rows["unit"],
        "ratio": rows["ratio"],
        "barcode": rows["written"],
        "sell_price": rows["sell_price"],
    }
    return erp_rows("item_pack", columns, rows.index)
