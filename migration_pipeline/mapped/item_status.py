"""Sales and stock of items that are deleted or blocked: found and counted, never kept out.

An item is what its golden record says, the newest status of any store: that is what the ERP will hold.
Belongs here: comparing with that status. Does not belong here: resolving codes (`records.py`), items nobody knows (`unknown_products.py`).
"""

from typing import Any

import pandas as pd

from migration_pipeline.contracts.texts import among
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.records import MappedTable

_DELETED = "inactive"
_DAY = pd.Timedelta(days=1)


def with_stock_of_deleted(stock: MappedTable, context: MappingContext) -> MappedTable:
    """The same rows; finding `stock_of_deleted` counts those with a quantity whose item (`erp_key`) is inactive."""
    since = deleted_since(context.crosswalk.golden("products", stock.rows["erp_key"].dropna().unique(), ("status", "updated_at")))
    there = (stock.rows["quantity"] != 0).fillna(False).astype(bool)
    return stock.noted("item_status", "stock_of_deleted", int((stock.rows["erp_key"].isin(since.index) & there).sum()))


def with_sold_after_deletion(lines: MappedTable, tickets: pd.DataFrame, deleted: pd.DataFrame) -> MappedTable:
    """The same rows; finding `sold_after_deletion` counts lines sold after the day their item was last changed, being inactive since.

    Returns do not count, nor does history of items of which nobody knows when they were changed: every delisted item was sold once.
    `deleted` are the lines of such items: `ticket_no`, `quantity`, and `since` that day.
    """
    if deleted.empty:
        return lines
    theirs = tickets.loc[among(tickets["ticket_no"], deleted["ticket_no"]), ["ticket_no", "sold_at"]]
    sold_at = deleted["ticket_no"].map(theirs.drop_duplicates("ticket_no").set_index("ticket_no")["sold_at"])
    late = sold_at >= deleted["since"] + _DAY
    sold = (deleted["quantity"] > 0).fillna(False).astype(bool)
    return lines.noted("item_status", "sold_after_deletion", int((late & sold).sum()))


def deleted_since(golden: pd.DataFrame) -> "pd.Series[Any]":
    """Item code -> day of its newest change (missing: unknown), of the inactive ones among some golden records."""
    none = pd.Series(None, index=golden.index, dtype="str")
    deleted = golden[golden.get("status", none) == _DELETED]
    day = pd.to_datetime(deleted.get("updated_at", none.reindex(deleted.index)), format="%Y-%m-%d")
    return day.astype("datetime64[us]").set_axis(deleted["erp_key"])
