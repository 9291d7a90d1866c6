"""Barcodes of scales on sale lines and in stock: the row is the item the code names, and its weight and amount are compared.

Belongs here: what follows from such a code for a row. Does not belong here: reading a code (`contracts/weighed_barcodes.py`), looking the
item up (`mapped/`). Without layouts in the project nothing is done.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from migration_pipeline.cleaned.policies import apply
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.weighed_barcodes import weighed_items
from migration_pipeline.project.source import SourceSpec

_RULES: Mapping[str, str] = MappingProxyType({"lines": "weighed_mismatch", "stock": "weighed_stock_mismatch"})


def with_weighed_items(done: CleanTable, source: SourceSpec) -> CleanTable:
    """The table with the item's code in the place of a scale's barcode, and rows flagged whose own figures are others than the code's.

    The quantity must be the weight, the amount (or, before its discount, amount and discount) the amount printed; signs do not count, as
    returns are negative. Neither is ever overwritten.
    """
    layouts = [layout.as_layout() for layout in source.weighed_barcodes]
    if not layouts:
        return done
    frame = done.frame
    read = weighed_items(frame["product_code"], layouts)
    is_read = read["item"].notna()
    done = CleanTable(done.table, frame.assign(product_code=frame["product_code"].where(~is_read, read["item"])), done.findings)
    done = done.changed("weighed_barcode", "weighed_item", "product_code", is_read)
    return apply(done, _RULES[done.table.name], _mismatch(frame, read), source.policies)


def _mismatch(frame: pd.DataFrame, read: pd.DataFrame) -> "pd.Series[bool]":
    other = _other(frame["quantity"], read["weight"])
    if "amount" in frame:
        full = frame["amount"] + frame["discount"].fillna(0)
        other |= _other(frame["amount"], read["amount"]) & _other(full, read["amount"])
    return other


def _other(own: "pd.Series[Any]", printed: "pd.Series[Any]") -> "pd.Series[bool]":
    """Where both are there and differ by more than the sign."""
    return (own.abs() != printed).fillna(False).astype(bool)
