"""Rows that name a product nobody knows: out they go, with the reason that helps most.

Belongs here: telling apart lost zeros, scales' barcodes and all other unknown codes. Does not belong here: looking codes up (`records.py`),
repairing them: what is suspected is said in the detail, never done.
"""

import numpy as np
import pandas as pd

from migration_pipeline.contracts.weighed_barcodes import looks_weighed
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.records import MappedTable

_SHOWN = 3
_COLUMN = "product_code"


def without_unknown(mapped: MappedTable, codes: "pd.Series[str]", context: MappingContext) -> MappedTable:
    """The table without the rows whose product nobody knows; `codes` are what these rows call it, by their labels.

    Reason `lost_zeros` if a known code differs by leading zeros alone (detail: `product_code: 00123?`), `weighed_unconfigured` if the code
    looks like a scale's, else `unknown_product`.
    """
    if codes.empty:
        return mapped
    suspected = _suspected(codes, context)
    reason = pd.Series("unknown_product", index=codes.index, dtype="str")
    reason = reason.mask(looks_weighed(codes), "weighed_unconfigured").mask(suspected.notna(), "lost_zeros")
    unknown = np.zeros(len(mapped.rows), dtype=bool)
    unknown[mapped.rows.index.get_indexer(codes.index)] = True
    detail = (_COLUMN + ": " + suspected + "?").fillna(_COLUMN).astype("str")
    return mapped.without(pd.Series(unknown, index=mapped.rows.index, dtype=bool), reason, detail=detail)


def _suspected(codes: "pd.Series[str]", context: MappingContext) -> "pd.Series[str]":
    """Per unknown code the known ones that are the same number; missing where there is none."""
    bare = _without_zeros(codes)
    if bare.isna().all():
        return bare
    known = context.crosswalk.lookup("products", context.reference_stores)["source_key"].astype("str")
    known = known[_without_zeros(known).isin(bare.dropna().unique())].sort_values()
    alike = {number: " / ".join(same.head(_SHOWN)) for number, same in known.groupby(_without_zeros(known))}
    return bare.map(alike).astype("str")


def _without_zeros(codes: "pd.Series[str]") -> "pd.Series[str]":
    """Digits without leading zeros; missing for what is not digits, or nothing but zeros."""
    bare = codes.where(codes.str.fullmatch("[0-9]+", na=False)).str.lstrip("0")
    return bare.where(bare != "")
