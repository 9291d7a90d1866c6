"""What kind of barcode a code is, its one canonical form, and what a scale printed into it.

Belongs here: GTINs by their check digit and prefix, weighed-goods barcodes by a layout. Does not belong here: which items match
(`mapped/`), which store prints which layout (the migration project).
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pyarrow as pa
from stdnum import ean

from migration_pipeline.contracts.money import decimal_dtype

GTINS = ("ean13", "ean8", "upca", "gtin14")
"""Kinds that name the same thing in every shop."""
_LOCAL = {"ean8": ("0", "2"), "upca": ("2", "4"), "ean13": ("02", "04", "2"), "gtin14": ("02", "04", "2")}
_KINDS = {8: "ean8", 12: "upca", 13: "ean13", 14: "gtin14"}


@dataclass(frozen=True)
class WeighedLayout:
    """Where a scale puts what in a 13-digit barcode, usually `FF PPPPP WWWWW C`.

    Attributes:
        prefixes: first digits of such codes, as the store sets them at its scales.
        item, value: from (0-based) and to (exclusive) of the item's number and of the weight or amount.
        unit: whether the value is grams, or fen to pay.
    """

    prefixes: tuple[str, ...]
    item: tuple[int, int] = (2, 7)
    value: tuple[int, int] = (7, 12)
    unit: Literal["gram", "fen"] = "gram"


def barcode_kind(codes: "pd.Series[str]", layout: WeighedLayout | None = None) -> "pd.Series[str]":
    """Per code one of `ean13`, `ean8`, `upca`, `gtin14`, `in_store`, `weighed`, `bad`, `none`.

    In-store codes are numbered by each shop for itself (GS1 General Specifications 1.4): prefixes 02, 04 and 2 of EAN-13, so 2 and 4 of
    UPC-A, and 0 and 2 of EAN-8. The first digit of a GTIN-14 is the trade unit's. Without a layout, weighed goods are in-store codes too.
    Nothing and zeros alone are `none`.
    """
    kinds = {code: _kind(code, layout) for code in codes.dropna().unique()}
    return codes.map(kinds).astype("str").fillna("none")


def canonical_gtin(codes: "pd.Series[str]") -> "pd.Series[str]":
    """13 digits for every GTIN (UPC-A and EAN-8 with zeros before), 14 for a trade unit's; missing for all other codes.

    Two codes name the same thing exactly if these are equal.
    """
    known = codes.where(barcode_kind(codes).isin(GTINS))
    return known.str.zfill(13).str.replace(r"^0([0-9]{13})$", r"\1", regex=True)


def weighed_item(codes: "pd.Series[str]", layout: WeighedLayout) -> pd.DataFrame:
    """Columns `item` (text), `quantity` (kg, decimal of scale 3) and `amount` (yuan, of scale 2) of weighed-goods barcodes.

    Quantity is missing where the layout's value is fen, amount where it is grams, and all three for any other code.
    """
    known = codes.where(barcode_kind(codes, layout) == "weighed")
    scale = 3 if layout.unit == "gram" else 2
    digits = known.str.slice(*layout.value)
    number = pa.array(digits.str[:-scale] + "." + digits.str[-scale:], type=pa.string(), from_pandas=True).cast(pa.decimal128(18, scale))
    value = pd.Series(number, index=codes.index, dtype=decimal_dtype(scale))
    none = {name: pd.Series(None, index=codes.index, dtype=decimal_dtype(places)) for name, places in (("quantity", 3), ("amount", 2))}
    filled = {"quantity": value} if layout.unit == "gram" else {"amount": value}
    return pd.DataFrame({"item": known.str.slice(*layout.item), **none, **filled}, index=codes.index)


def _kind(code: str, layout: WeighedLayout | None) -> str:
    if not code.strip("0"):
        return "none"
    kind = _KINDS.get(len(code))
    if kind is None or not (code.isascii() and code.isdigit() and ean.is_valid(code)):
        return "bad"
    if layout and len(code) == layout.value[1] + 1 and code.startswith(layout.prefixes):
        return "weighed"
    return "in_store" if code[kind == "gtin14" :].startswith(_LOCAL[kind]) else kind
