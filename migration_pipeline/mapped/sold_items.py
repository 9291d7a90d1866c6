"""The items that sale lines name: their ERP codes, the tax rate of each line, and since when an item is deleted.

Belongs here: asking the crosswalk once for each different code, and carrying what it says to the lines by number.
Does not belong here: codes nobody knows (`unknown_products.py`), splitting amounts (`net_amounts.py`), counting (`item_status.py`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.frames import rows_where
from migration_pipeline.contracts.texts import as_text, looked_up
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.item_status import deleted_since

_RATE = next(column for column in erp_table("item").columns if column.name == "tax_rate")
_EXACT = pa.decimal128(_RATE.precision, _RATE.scale)
_MOST = 10 ** (_RATE.precision - _RATE.scale)


@dataclass(frozen=True)
class SoldItems:
    """Every different product code once.

    Attributes:
        place: per line the row of `codes` (int32), with the lines' index.
        codes: `product_code`, `erp_key` (missing: unknown), `tax_rate` in percent (decimal128(5, 2), missing: unknown) and
            `deleted_since` (datetime, missing: not deleted, or nobody knows since when).
    """

    place: "pd.Series[Any]"
    codes: pd.DataFrame

    def unknown(self) -> "pd.Series[str]":
        """The product codes that nobody knows, by the labels of the lines that name them."""
        absent = pa.array(self.codes["erp_key"].isna()).take(pa.array(self.place))
        hit = self.place[np.asarray(pc.fill_null(absent, True))]
        return as_text(pa.array(self.codes["product_code"]).take(pa.array(hit)), hit.index)

    def erp_keys(self, place: "pd.Series[Any]") -> "pd.Series[str]":
        """The ERP codes of some lines' items; missing where nobody knows the product code."""
        return as_text(pa.array(self.codes["erp_key"]).take(pa.array(place)), place.index)

    def of_deleted(self, lines: pd.DataFrame) -> pd.DataFrame:
        """Those lines (with `_item`: their place) whose items are deleted, and the day since when: `ticket_no`, `quantity`, `since`."""
        since = self.codes["deleted_since"]
        gone = pd.Series(since.notna().to_numpy()[lines["_item"].to_numpy(dtype="int32")], index=lines.index, dtype=bool)
        rows = rows_where(lines[["ticket_no", "quantity", "_item"]], gone)
        return rows.assign(since=since.to_numpy()[rows.pop("_item").to_numpy(dtype="int32")])

    def rates(self, place: "pd.Series[Any]", stated: "pd.Series[Any]") -> "pd.Series[Any]":
        """Tax rates of some lines: what the source states of the line, else the item's; missing where neither is known.

        A rate below 0, or of 1,000 % and more, is none, and the item's is not put in its place.
        """
        rates = pa.array(self.codes["tax_rate"]).take(pa.array(place))
        if stated.notna().any():
            own = pa.array(stated)
            rates = pc.if_else(own.is_valid(), _plausible(own), rates)
        return pd.Series(rates, index=place.index, dtype=pd.ArrowDtype(_EXACT))


def sold_items(product_codes: "pd.Series[str]", context: MappingContext) -> SoldItems:
    """Look up what lines name.

    Whether an item is deleted is the newest word of any store. The tax rate is that of the record which the line names, the store's own or
    head office's: another store's word would change what was sold here, and the more so the more stores have come.
    """
    array = pa.array(product_codes)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    coded = array.dictionary_encode()
    names = as_text(coded.dictionary, pd.RangeIndex(len(coded.dictionary)))
    found = context.crosswalk.lookup("products", context.reference_stores, names, ("tax_rate",))
    keys = looked_up(names, found["source_key"], found["erp_key"])
    golden = context.crosswalk.golden("products", found["erp_key"].unique(), ("status", "updated_at"))
    since = deleted_since(golden)
    codes = pd.DataFrame(
        {
            "product_code": names,
            "erp_key": keys,
            "tax_rate": _rates(looked_up(names, found["source_key"], found["tax_rate"])),
            "deleted_since": since.reindex(keys).array,
        }
    )
    place = pd.Series(coded.indices, index=product_codes.index, dtype=pd.ArrowDtype(pa.int32()))
    return SoldItems(place, codes)


def _rates(texts: "pd.Series[str]") -> "pd.Series[Any]":
    """Plausible tax rates; missing where there is none."""
    rates = _plausible(pa.array(texts, pa.string(), from_pandas=True).cast(pa.decimal128(18, _RATE.scale)))
    return pd.Series(rates, index=texts.index, dtype=pd.ArrowDtype(_EXACT))


def _plausible(rates: pa.Array) -> pa.Array:
    """The rates from 0 on that the ERP holds; what is none is missing."""
    fits = pc.and_(pc.greater_equal(rates, 0), pc.less(rates, _MOST))
    return pc.if_else(fits, rates, None).cast(_EXACT)
