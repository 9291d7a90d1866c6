"""Rows of one extract with the same key become one: newest and most complete value per field, balances added.

Belongs here: folding inside one extract. Does not belong here: matching across keys and stores (`mapped/`, `control/`).
"""

from collections.abc import Sequence

import pandas as pd

from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.project.source import TableSpec


def fold_by_key(done: CleanTable, key: Sequence[str], add: Sequence[str] = ()) -> CleanTable:
    """Mark all but one row per key as `duplicate_key` (detail: the `_row_id` of the one that stays) and give that one the best values.

    Newest `updated_at` first, then the row with more values, then the later one. Columns in `add` are summed, never picked.
    The row's own measures (`_money` ...) stay its own, so that the ledger conserves.
    """
    alive = done.frame["_reason"].isna()
    repeated = alive & done.frame[alive].duplicated(list(key), keep=False).reindex(done.frame.index, fill_value=False)
    if not repeated.any():
        return done
    rows = _best_first(done.frame[repeated], done.table.columns)
    keep = ~rows.duplicated(list(key))
    survivors = rows[keep]
    filled = {c: _first_filled(rows, key, c, survivors) for c in done.table.columns if c not in key and c not in add}
    sums = rows.groupby(list(key), sort=False)[list(add)].sum() if add else None
    frame = done.frame.copy()
    for column, values in filled.items():
        frame.loc[survivors.index, column] = values
    if sums is not None:
        wanted = pd.MultiIndex.from_frame(survivors[list(key)]) if len(key) > 1 else pd.Index(survivors[key[0]])
        for column in add:
            frame.loc[survivors.index, column] = sums.loc[wanted, column].astype(frame[column].dtype).array
    into = rows.groupby(list(key), sort=False)["_row_id"].transform("first")[~keep].reindex(frame.index)
    return CleanTable(done.table, frame, done.findings).marked(into.notna(), "duplicate_key", into)


def _best_first(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    order = pd.DataFrame({"complete": rows[list(columns)].notna().sum(axis=1), "place": range(len(rows))}, index=rows.index)
    if "updated_at" in rows:
        order["updated_at"] = rows["updated_at"]
        order = order.sort_values(["updated_at", "complete", "place"], ascending=False, na_position="last")
    else:
        order = order.sort_values(["complete", "place"], ascending=False)
    return rows.loc[order.index]


def _first_filled(rows: pd.DataFrame, key: Sequence[str], column: str, survivors: pd.DataFrame) -> pd.api.extensions.ExtensionArray:
    """Per key the first non-missing value of `column` in best-first order, aligned with `survivors`."""
    first = rows.loc[rows[column].notna(), [*key, column]].drop_duplicates(list(key))
    aligned = survivors[list(key)].merge(first, on=list(key), how="left", validate="1:1")
    values: pd.api.extensions.ExtensionArray = aligned[column].astype(rows[column].dtype).array
    return values


def with_fallbacks(done: CleanTable, spec: TableSpec) -> CleanTable:
    """Columns that no row of a key filled take the value of another column, as the project declares under `fallbacks:`."""
    for column, other in spec.fallbacks.items():
        empty = done.frame["_reason"].isna() & done.frame[column].isna()
        frame = done.frame.assign(**{column: done.frame[column].where(~empty, done.frame[other])})
        done = CleanTable(done.table, frame, done.findings).noted(f"fallback.{column}", "defaulted", int(empty.sum()), "default")
    return done
