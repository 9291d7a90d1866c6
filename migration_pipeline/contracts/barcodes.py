"""What kind of barcode a code is, and its one canonical form.

Belongs here: GTINs by their check digit and prefix. Does not belong here: which items match (`mapped/`), what a scale printed into a code
(`weighed_barcodes.py`).
"""

import pandas as pd
from stdnum import ean

from migration_pipeline.contracts.check_digits import usual_ean13
from migration_pipeline.contracts.texts import with_cells

GTINS = ("ean13", "ean8", "upca", "gtin14")
"""Kinds that name the same thing in every shop."""
_LOCAL = {"ean8": ("0", "2"), "upca": ("2", "4"), "ean13": ("02", "04", "2"), "gtin14": ("02", "04", "2")}
_KINDS = {8: "ean8", 12: "upca", 13: "ean13", 14: "gtin14"}
_SHORT_UPC = 11


def barcode_kind(codes: "pd.Series[str]") -> "pd.Series[str]":
    """Per code one of `ean13`, `ean8`, `upca`, `gtin14`, `in_store`, `bad`, `none`.

    In-store codes are numbered by each shop for itself (GS1 General Specifications 1.4): prefixes 02, 04 and 2 of EAN-13, so 2 and 4 of
    UPC-A, and 0 and 2 of EAN-8. The first digit of a GTIN-14 is the trade unit's. Weighed goods are in-store codes too. 11 digits are a
    UPC-A that lost its leading zero, if the check digit is right. Nothing and zeros alone are `none`.
    """
    usual = usual_ean13(codes)
    found = pd.Series("none", index=codes.index, dtype="str").mask(usual, "ean13")
    rest = codes[codes.notna() & ~usual]
    kinds = {code: _kind(code) for code in rest.unique()}
    return with_cells(found, codes.notna() & ~usual, pd.Series([kinds[code] for code in rest], dtype="str"))


def lost_its_zero(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """11 digits that are a valid UPC-A once its leading zero is put before them, as spreadsheets leave it."""
    return (codes.str.len() == _SHORT_UPC).fillna(False).astype(bool) & (barcode_kind(codes) == "upca")


def canonical_gtin(codes: "pd.Series[str]") -> "pd.Series[str]":
    """13 digits for every GTIN (UPC-A and EAN-8 with zeros before), 14 for a trade unit's; missing for all other codes.

    Two codes name the same thing exactly if these are equal.
    """
    known = codes.where(barcode_kind(codes).isin(GTINS))
    return known.str.zfill(13).str.replace(r"^0([0-9]{13})$", r"\1", regex=True)


def inner_gtin(codes: "pd.Series[str]") -> "pd.Series[str]":
    """The 13 digits of the single item in a trade unit: the middle of a GTIN-14 with a check digit of its own; else missing."""
    packs = codes.where(barcode_kind(codes) == "gtin14").where(~codes.str.startswith("0").fillna(False).astype(bool))
    inner = {code: code[1:13] + ean.calc_check_digit(code[1:13]) for code in packs.dropna().unique()}
    return packs.map(inner).astype("str")


def _kind(code: str) -> str:
    if not code.strip("0"):
        return "none"
    if not (code.isascii() and code.isdigit()):
        return "bad"
    code = code.zfill(12) if len(code) == _SHORT_UPC else code
    kind = _KINDS.get(len(code))
    if kind is None or not ean.is_valid(code):
        return "bad"
    return "in_store" if code[kind == "gtin14" :].startswith(_LOCAL[kind]) else kind
