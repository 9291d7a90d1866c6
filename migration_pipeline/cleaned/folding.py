"""Rows of one extract with the same key become one: newest and most complete value per field, balances added.

Belongs here: folding inside one extract. Does not belong here: matching across keys and stores (`mapped/`, `control/`).
"""

from collections.abc import Sequence

import pandas as pd

from migration_pipeline.cleaned.changes import differing
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.project.source import TableSpec


def fold_by_key(done: CleanTable, key: Sequence[str], add: Sequence[str] = ()) -> CleanTable:
    """Mark all but one row per key as `duplicate_key` (detail: the `_row_id` of the one that stays) and give that one the best values.

    Newest `updated_at` first, then the row with more values, then the later one. Columns in `add` are summed, never picked.
    The row's own measures (`_money` ...) stay its own, so that the ledger conserves. Every value that the staying row took from others is
    logged as a change of rule `fold.<column>`.
    """
    alive = done.frame["_reason"].isna()
    repeated = alive & done.frame.loc[alive, list(key)].duplicated(keep=False).reindex(done.frame.index, fill_value=False)
    if not repeated.any():
        return done
    rows = _best_first(done.frame[repeated], done.table.columns)
    keep = ~rows.duplicated(list(key))
    survivors = rows[keep]
    frame, origins = done.frame.copy(deep=False), {}
    for column in done.table.columns:
        lacking = survivors[survivors[column].isna()]
        if column not in key and column not in add and len(lacking):
            frame.loc[lacking.index, column], origins[column] = _first_filled(rows, key, column, lacking)
    if add:
        sums, others = _sums(rows, key, add, survivors), _others(rows[~keep], key, survivors)
        for column in add:
            frame.loc[survivors.index, column] = sums[column].astype(frame[column].dtype).array
            origins[column] = others
    into = rows.groupby(list(key), sort=False)["_row_id"].transform("first")[~keep].reindex(frame.index)
    folded = CleanTable(done.table, frame, done.findings)
    for column, from_row in origins.items():
        changed = differing(survivors[column], frame.loc[survivors.index, column]).reindex(frame.index, fill_value=False)
        folded = folded.changed(f"fold.{column}", "duplicate_key", column, changed, "fold", from_row)
    return folded.marked(into.notna(), "duplicate_key", into)


def _best_first(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    order = pd.DataFrame({"complete": rows[list(columns)].notna().sum(axis=1), "place": range(len(rows))}, index=rows.index)
    if "updated_at" in rows:
        order["updated_at"] = rows["updated_at"]
        order = order.sort_values(["updated_at", "complete", "place"], ascending=False, na_position="last")
    else:
        order = order.sort_values(["complete", "place"], ascending=False)
    return rows.loc[order.index]


def _first_filled(
    rows: pd.DataFrame, key: Sequence[str], column: str, lacking: pd.DataFrame
) -> tuple[pd.api.extensions.ExtensionArray, "pd.Series[str]"]:
    """Per key the first non-missing value of `column` in best-first order, and the row it stands in, aligned with `lacking`."""
    first = rows.loc[rows[column].notna(), [*key, column, "_row_id"]].drop_duplicates(list(key))
    aligned = lacking[list(key)].merge(first, on=list(key), how="left", validate="1:1")
    values: pd.api.extensions.ExtensionArray = aligned[column].astype(rows[column].dtype).array
    return values, aligned["_row_id"].set_axis(lacking.index)


def _sums(rows: pd.DataFrame, key: Sequence[str], add: Sequence[str], survivors: pd.DataFrame) -> pd.DataFrame:
    """Exact sums per key, aligned with `survivors`."""
    wanted = pd.MultiIndex.from_frame(survivors[list(key)]) if len(key) > 1 else pd.Index(survivors[key[0]])
    return rows.groupby(list(key), sort=False)[list(add)].sum().loc[wanted]


def _others(rows: pd.DataFrame, key: Sequence[str], survivors: pd.DataFrame) -> "pd.Series[str]":
    """Per key the row whose balances were added (the first of several, and how many more), aligned with `survivors`."""
    by = rows.groupby(list(key), sort=False)["_row_id"]
    found = pd.DataFrame({"_row_id": by.first(), "more": by.size() - 1}).reset_index()
    aligned = survivors[list(key)].merge(found, on=list(key), how="left", validate="1:1")
    several = aligned["_row_id"] + " +" + aligned["more"].astype("str")
    return aligned["_row_id"].where(aligned["more"] == 0, several).set_axis(survivors.index)


def with_fallbacks(done: CleanTable, spec: TableSpec) -> CleanTable:
    """Columns that no row of a key filled take the value of another column, as the project declares under `fallbacks:`."""
    for column, other in spec.fallbacks.items():
        empty = done.frame["_reason"].isna() & done.frame[column].isna() & done.frame[other].notna()
        frame = done.frame.assign(**{column: done.frame[column].where(~empty, done.frame[other])})
        done = CleanTable(done.table, frame, done.findings).changed(f"fallback.{column}", "defaulted", column, empty, "default")
    return done
