"""Company-wide records as the ERP holds them: every value must be one that this store sent or that some store's record says.

A record of several stores holds the newest value of each field, whichever store it came from, and a store that was mapped but not loaded
has its say in the crosswalk already: so what one store sent is not what must stand there. What no store says was changed in the ERP.
Belongs here: this comparison. Does not belong here: what the stores say (the crosswalk), tables of one store (`compare_rows.py`).
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from migration_pipeline.reconciled.compare_rows import SAMPLES, RowDifferences, alike, compare_rows
from migration_pipeline.reconciled.row_match import differing

Said = Callable[[str, pd.DataFrame], pd.DataFrame]
"""An ERP table and some of its keys -> what every source record says of them, in the shape of that table, a key as often as need be."""


def compare_shared(table: str, sent: pd.DataFrame, there: pd.DataFrame, key: Sequence[str], said: Said) -> RowDifferences:
    """Keys that this store sent and that are missing, and rows with a value that nobody says; rows of other keys do not count.

    Args:
        table: name of the ERP table.
        sent: its rows as this store sent them, one per key.
        there: the same columns, rows of the table in the ERP, at least those with the keys of `sent`.
        key: the key's columns.
        said: asked only for the rows that are not as they were sent.
    """
    key = list(key)
    there = there.merge(sent[key], on=key, how="inner", validate="1:1")
    missing = compare_rows(sent[key], there[key], key)
    own = sent.iloc[_index(sent, key).get_indexer(_index(there, key))].reset_index(drop=True)
    names = [str(name) for name in sent.columns if name not in key]
    differ = {name: differing(*alike(name, own[name], there[name])) for name in names}
    doubtful = np.logical_or.reduce([*differ.values(), np.zeros(len(there), dtype=bool)])
    if not doubtful.any():
        return missing
    rows = there[doubtful]
    words = said(table, rows[key])
    unsaid = {name: differ[name][doubtful] & ~_said(rows, words, key, name) for name in names}
    wrong = np.logical_or.reduce(list(unsaid.values()))
    keys = {"different": tuple("|".join(parts) for parts in _index(rows[wrong].head(SAMPLES), key))} if wrong.any() else {}
    return RowDifferences(
        missing=missing.missing,
        extra=0,
        different=int(wrong.sum()),
        columns={name: int(mask.sum()) for name, mask in unsaid.items() if mask.any()},
        samples={**missing.samples, **keys},
    )


def _index(rows: pd.DataFrame, key: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[key])


def _said(rows: pd.DataFrame, words: pd.DataFrame, key: list[str], name: str) -> np.ndarray:
    """Rows whose value of one column somebody says; nothing counts as said by who says nothing."""
    found, known = alike(name, rows[name], words[name])
    pairs = set(zip(_index(words, key), known.to_pylist(), strict=True))
    held = zip(_index(rows, key), found.to_pylist(), strict=True)
    return np.fromiter((pair in pairs for pair in held), dtype=bool, count=len(rows))
