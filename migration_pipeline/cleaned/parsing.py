"""Text to typed columns: trimming, codes, strict decimals, dates. Vectorised, one pass per distinct column.

Belongs here: how one column is read. Does not belong here: which column is which (`table.py`), rules over several columns (`rules.py`).
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.money import WIDE, rounded

_BLANKS = "\\s\u00a0\u200b\u200c\u200d\u2060\ufeff\u3000"
_NUMBER = r"[+-]?(?:[0-9]{1,11}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})"
_SCIENTIFIC = r"[+-]?[0-9](?:\.[0-9]+)?[eE][+]?[0-9]+"
_OFFSET = r"(?<=[0-9])\s*(?:Z|[+-][0-9]{2}:?(?:[0-9]{2})?)$"
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0xFFE5: 0xA5}
"""Full-width forms of ASCII and of the yen sign; wider foldings (NFKC) would turn `12²` into 122."""
_TRUE, _FALSE = ("1", "true", "t", "y", "yes", "是", "1.0"), ("0", "false", "f", "n", "no", "否", "0.0")


@dataclass(frozen=True)
class Parsed:
    """One typed column, the mask of values that could not be read, and the mask of values that were changed."""

    values: "pd.Series[Any]"
    bad: "pd.Series[bool]"
    changed: "pd.Series[bool]"


def trim(text: "pd.Series[str]") -> "pd.Series[str]":
    """Without blanks of any kind, TABs, apostrophes and `="..."` around the value; what is empty then is missing."""
    dirty = text.str.contains(f"^[{_BLANKS}'=]|[{_BLANKS}]$", regex=True, na=False)
    if dirty.any():
        some = text[dirty].str.replace(f"^[{_BLANKS}]+|[{_BLANKS}]+$", "", regex=True)
        some = some.str.replace(r'^="(.*)"$', r"\1", regex=True).str.replace("^'", "", regex=True)
        text = text.copy()
        text[dirty] = some.str.replace(f"^[{_BLANKS}]+|[{_BLANKS}]+$", "", regex=True)
    return text.where(text != "")


def parse(field: Field, text: "pd.Series[str]", pattern: str | None = None) -> Parsed:
    """Turn trimmed text into the field's type; missing stays missing."""
    if field.type == "decimal":
        return _decimal(text, field.scale)
    if field.type == "code":
        return _code(text)
    if field.type in {"date", "timestamp"}:
        return _moment(text, pattern, day_only=field.type == "date")
    if field.type == "boolean":
        return _boolean(text)
    if field.type == "integer":
        return _integer(text)
    return Parsed(text, _none(text), _none(text))


def _none(text: "pd.Series[str]") -> "pd.Series[bool]":
    return pd.Series(False, index=text.index, dtype=bool)


def _code(text: "pd.Series[str]") -> Parsed:
    inner = text.str.contains(r"[\r\n\t]", regex=True, na=False)
    if inner.any():
        text = text.where(~inner, text.str.replace(r"[\r\n\t]+", "", regex=True))
    whole = text.str.fullmatch(r"[0-9]{1,15}\.0", na=False)
    if whole.any():
        text = text.where(~whole, text.str[:-2])
    return Parsed(text, text.str.fullmatch(_SCIENTIFIC, na=False), inner | whole)


def _decimal(text: "pd.Series[str]", scale: int) -> Parsed:
    text = text.str.replace(r"(\.[0-9]{18})[0-9]+$", r"\1", regex=True)
    plain = text.str.fullmatch(_NUMBER, na=False)
    odd = text.notna() & ~plain
    if odd.any():
        text = text.copy()
        text[odd] = _plain_number(text[odd])
        plain = text.str.fullmatch(_NUMBER, na=False)
    bad = text.notna() & ~plain
    exact = pa.array(text.where(plain), type=pa.string(), from_pandas=True).cast(WIDE)
    wide = pd.Series(exact, index=text.index, dtype=pd.ArrowDtype(WIDE))
    values = rounded(wide, scale)
    changed = (wide != values.astype(pd.ArrowDtype(WIDE))).fillna(False).astype(bool)
    return Parsed(values, bad, changed)


def _plain_number(text: "pd.Series[str]") -> "pd.Series[str]":
    """Full-width digits, a currency sign at one end and well-formed thousand commas are no guess.

    `1,23` and `1 234` stay what they are: no numbers.
    """
    text = text.str.translate(_NARROW).str.replace(r"^([+-]?)[¥$€£]\s*|\s*元$", r"\1", regex=True)
    grouped = text.str.fullmatch(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", na=False)
    return text.where(~grouped, text.str.replace(",", "", regex=False))


def _integer(text: "pd.Series[str]") -> Parsed:
    whole = text.str.fullmatch(r"[+-]?[0-9]{1,18}(?:\.0+)?", na=False)
    values = text.where(whole).str.replace(r"^\+|\.0+$", "", regex=True)
    typed = pd.Series(
        pa.array(values, type=pa.string(), from_pandas=True).cast(pa.int64()), index=text.index, dtype=pd.ArrowDtype(pa.int64())
    )
    return Parsed(typed, text.notna() & ~whole, _none(text))


def _boolean(text: "pd.Series[str]") -> Parsed:
    words = dict.fromkeys(_TRUE, "true") | dict.fromkeys(_FALSE, "false")
    values = text.str.lower().map(words).astype("str")
    typed = pd.Series(
        pa.array(values, type=pa.string(), from_pandas=True).cast(pa.bool_()), index=text.index, dtype=pd.ArrowDtype(pa.bool_())
    )
    return Parsed(typed, text.notna() & values.isna(), _none(text))


def _moment(text: "pd.Series[str]", pattern: str | None, *, day_only: bool) -> Parsed:
    """The time as the store's clock showed it: an offset (`Z`, `+08:00`) after the time of day is not converted but left out."""
    if pattern:
        values = pd.to_datetime(text, format=pattern, errors="coerce")
    else:
        iso = text.where(text.str.fullmatch(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?:[ T].*)?", na=False))
        iso = iso.str.replace("/", "-", regex=False).str.replace(r"-([0-9])(?=[- T]|$)", r"-0\1", regex=True)
        iso = iso.where(~iso.str.contains(":", regex=False, na=False), iso.str.replace(_OFFSET, "", regex=True))
        values = pd.to_datetime(iso, format="ISO8601", errors="coerce")
    values = values.astype("datetime64[us]")
    whole = values.dt.normalize() if day_only else values
    return Parsed(whole, text.notna() & values.isna(), _none(text))
