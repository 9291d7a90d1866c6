"""Text to dates and times: ISO 8601 and what reads in one way only; all else by a declared pattern. Nothing is guessed.

Belongs here: how a moment may be written, and whether the whole column tells day from month.
Does not belong here: dates that mean missing (`project/placeholders.py`).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.cleaned.parsed import NARROW, Parsed, none

Patterns = str | tuple[str, ...] | None
EXCEL = "excel"
"""The pattern of serial numbers: days since 1899-12-30, the time of day as a fraction."""
_ISO = r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[ T].*)?"
_DAY = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
_PLAIN = rf"[12][0-9]{{3}}-(?:{_DAY})(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?)?"
"""Moments that are there for sure, as most are written; only the others are looked at closely."""
_PADDED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]|$)"
_LOOSE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_OFFSETS = {"(?:UTC|GMT)$": 3, "Z$": 1, "[+-][0-9]{2}:[0-9]{2}$": 6, "[+-][0-9]{4}$": 5, "[+-][0-9]{2}$": 3}
"""Pattern -> how long it is."""
_DECLARED_OFFSET = r"[ ]*(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}(?::?[0-9]{2})?)$"
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[ T]?(\d\d):?(\d\d)(?::?(\d\d))?)?", re.ASCII)
_CHINESE = re.compile(
    r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})[日号]?\s*"
    r"(?:(上午|下午)?\s*(\d{1,2})\s*[时點点:]\s*(\d{1,2})(?:\s*分?|\s*[分:]\s*(\d{1,2}(?:\.\d+)?)\s*秒?))?",
    re.ASCII,
)
_DAY_MONTH = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[ T]+(\d{1,2})(:\d\d.*))?", re.ASCII)
_SERIAL = r"[0-9]{1,7}(?:\.[0-9]{1,12}0*)?"
_MS_PER_DAY = 86_400_000
_FIRST_SURE_SERIAL, _LAST_SERIAL = 61, 2_958_465
"""Serial 60 is 29 February 1900, a day that never was; before it, spreadsheets disagree. The last is 9999-12-31."""


def moment(text: "pd.Series[str]", pattern: Patterns, *, day_only: bool) -> Parsed:
    """The time as the store's clock showed it: an offset (`Z`, `+08:00`) after the time of day is not converted but left out."""
    patterns = (pattern,) if isinstance(pattern, str) else pattern or ()
    values, unclear = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]"), none(text)
    for one in patterns:
        values = values.fillna(_declared(text.where(values.isna()), one))
    if not patterns:
        values, unclear = _undeclared(text)
    whole = values.dt.normalize() if day_only else values
    return Parsed(whole, text.notna() & values.isna(), none(text), {"ambiguous_date": unclear} if unclear.any() else {})


def _declared(text: "pd.Series[str]", pattern: str) -> "pd.Series[Any]":
    if pattern == EXCEL:
        return _serial(text)
    if pattern.endswith("%z"):
        there = text.str.contains(_DECLARED_OFFSET, regex=True, na=False)
        text, pattern = text.where(there).str.replace(_DECLARED_OFFSET, "", regex=True), pattern[:-2].rstrip()
    if "%z" in pattern or "%Z" in pattern:
        clock = {value: _clock_time(value, pattern) for value in text.dropna().unique()}
        return pd.to_datetime(text.map(clock)).astype("datetime64[us]")
    return pd.to_datetime(text, format=pattern, errors="coerce").astype("datetime64[us]")


def _clock_time(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=None)  # noqa: DTZ007 - the clock time is what is wanted
    except ValueError:
        return None


def _serial(text: "pd.Series[str]") -> "pd.Series[Any]":
    numbers = pa.array(text.where(text.str.fullmatch(_SERIAL, na=False)), type=pa.string(), from_pandas=True)
    exact = pc.multiply(numbers.cast(pa.decimal128(22, 12)), pa.scalar(_MS_PER_DAY, pa.int32()))
    ms = pd.Series(pc.round(exact, 0).cast(pa.int64()), index=text.index, dtype="Int64")
    sure = ms.between(_FIRST_SURE_SERIAL * _MS_PER_DAY, (_LAST_SERIAL + 1) * _MS_PER_DAY - 1).fillna(False)
    days = pd.to_timedelta(ms.where(sure), unit="ms").astype("timedelta64[us]")
    return (days + pd.Timestamp("1899-12-30")).astype("datetime64[us]")


def _undeclared(text: "pd.Series[str]") -> "tuple[pd.Series[Any], pd.Series[bool]]":
    """ISO order as it is; the rest rewritten to ISO where it reads in one way only. Also the mask of dates that read in two."""
    plain = text.str.fullmatch(_PLAIN, na=False)
    moments = pa.array(text.where(plain)).cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    values, unclear = pd.Series(moments, index=text.index, dtype="datetime64[us]"), none(text)
    odd = text.notna() & ~plain
    if odd.any():
        values[odd], unclear[odd] = _odd(text[odd])
    return values, unclear


def _odd(text: "pd.Series[str]") -> "tuple[pd.Series[Any], pd.Series[bool]]":
    values, unclear = _iso(text.where(text.str.fullmatch(_ISO, na=False))), none(text)
    odd = text.notna() & values.isna()
    if odd.any():
        rest, unclear_rest = _rewritten(text[odd])
        values[odd] = _iso(rest)
        unclear[odd] = unclear_rest
    return values, unclear


def _iso(text: "pd.Series[str]") -> "pd.Series[Any]":
    odd = text.notna() & ~text.str.contains(_PADDED, regex=True, na=False)
    if odd.any():
        text = text.where(~odd, text[odd].map({value: _padded(value) for value in text[odd].unique()}).reindex(text.index))
    return pd.to_datetime(_without_offset(text), format="ISO8601", errors="coerce").astype("datetime64[us]")


def _padded(value: str) -> str:
    found = _LOOSE.match(value)
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}{value[found.end() :]}" if found else value


def _without_offset(text: "pd.Series[str]") -> "pd.Series[str]":
    """Without `Z`, `+08:00`, `+0800`, `+08` behind a time of day."""
    left = text.str.contains(":", regex=False, na=False) & text.str.contains("(?:Z|UTC|GMT|[+-][0-9:]{2,5})$", regex=True, na=False)
    for form, length in _OFFSETS.items() if left.any() else ():
        hit = left & text.str.contains(form, regex=True, na=False)
        if hit.any():
            text = text.where(~hit, text.str[:-length].str.rstrip())
            left &= ~hit
    return text


def _rewritten(text: "pd.Series[str]") -> "tuple[pd.Series[str], pd.Series[bool]]":
    """ISO text of full-width dates, dates of digits alone, Chinese ones, and of day and month where the column tells which is which.

    Also the mask of those where it does not.
    """
    plain = {value: value.translate(NARROW) for value in text.unique()}
    pairs = {value: found for value, written in plain.items() if (found := _DAY_MONTH.fullmatch(written))}
    day_leads = _orders(pairs.values())
    iso = {value: _from_digits(written) or _from_chinese(written) or written for value, written in plain.items()}
    iso |= {value: _from_day_and_month(found, day_leads.get(found[2])) for value, found in pairs.items()}
    done = text.map(iso).astype("str")
    return done.where(done.str.fullmatch(_ISO, na=False)), text.isin([value for value in pairs if not iso[value]])


def _from_digits(value: str) -> str:
    """`20260102`, `202601021305`, `20260102130506`; else nothing."""
    found = _COMPACT.fullmatch(value)
    clock = f" {found[4]}:{found[5]}:{found[6] or '00'}" if found and found[4] else ""
    return f"{found[1]}-{found[2]}-{found[3]}{clock}" if found else ""


def _from_chinese(value: str) -> str:
    """`2026年1月2日 13时05分06秒`, `下午1:05`; 上午12 and 下午12 mean noon to some and midnight to others: they stay unread."""
    found = _CHINESE.fullmatch(value)
    if not found:
        return ""
    year, month, day, half, hour, minute, second = found.groups()
    date = f"{year}-{month:0>2}-{day:0>2}"
    if hour is None:
        return date
    if half and not 1 <= int(hour) <= 11:
        return ""
    shown = int(hour) + 12 * (half == "下午")
    return f"{date} {shown:0>2}:{minute:0>2}:{_two_digits(second or '0')}"


def _two_digits(second: str) -> str:
    whole, _, fraction = second.partition(".")
    return f"{whole:0>2}.{fraction}" if fraction else f"{whole:0>2}"


def _orders(pairs: "Iterable[re.Match[str]]") -> dict[str, bool]:
    """Sign between the numbers -> whether the day leads, where a value proves it (13/04/2026) and none proves the contrary."""
    proofs: dict[str, set[bool]] = {}
    for found in pairs:
        if (int(found[1]) > 12) != (int(found[3]) > 12):
            proofs.setdefault(found[2], set()).add(int(found[1]) > 12)
    return {sign: proof.pop() for sign, proof in proofs.items() if len(proof) == 1}


def _from_day_and_month(found: "re.Match[str]", day_leads: bool | None) -> str:
    """ISO text, or nothing where the date can be read in two ways; 13/04/2026 and 04/04/2026 cannot."""
    first, second = int(found[1]), int(found[3])
    if first > 12 or second > 12 or first == second:
        day_leads = first > 12 or first == second
    if day_leads is None:
        return ""
    day, month = (first, second) if day_leads else (second, first)
    clock = f" {found[5]:0>2}{found[6]}" if found[5] else ""
    return f"{found[4]}-{month:0>2}-{day:0>2}{clock}"
