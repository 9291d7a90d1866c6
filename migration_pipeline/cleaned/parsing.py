"""Text to typed columns: trimming, codes, booleans, and who reads the other types. Vectorised, one pass per distinct column.

Belongs here: how one column is read. Does not belong here: numbers and dates (`parsing_numbers.py`, `parsing_dates.py`), which column is
which (`table.py`), rules over several columns (`rules.py`).
"""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.cleaned.parsed import BLANK_SIGNS, NARROW, Parsed, none
from migration_pipeline.cleaned.parsing_dates import Patterns, moment
from migration_pipeline.cleaned.parsing_numbers import RATES, decimal, integer, rate
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.texts import as_mask, as_text, has_other, with_cells

__all__ = ["Parsed", "parse", "trim"]

_PREFIX = "^'(?:[^A-Za-z\u00c0-\u024f]|[^0-9\uff10-\uff19]*[0-9\uff10-\uff19]|$)"
"""An apostrophe that a spreadsheet put before digits, codes and Chinese; the one of `'t Hof` and `'s-Gravenhage` belongs to the name."""
_WIDE = "\uff01-\uff5e"
_USUAL = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
"""What most codes are made of; only the others are looked at closely."""
_SCIENTIFIC = r"[+-]?[0-9](?:\.[0-9]+)?[eE][+]?[0-9]+"
_TRUE, _FALSE = ("1", "true", "t", "y", "yes", "是", "1.0"), ("0", "false", "f", "n", "no", "否", "0.0")


def trim(text: "pd.Series[str]") -> "pd.Series[str]":
    """Without blanks of any kind, TABs, apostrophes and `="..."` around the value; what is empty then is missing."""
    array = pc.utf8_trim(pa.array(text), characters=BLANK_SIGNS)
    text = as_text(array, text.index)
    quoted = as_mask(pc.or_(pc.starts_with(array, "'"), pc.starts_with(array, "=")), text.index)
    if quoted.any():
        some = text[quoted].str.replace(r'^="(.*)"$', r"\1", regex=True)
        some = some.where(~some.str.contains(_PREFIX, regex=True, na=False), some.str[1:])
        text = with_cells(text, quoted, some.str.strip(BLANK_SIGNS))
    return _without_empty(text)


def _without_empty(text: "pd.Series[str]") -> "pd.Series[str]":
    """Empty text is missing."""
    array = pa.array(text)
    return as_text(pc.if_else(pc.equal(array, ""), None, array), text.index)


def parse(field: Field, text: "pd.Series[str]", pattern: Patterns = None) -> Parsed:
    """Turn trimmed text into the field's type; missing stays missing.

    Args:
        field: what the column is; columns of rates (`RATES`) also read `13%` and `8.5折`.
        text: trimmed.
        pattern: of dates: a strptime pattern, `excel` for serial numbers, or several, of which the first that fits reads a value.
    """
    if field.type == "decimal":
        return rate(text, field.scale, RATES[field.name]) if field.name in RATES else decimal(text, field.scale)
    if field.type == "code":
        return _code(text)
    if field.type in {"date", "timestamp"}:
        return moment(text, pattern, day_only=field.type == "date")
    if field.type == "boolean":
        return _boolean(text)
    if field.type == "integer":
        return integer(text)
    return Parsed(text, none(text), none(text))


def _code(text: "pd.Series[str]") -> Parsed:
    """Full-width letters and digits as plain ones, no line breaks inside, no apostrophe before, no `.0` behind."""
    odd = has_other(text, _USUAL)
    odd[odd] = text[odd].str.contains(f"^'|[\r\n\t{_WIDE}]|^[0-9]{{1,15}}[.]0$", regex=True)
    if not odd.any():
        return Parsed(text, text.str.fullmatch(_SCIENTIFIC, na=False), none(text))
    wide = none(text)
    wide[odd] = text[odd].str.contains(f"[{_WIDE}]", regex=True)
    some = text[odd].str.replace(r"[\r\n\t]+|^'+", "", regex=True).str.translate(NARROW)
    some = some.str.replace(r"^([0-9]{1,15})\.0$", r"\1", regex=True)
    text = _without_empty(with_cells(text, odd, some))
    return Parsed(text, text.str.fullmatch(_SCIENTIFIC, na=False), odd & ~wide, {"rewritten": wide} if wide.any() else {})


def _boolean(text: "pd.Series[str]") -> Parsed:
    words = dict.fromkeys(_TRUE, "true") | dict.fromkeys(_FALSE, "false")
    values = text.str.lower().map(words).astype("str")
    typed = pd.Series(
        pa.array(values, type=pa.string(), from_pandas=True).cast(pa.bool_()), index=text.index, dtype=pd.ArrowDtype(pa.bool_())
    )
    return Parsed(typed, text.notna() & values.isna(), none(text))
