"""Records made comparable: plain texts, one order, and pairs of letters where words are compared.

Belongs here: what happens to values before they are compared. Does not belong here: cleaning (`cleaned/`), comparing (`levels.py`).
"""

from typing import Any

import pandas as pd

from migration_pipeline.contracts.identifiers import plain_name
from migration_pipeline.mapped.matching.spec import Linkage
from migration_pipeline.mapped.matching.traits import TRAITS
from migration_pipeline.runtime.errors import BadInputError

ID = "id"
_PLAIN = frozenset({"name", "full_name", "words", "text", "title", "person"})
_EDGE = 2
PAIRS = "__pairs"
LETTERS = "__letters"


def prepared(records: pd.DataFrame, spec: Linkage) -> pd.DataFrame:
    """The records by id with exactly the columns of the linkage; names and texts plain, empty texts missing.

    Raises:
        BadInputError: a column is not there, or an id comes twice.
    """
    if absent := [column for column in (ID, *spec.columns) if column not in records]:
        raise BadInputError(f"records have no column {', '.join(absent)}", where="matching", fix="give every column of the linkage")
    if records[ID].duplicated().any():
        raise BadInputError("an id comes twice", where="matching", fix="ids must be unique in each frame")
    plain = {column for comparison in spec.comparisons if comparison.kind in _PLAIN for column in comparison.columns}
    there = _derived(records, spec)
    texts = {column: _text(there[column], plain=column in plain) for column in dict.fromkeys((*spec.columns, *spec.used))}
    frame = pd.DataFrame({ID: records[ID].astype("str"), **texts})
    for comparison in spec.comparisons:
        if comparison.kind == "words":
            frame[comparison.columns[0] + PAIRS] = _pairs(frame[comparison.columns[0]])
        if comparison.kind == "title":
            frame[comparison.columns[0] + LETTERS] = _letters(frame[comparison.columns[0]])
    return frame.sort_values(ID, kind="stable", ignore_index=True)


def _derived(records: pd.DataFrame, spec: Linkage) -> pd.DataFrame:
    return records.assign(**TRAITS[spec.traits].make(records)) if spec.traits else records


def _text(values: "pd.Series[Any]", *, plain: bool) -> "pd.Series[str]":
    text = values.astype("str")
    text = plain_name(text) if plain else text.str.strip()
    return text.where(text.ne("") & values.notna())


def _pairs(texts: "pd.Series[str]") -> "pd.Series[Any]":
    """The distinct pairs of neighbouring letters of each text; works for words and for 汉字."""
    known = {text: sorted({text[at : at + _EDGE] for at in range(max(len(text) - 1, 1))}) for text in texts.dropna().unique()}
    return texts.map(known).astype(object).where(texts.notna(), None)


def _letters(texts: "pd.Series[str]") -> "pd.Series[Any]":
    known = {text: sorted(set(text)) for text in texts.dropna().unique()}
    return texts.map(known).astype(object).where(texts.notna(), None)
