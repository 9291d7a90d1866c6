"""Text to typed columns: trimming, codes, strict decimals, dates. Vectorised, one pass per distinct column.

Belongs here: how one column is read. Does not belong here: which column is which (`table.py`), rules over several columns (`rules.py`).
"""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.money import WIDE, decimal_dtype, rounded

_BLANKS = "\\s\u00a0\u200b\u200c\u200d\u2060\ufeff\u3000"
_EDGES = f"^[{_BLANKS}]*(?:'|=\"(?=.*\"[{_BLANKS}]*$))?[{_BLANKS}]*|[{_BLANKS}]+$"
_NUMBER = r"[+-]?(?:\d{1,11}(?:\.\d{0,18})?|\.\d{1,18})"
_SCIENTIFIC = r"\d(?:\.\d+)?[eE][+]?\d+"
_TRUE, _FALSE = ("1", "true", "t", "y", "yes", "是", "1.0"), ("0", "false", "f", "n", "no", "否", "0.0")


@dataclass(frozen=True)
class Parsed:
    """One typed column, the mask of values that could not be read, and the mask of values that were changed."""

    values: "pd.Series[object]"
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


def empty_column(field: Field, index: pd.Index) -> "pd.Series[object]":
    """A column of missing values with the field's dtype."""
    return parse(field, pd.Series(None, index=index, dtype="str")).values


def _none(text: "pd.Series[str]") -> "pd.Series[bool]":
    return pd.Series(False, index=text.index, dtype=bool)


def _code(text: "pd.Series[str]") -> Parsed:
    inner = text.str.contains(r"[\r\n\t]", regex=True, na=False)
    whole = text.str.fullmatch(r"\d{1,15}\.0", na=False)
    changed = inner | whole
    if changed.any():
        text = text.where(~whole, text.str[:-2]).where(~inner, text.str.replace(r"[\r\n\t]+", "", regex=True))
    return Parsed(text, text.str.fullmatch(_SCIENTIFIC, na=False), changed)


def _decimal(text: "pd.Series[str]", scale: int) -> Parsed:
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
    """Full-width digits, a currency sign at one end and well-formed thousand commas are no guess; `1,23` and `1 234` stay what they are: no numbers."""
    text = text.str.normalize("NFKC").str.replace(r"^([+-]?)¥\s*|\s*元$", r"\1", regex=True)
    grouped = text.str.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", na=False)
    return text.where(~grouped, text.str.replace(",", "", regex=False))


def _integer(text: "pd.Series[str]") -> Parsed:
    whole = text.str.fullmatch(r"[+-]?\d{1,18}(?:\.0+)?", na=False)
    values = text.where(whole).str.replace(r"\.0+$", "", regex=True)
    typed = pd.Series(pa.array(values, type=pa.string(), from_pandas=True).cast(pa.int64()), index=text.index, dtype=pd.ArrowDtype(pa.int64()))
    return Parsed(typed, text.notna() & ~whole, _none(text))


def _boolean(text: "pd.Series[str]") -> Parsed:
    words = dict.fromkeys(_TRUE, "true") | dict.fromkeys(_FALSE, "false")
    values = text.str.lower().map(words).astype("str")
    typed = pd.Series(pa.array(values, type=pa.string(), from_pandas=True).cast(pa.bool_()), index=text.index, dtype=pd.ArrowDtype(pa.bool_()))
    return Parsed(typed, text.notna() & values.isna(), _none(text))


def _moment(text: "pd.Series[str]", pattern: str | None, *, day_only: bool) -> Parsed:
    if pattern:
        values = pd.to_datetime(text, format=pattern, errors="coerce")
    else:
        iso = text.str.replace("/", "-", regex=False).where(text.str.fullmatch(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}.*", na=False))
        iso = iso.str.replace(r"-(\d)(?=[- T]|$)", r"-0\1", regex=True)
        values = pd.to_datetime(iso, format="ISO8601", errors="coerce")
    values = values.dt.tz_localize(None) if values.dt.tz is not None else values
    values = values.astype("datetime64[us]")
    whole = values.dt.normalize() if day_only else values
    return Parsed(whole, text.notna() & values.isna(), _none(text))


def numbers(text: "pd.Series[str]", scale: int) -> "pd.Series[object]":
    """Plain decimal text (already clean) as decimal128(18, scale)."""
    return text.astype(pd.ArrowDtype(pa.string())).astype(decimal_dtype(scale))
