"""The text of cells: exact numbers, patterns with several columns, external ids.

Belongs here: columns of text made of a frame. Does not belong here: which cells a tool has (its module), which rows (`rows.py`).
"""

import re
from typing import Any

import pandas as pd

from migration_pipeline.contracts.texts import each_word
from migration_pipeline.loaded.templates.model import PLACE, Cell
from migration_pipeline.runtime.safe_csv import FORMULA

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PLAIN = re.compile(r"[A-Za-z0-9-]")
_NEVER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def as_text(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Values as every tool reads them: plain exact numbers, 1 and 0, ISO dates; missing and empty ones are missing."""
    kind = str(values.dtype)
    if kind.startswith("bool"):
        values = values.map({True: "1", False: "0"})
    elif kind.startswith(("datetime", "timestamp")):
        values = values.astype("datetime64[us]").dt.strftime("%Y-%m-%d %H:%M:%S")
    text = values.astype(object).where(values.notna(), None).map(lambda value: None if value is None else str(value))
    return text.where(text != "", None).astype("str")


def external_id(text: str) -> str:
    """A text as part of an external id: letters, digits and `-` stay, all else becomes `_` and its code; different texts stay different.

    Odoo refuses blanks in an external id, and a dot separates the module from the name.
    """
    return "".join(sign if _PLAIN.fullmatch(sign) else f"_{ord(sign):x}_" for sign in text)


def cell_text(one: Cell, frame: pd.DataFrame) -> "pd.Series[str]":
    """The column of a cell: what it says for each row, missing where none of its patterns can be filled in."""
    text = pd.Series(None, index=frame.index, dtype="str")
    for pattern in one.values:
        text = text.where(text.notna(), _filled(pattern, frame))
    return each_word(text, lambda word: one.words.get(word, word) or None) if one.words else text


def _filled(pattern: str, frame: pd.DataFrame) -> "pd.Series[str]":
    """The pattern with its places filled in; missing where one of them is missing."""
    text = pd.Series("", index=frame.index, dtype="str")
    end = 0
    for place in PLACE.finditer(pattern):
        text = text + pattern[end : place.start()] + _place(frame[place[1]], place[2] or "")
        end = place.end()
    filled = text + pattern[end:]
    return filled.where(filled != "", None).astype("str")


def _place(values: "pd.Series[Any]", how: str) -> "pd.Series[str]":
    if how == "id":
        return each_word(as_text(values), external_id)
    if how == "+":
        return as_text(values.where(values > 0))
    if how == "-":
        return as_text(-values.where(values < 0))
    if how == "0":
        return as_text((values == 0).where(values.notna(), None).astype("boolean"))
    return as_text(values)


def runs(text: object) -> bool:
    """Whether a spreadsheet that opens a CSV file would take the cell for a formula; a plain number is none."""
    return isinstance(text, str) and text.startswith(FORMULA) and not _NUMBER.fullmatch(text)


def refusals(one: Cell, text: "pd.Series[str]", *, only_csv: bool = False) -> "pd.Series[str]":
    """Per row why the tool would refuse this cell; empty where it would not. `only_csv`: no workbook can hold it instead."""
    size = text.str.len().fillna(0)
    why = pd.Series("", index=text.index, dtype="str")
    why = why.mask(text.fillna("").str.contains(_NEVER), "unwritable")
    why = why.mask((size > one.longest) | ((size > 0) & (size < one.shortest)), "length")
    if only_csv:
        why = why.mask(pd.Series([runs(word) for word in text], index=text.index), "formula")
    if one.positive:
        why = why.mask(text.fillna("").str.startswith("-"), "negative")
    return why.mask(text.isna(), "empty") if one.required else why
