"""What all stores say of company-wide records, in the shape of the ERP's tables.

Belongs here: putting the crosswalk's contributions into that shape. Does not belong here: comparing (`reconciled/compare_shared.py`).
"""

import pandas as pd

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.mapped.address_parts import unpacked
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline.reconciled.compare_shared import Said


def said_of(crosswalk: CrosswalkRepository) -> Said:
    """One row per source record of any store that has a say in one of the ERP keys; of a barcode the item that it belongs to."""

    def said(table: str, keys: "pd.Series[str]") -> pd.DataFrame:
        if table == "item_barcode":
            owners = crosswalk.identified("products", "gtin", keys)
            return erp_rows(table, {"barcode": owners["value"], "item_code": owners["erp_key"]}, owners.index)
        described = erp_table(table)
        if described.dataset is None:
            raise ValueError(f"no store says anything of {table}")
        return golden_rows(table, described.key[0], unpacked(crosswalk.contributions(described.dataset, keys)))

    return said
