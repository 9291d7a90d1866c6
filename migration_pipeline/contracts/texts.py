"""What pandas does with a column of text cell by cell, done for the whole column at once.

Belongs here: membership, looking up, replacing some cells, telling plain texts from others. Does not belong here: what a text means
(`cleaned/parsing.py`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.contracts.money import ZERO


def among(values: "pd.Series[str]", known: "pd.Series[str]") -> "pd.Series[bool]":
    """Like `values.isin(known)`, for many known texts: `isin` turns each of them into a Python object. Missing is never among them."""
    hit = pc.is_in(_whole(values), value_set=_whole(known).drop_null())
    return pd.Series(np.asarray(hit), index=values.index, dtype=bool)


def looked_up(values: "pd.Series[str]", keys: "pd.Series[str]", cells: "pd.Series[str]") -> "pd.Series[str]":
    """Like `values.map(dict(zip(keys, cells)))`: per value the cell of the first equal key; missing where there is none."""
    array = _whole(values)
    places = pc.index_in(array, value_set=_whole(keys).cast(array.type), skip_nulls=True)
    return as_text(_whole(cells).take(places), values.index)


def each_word(text: "pd.Series[str]", meaning: Callable[[str], str | None]) -> "pd.Series[str]":
    """Every text as what it means; asked once for each different text, never for a missing one."""
    coded = _whole(text).cast(pa.large_string()).dictionary_encode()
    meanings = pa.array([meaning(word) for word in coded.dictionary.to_pylist()], pa.large_string())
    return as_text(meanings.take(coded.indices), text.index)


def joined_texts(parts: "list[pd.Series[Any]]", between: str) -> "pd.Series[str]":
    """The texts (or whole numbers) of each row in one, `between` them; missing where one of them is."""
    texts = [_whole(part).cast(pa.large_string()) for part in parts]
    return as_text(pc.binary_join_element_wise(*texts, pa.scalar(between, pa.large_string())), parts[0].index)


def with_cells(text: "pd.Series[str]", where: "pd.Series[bool]", cells: "pd.Series[str]") -> "pd.Series[str]":
    """The column with `cells`, one for each place where `where` holds, in place of its own."""
    array = _whole(text)
    return as_text(pc.replace_with_mask(array, pa.array(where.to_numpy(dtype=bool)), _whole(cells).cast(array.type)), text.index)


def has_other(text: "pd.Series[str]", characters: str) -> "pd.Series[bool]":
    """Texts with a character that is none of these; not the missing ones."""
    rest = pc.utf8_trim(_whole(text), characters=characters)
    return as_mask(pc.not_equal(rest, ""), text.index)


def sums_of(groups: "pd.Series[str]", numbers: "pd.Series[Any]", wanted: "pd.Series[str]") -> "pd.Series[Any]":
    """The exact sum of the numbers of each wanted group; 0 where it has none, or is missing. Index and order are those of `wanted`."""
    table = pa.table({"group": _whole(groups), "number": pa.array(numbers)}).group_by("group").aggregate([("number", "sum")])
    places = pc.index_in(_whole(wanted), value_set=table["group"].combine_chunks(), skip_nulls=True)
    sums = pc.fill_null(table["number_sum"].take(places), ZERO).combine_chunks()
    return pd.Series(sums.cast(pa.array(numbers[:0]).type), index=wanted.index, dtype=numbers.dtype)


def runs_among(values: "pd.Series[str]", known: "pd.Series[str]") -> "pd.Series[bool]":
    """Like `among`, for values that often follow their like, as the lines of a ticket do: only the first of a run is looked up."""
    array = _whole(values)
    heads, run = _runs(array)
    hit = pc.is_in(array.filter(pa.array(heads)), value_set=_whole(known).drop_null())
    return pd.Series(np.asarray(hit)[run], index=values.index, dtype=bool)


def numbered(text: "pd.Series[str]") -> np.ndarray:
    """Equal texts as equal numbers from 0 on (int32), in the order in which they come first; for texts that often follow their like."""
    array = _whole(text)
    heads, run = _runs(array)
    first = array.filter(pa.array(heads))
    if pc.all(pc.less(first[:-1], first[1:]), skip_nulls=False).as_py():
        return run  # sorted: no run has its like elsewhere, and none need be looked for
    codes = first.dictionary_encode(null_encoding="encode").indices
    found: np.ndarray = np.asarray(codes, dtype="int32")[run]
    return found


def _runs(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Where a text is not the one before (bool), and the number of each place's run (int32)."""
    heads = np.ones(len(array), dtype=bool)
    heads[1:] = np.asarray(pc.fill_null(pc.not_equal(array[1:], array[:-1]), True))
    run = np.cumsum(heads, dtype="int32")
    run -= 1
    return heads, run


def as_text(array: Any, index: pd.Index) -> "pd.Series[str]":
    """A column of text of an Arrow array."""
    return pd.Series(array, index=index, dtype="str")


def as_mask(array: Any, index: pd.Index) -> "pd.Series[bool]":
    """A mask of an Arrow array of booleans; missing is False."""
    return pd.Series(np.asarray(pc.fill_null(array, False)), index=index, dtype=bool)


def repeated(text: str, index: pd.Index) -> "pd.Series[str]":
    """A column that says the same everywhere."""
    return as_text(pa.repeat(pa.scalar(text, pa.large_string()), len(index)), index)


def _whole(text: "pd.Series[str]") -> pa.Array:
    array = pa.array(text)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
