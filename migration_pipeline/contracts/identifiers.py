"""Which identifiers are good enough to recognise a thing by: GTIN barcodes, tax ids, mobile phones.

Belongs here: yes-or-no checks of identifiers, once per distinct value; cleaning flags by them, mapping matches by them.
Does not belong here: matching records (`mapped/`).
"""

from collections.abc import Callable

import pandas as pd
from stdnum import ean
from stdnum.cn import uscc


def is_gtin(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """Valid EAN-8, UPC-A, EAN-13 or GTIN-14 that is no in-store code (prefix 2 of EAN-13 and EAN-8, GS1 General Specifications 1.4)."""
    return _per_value(codes, lambda code: ean.is_valid(code) and not (len(code) in {8, 13} and code.startswith("2")))


def is_tax_id(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """Valid 统一社会信用代码 (GB 32100-2015)."""
    return _per_value(codes, uscc.is_valid)


def is_mobile(phones: "pd.Series[str]") -> "pd.Series[bool]":
    """A mainland mobile number that is no placeholder."""
    made_up = phones.isin(["13800138000"]) | phones.str.fullmatch(r"1?(\d)\1+", na=False)
    return phones.str.fullmatch(r"1[3-9]\d{9}", na=False) & ~made_up


def plain_name(names: "pd.Series[str]") -> "pd.Series[str]":
    """A name for comparing: NFKC, lower case, without blanks and punctuation."""
    return names.str.normalize("NFKC").str.lower().str.replace(r"[\W_]+", "", regex=True)


def _per_value(values: "pd.Series[str]", check: Callable[[str], bool]) -> "pd.Series[bool]":
    distinct = values.dropna().unique()
    good = {value for value in distinct if check(value)}
    return values.isin(good)
