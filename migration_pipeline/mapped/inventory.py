"""Mapping stock: ERP item and warehouse; equal ones are added up, never picked."""

from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import INVENTORY
from migration_pipeline.contracts.money import quotient
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows
from migration_pipeline.mapped.item_status import with_stock_of_deleted
from migration_pipeline.mapped.lengths import fitting, fitting_reference
from migration_pipeline.mapped.records import MappedTable, references
from migration_pipeline.mapped.unknown_products import without_unknown

_KEY = ["warehouse", "erp_key"]


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP table opening_stock; the value is the exact sum, the unit cost of folded rows follows from it."""
    mapped = MappedTable(INVENTORY.table("stock"), cleaned.tables["stock"])
    item = references(context, "products", mapped.rows["product_code"])
    mapped = without_unknown(mapped.having(erp_key=item), mapped.rows.loc[item.isna(), "product_code"], context)
    mapped = mapped.without(~mapped.rows["warehouse"].isin(context.warehouses), "unknown_warehouse", detail="warehouse")
    mapped = fitting(mapped, context, "opening_stock", {"warehouse_code": "warehouse", "item_code": "erp_key"})
    mapped = fitting_reference(mapped, context, "products", "item_code", "erp_key")
    mapped = with_stock_of_deleted(mapped, context)
    rows = mapped.rows
    folded = rows.groupby(_KEY, sort=False).agg(
        quantity=("quantity", "sum"), value=("value", "sum"), unit_cost=("unit_cost", "first"), n=("erp_key", "size")
    )
    folded = folded.reset_index()
    stock = erp_rows(
        "opening_stock",
        {
            "store_code": context.store,
            "warehouse_code": folded["warehouse"],
            "item_code": folded["erp_key"],
            "quantity": folded["quantity"],
            "unit_cost": _unit_cost(folded),
            "value": folded["value"],
        },
        folded.index,
    )
    later = rows.duplicated(_KEY)
    keyed = mapped.having(erp_key=rows["warehouse"] + "|" + rows["erp_key"])
    return {"opening_stock": stock}, {"stock": keyed.without(later, "folded_stock", target_key=keyed.rows["erp_key"])}


def _unit_cost(folded: pd.DataFrame) -> "pd.Series[Any]":
    """The average cost of folded rows, to 4 places; the first row's own cost where nothing was folded, nothing is there or it is absurd."""
    own = (folded["n"] == 1) | (folded["quantity"] == 0)
    if own.all():
        return folded["unit_cost"]
    average = quotient(folded.loc[~own, "value"], folded.loc[~own, "quantity"], 4)
    return folded["unit_cost"].where(own, average.reindex(folded.index)).fillna(folded["unit_cost"])
