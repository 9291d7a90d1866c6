"""Codes of which a spreadsheet kept only the first 15 digits and wrote zeros for the rest.

Belongs here: seeing that in a whole column. Does not belong here: codes that still show the damage (8.52E+11, `parsing.py`). One such code
proves nothing, as codes may end in zeros; a column in which all long ones do does.
"""

import pandas as pd

from migration_pipeline.cleaned.table import CleanTable

_KEPT, _ENOUGH = 15, 3


def with_lost_digits(done: CleanTable) -> CleanTable:
    """The table with a finding `digits_lost.<column>` per code column in which a spreadsheet cut the long codes."""
    for column in (field.name for field in done.table.fields if field.type == "code"):
        hit = digits_lost(done.frame[column])
        if hit.any():
            done = done.noted(f"digits_lost.{column}", "digits_lost", int(hit.sum()))
    return done


def digits_lost(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """The codes of 16 digits and more, if there are three different ones or more and all have nothing but zeros behind the 15th digit."""
    none = pd.Series(False, index=codes.index, dtype=bool)
    long = codes[(codes.str.len() > _KEPT).fillna(False).astype(bool)]
    long = long[long.str.fullmatch("[0-9]+", na=False)]
    if long.nunique() < _ENOUGH or long.str.slice(_KEPT).str.strip("0").ne("").any():
        return none
    return none | none.index.isin(long.index)
