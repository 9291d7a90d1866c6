"""Which identifiers are good enough to recognise a thing by: GTIN barcodes, tax ids, mobile phones; and which texts are personal ids.

Belongs here: yes-or-no checks of identifiers, once per distinct value; cleaning flags by them, mapping matches by them.
Does not belong here: matching records (`mapped/`), kinds of barcodes and phones (`barcodes.py`, `phones.py`).
"""

import re
from collections.abc import Callable

import pandas as pd
from stdnum.cn import ric, uscc

from migration_pipeline.contracts.barcodes import GTINS, barcode_kind
from migration_pipeline.contracts.check_digits import usual_uscc
from migration_pipeline.contracts.texts import with_cells

_OLD_TAX_ID = re.compile(r"[1-9][0-9]{5}[0-9A-Z]{9}")
_LONG_TAX_ID = re.compile(r"[1-9][0-9]{16}[0-9X][0-9]{2}")

_MADE_UP_PHONES = ("13800138000", *(f"1{digit * 10}" for digit in "3456789"))
_PLAIN_NAME = "[a-z0-9\u4e00-\u9fff]*"
"""Names that are their own plain form."""
_NOBODY = r"(?:预开卡|散客|零售客户|(?:普通|新)?会员|顾客|客户|匿名|无名氏?|未知|测试(?:会员)?|test|guest|walkin(?:customer)?|unknown)\d*"


def is_gtin(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """Valid EAN-8, UPC-A, EAN-13 or GTIN-14 that is no in-store code."""
    return barcode_kind(codes).isin(GTINS)


def is_tax_id(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """Valid 统一社会信用代码 (GB 32100-2015)."""
    good = usual_uscc(codes)
    return good | _per_value(codes.mask(good), uscc.is_valid)


def tax_id_kind(codes: "pd.Series[str]") -> "pd.Series[str]":
    """Per code `uscc` (统一社会信用代码), `tax15` and `tax20` (before 2015), `personal` (a person's id), `bad` or `none`.

    The old numbers have no check digit of their own: they are told by their form.
    """
    kinds = {code: _tax_id_kind(code) for code in codes.dropna().unique()}
    return codes.map(kinds).astype("str").fillna("none")


def is_personal_id(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """Valid 居民身份证号 (GB 11643-1999: county, day of birth, check digit): for finding them where they should not be."""
    return _per_value(codes, _is_person)


def is_mobile(phones: "pd.Series[str]") -> "pd.Series[bool]":
    """A mainland mobile number that is no placeholder."""
    return phones.str.fullmatch(r"1[3-9][0-9]{9}", na=False) & ~phones.isin(_MADE_UP_PHONES)


def is_nobody(names: "pd.Series[str]") -> "pd.Series[bool]":
    """A name that stands for no person: cards opened in advance, walk-in customers, tests. Such records are never the same person."""
    return plain_name(names).str.fullmatch(_NOBODY, na=False)


def plain_name(names: "pd.Series[str]") -> "pd.Series[str]":
    """A name for comparing: NFKC, lower case, without blanks and punctuation."""
    odd = names.notna() & ~names.str.fullmatch(_PLAIN_NAME, na=False)
    if not odd.any():
        return names
    some = names[odd].str.normalize("NFKC").str.lower().str.replace(r"[\W_]+", "", regex=True)
    return with_cells(names, odd, some)


def _tax_id_kind(code: str) -> str:
    if uscc.is_valid(code):
        return "uscc"
    if _is_person(code):
        return "personal"
    if _OLD_TAX_ID.fullmatch(code):
        return "tax15"
    if _LONG_TAX_ID.fullmatch(code):
        return "tax20"
    return "bad" if code.strip("0") else "none"


def _is_person(code: str) -> bool:
    return len(code) == 18 and bool(ric.is_valid(code))


def _per_value(values: "pd.Series[str]", check: Callable[[str], bool]) -> "pd.Series[bool]":
    distinct = values.dropna().unique()
    good = {value for value in distinct if check(value)}
    return values.isin(good)
