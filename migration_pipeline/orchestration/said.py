"""What all stores say of company-wide records, in the shape of the ERP's tables.

Belongs here: putting what stores said into that shape. Does not belong here: comparing (`reconciled/compare_shared.py`).
"""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from migration_pipeline.contracts.erp import ErpTable, erp_table
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.mapped.address_parts import unpacked
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline.reconciled.compare_shared import Said
from migration_pipeline.runtime.lake import read_columns


def said_of(crosswalk: CrosswalkRepository, lake: Path, stores: Collection[str]) -> Said:
    """One row per source record of any store that has a say in one of the ERP keys; of a barcode the item that it belongs to.

    Args:
        crosswalk: what the records of all stores say.
        lake: where the mapped rows of company-wide tables lie that are no records of the crosswalk (coupons).
        stores: all of the project's.
    """

    def said(table: str, keys: pd.DataFrame) -> pd.DataFrame:
        described = erp_table(table)
        if table == "item_barcode":
            owners = crosswalk.identified("products", "gtin", keys["barcode"])
            return erp_rows(table, {"barcode": owners["value"], "item_code": owners["erp_key"]}, owners.index)
        if described.dataset is None:
            raise ValueError(f"no store says anything of {table}")
        if len(described.key) > 1:
            return _mapped(described, keys, lake, stores)
        return golden_rows(table, described.key[0], unpacked(crosswalk.contributions(described.dataset, keys[described.key[0]])))

    return said


def _mapped(table: ErpTable, keys: pd.DataFrame, lake: Path, stores: Collection[str]) -> pd.DataFrame:
    """The rows with these keys that any store mapped; a store that was mapped but not loaded may have its say already."""
    places = [("mapped", table.dataset or "", store) for store in stores]
    found = [rows for place in places if (rows := read_columns(lake, place, table.name, table.column_names)) is not None]
    wanted = [rows.merge(keys, on=list(table.key), how="inner", validate="m:1") for rows in found]
    return pd.concat([erp_rows(table.name, {}, keys.index[:0]), *wanted], ignore_index=True)
