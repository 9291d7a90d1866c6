"""Text to exact numbers: strict decimals, rates, integers. Nothing is guessed; what has two readings is bad.

Belongs here: how a number may be written. The control totals read numbers by code of their own, `dbt_like_sql/control_totals/macros.sql`:
whatever a column of money, quantity or points accepts here must be accepted there with the same value.
Does not belong here: rounding (`contracts/money.py`).
"""

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.cleaned.parsed import BLANKS, NARROW, Parsed, none
from migration_pipeline.contracts.money import WIDE, decimal_dtype, rounded
from migration_pipeline.contracts.texts import has_other, with_cells

Rate = Literal["share", "percent"]
RATES: MappingProxyType[str, Rate] = MappingProxyType({"discount_rate": "share", "tax_rate": "percent"})
"""Columns of rates, and what a plain number in them is: 0.13 as a share, 13 as percent."""
_NUMBER = r"[+-]?(?:[0-9]{1,11}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})"
_PLAIN = "0123456789.+-"
"""What numbers are made of that need no second look."""
_MOST_PERCENT = 1_000
"""No rate is 1,000 % or more; the ERP holds none either."""
_CURRENCY = "(?i:[¥$€£]|RMB|CNY|USD|EUR)"
_BEFORE = rf"^([(]?[+-]?){_CURRENCY}[{BLANKS}]*"
_BEHIND = rf"[{BLANKS}]*(?i:元|RMB|CNY|USD|EUR)([)-]?)$"
_NEGATIVE = r"^(?:[(]([0-9.,]+)[)]|([0-9.,]+)-)$"
_PERCENT = r"([+-]?[0-9]{1,3}(?:\.[0-9]{0,4})?)[ ]*%"
_TENTHS = r"(?:[1-9](?:\.[0-9]{1,2})?|[1-9][1-9])[ ]*折"
_CHINESE = {ord(digit): ord("0") + value for value, digit in enumerate("一二三四五六七八九", start=1)}


def decimal(text: "pd.Series[str]", scale: int) -> Parsed:
    """Exact numbers rounded half away from zero to `scale` places; `changed` where digits were lost."""
    plain = text.str.fullmatch(_fitting(scale), na=False)
    values = pa.array(text.where(plain)).cast(pa.decimal128(18, scale))
    odd = text.notna() & ~plain
    bad, changed = none(text), none(text)
    if odd.any():
        rest = _any_decimal(text[odd], scale)
        values = pc.replace_with_mask(values, pa.array(odd.to_numpy()), pa.array(rest.values))
        bad[odd], changed[odd] = rest.bad, rest.changed
    return Parsed(pd.Series(values, index=text.index, dtype=decimal_dtype(scale)), bad, changed)


def _fitting(scale: int) -> str:
    """Numbers that a decimal128(18, scale) holds as they are."""
    return rf"[+-]?(?:[0-9]{{1,{min(11, 18 - scale)}}}(?:\.[0-9]{{0,{scale}}})?" + (rf"|\.[0-9]{{1,{scale}}})" if scale else ")")


def _any_decimal(text: "pd.Series[str]", scale: int) -> Parsed:
    text = _cut(text)
    plain = text.str.fullmatch(_NUMBER, na=False)
    odd = text.notna() & ~plain
    if odd.any():
        text = with_cells(text, odd, _plain_number(text[odd]))
        plain = text.str.fullmatch(_NUMBER, na=False)
    wide = _exact(text.where(plain))
    values = rounded(wide, scale)
    changed = (wide != values.astype(pd.ArrowDtype(WIDE))).fillna(False).astype(bool)
    return Parsed(values, text.notna() & ~plain, changed)


def rate(text: "pd.Series[str]", scale: int, kind: Rate) -> Parsed:
    """Like `decimal`; `13%` is 13 in a column of percent and 0.13 in one of shares, where `8.5折` is a discount of 0.15.

    A plain number means what it means in the column, `0.8` as well as `80`.
    """
    done = _rate(text, scale, kind)
    if kind == "share":
        return done
    absurd = (done.values.abs() >= _MOST_PERCENT).fillna(False).astype(bool)
    return replace(done, values=done.values.mask(absurd), bad=done.bad | absurd) if absurd.any() else done


def _rate(text: "pd.Series[str]", scale: int, kind: Rate) -> Parsed:
    marked = has_other(text, _PLAIN)
    marked[marked] = text[marked].str.contains("[%％折]", regex=True)
    if not marked.any():
        return decimal(text, scale)
    some = text[marked].str.translate(NARROW)
    percent = some.str.extract(f"^{_PERCENT}$", expand=False)
    text = with_cells(text, marked, percent.fillna(text[marked]))
    done = decimal(text, scale)
    if kind == "percent":
        return done
    shares = _percent_as_share(percent).fillna(_price_share_off(some.str.translate(_CHINESE)))
    values = done.values.copy()
    values[marked] = rounded(shares, scale)
    bad = done.bad.copy()
    bad[marked] = shares.isna()
    return Parsed(values, bad, done.changed & ~marked)


def integer(text: "pd.Series[str]") -> Parsed:
    """Whole numbers, with or without `.0`."""
    whole = text.str.fullmatch(r"[+-]?[0-9]{1,18}(?:\.0+)?", na=False)
    values = text.where(whole)
    longer = has_other(values, "0123456789-")
    if longer.any():
        values = with_cells(values, longer, values[longer].str.replace(r"^\+|\.0+$", "", regex=True))
    typed = pd.Series(
        pa.array(values, type=pa.string(), from_pandas=True).cast(pa.int64()), index=text.index, dtype=pd.ArrowDtype(pa.int64())
    )
    return Parsed(typed, text.notna() & ~whole, none(text))


def _cut(text: "pd.Series[str]") -> "pd.Series[str]":
    return text.str.replace(r"(\.[0-9]{18})[0-9]+$", r"\1", regex=True)


def _exact(text: "pd.Series[str]") -> "pd.Series[Any]":
    exact = pa.array(text, type=pa.string(), from_pandas=True).cast(WIDE)
    return pd.Series(exact, index=text.index, dtype=pd.ArrowDtype(WIDE))


def _plain_number(text: "pd.Series[str]") -> "pd.Series[str]":
    """What is no guess: full-width digits, one currency at either end, `12.50-` and `(12.50)` for -12.50, well-formed thousand commas.

    `1,23`, `1 234` and `1.234,50` stay what they are: no numbers.
    """
    text = text.str.translate(NARROW).str.replace(_BEFORE, r"\1", regex=True).str.replace(_BEHIND, r"\1", regex=True)
    text = text.str.replace(_NEGATIVE, r"-\1\2", regex=True)
    grouped = text.str.fullmatch(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", na=False)
    return _cut(text.where(~grouped, text.str.replace(",", "", regex=False)))


def _percent_as_share(percent: "pd.Series[str]") -> "pd.Series[Any]":
    exact = pc.divide(pa.array(percent, type=pa.string(), from_pandas=True).cast(pa.decimal128(7, 4)).cast(pa.decimal128(11, 6)), 100)
    return pd.Series(exact.cast(WIDE), index=percent.index, dtype=pd.ArrowDtype(WIDE))


def _price_share_off(text: "pd.Series[str]") -> "pd.Series[Any]":
    """The discount of `8折`, `8.5折`, `85折`: what is left of the price are the digits after `0.`. `10折` and `80折` are said by nobody."""
    digits = text.where(text.str.fullmatch(_TENTHS, na=False)).str.replace(r"[^0-9]", "", regex=True)
    left = pa.array("0." + digits, type=pa.string(), from_pandas=True).cast(pa.decimal128(4, 3))
    return pd.Series(pc.subtract(1, left).cast(WIDE), index=text.index, dtype=pd.ArrowDtype(WIDE))
