"""Signs of damage in names: pictures, names cut at the width of a column, two names that cannot mean the same thing.

Belongs here: masks over one column of names. Does not belong here: what is done with the rows (`policies.py`), repairs.
"""

import pandas as pd

from migration_pipeline.contracts.identifiers import plain_name

_EMOJI = "[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]"
_WIDTHS = (8, 10, 12, 16, 20, 24, 30, 32, 40, 50, 60, 64, 80, 100, 128, 200, 250, 255)
_FEWEST = 5


def has_emoji(names: "pd.Series[str]") -> "pd.Series[bool]":
    """Names with an emoji or another picture sign; rare ideographs (𠮷) are none."""
    return names.str.contains(_EMOJI, regex=True, na=False)


def cut_names(names: "pd.Series[str]") -> "pd.Series[bool]":
    """Names of the greatest length, where that is a usual column width in GBK bytes and names pile up there.

    A pile is at least five different names, and more than there are of the two lengths below it together: names that end by themselves
    become rarer with their length.
    """
    known = names.dropna().drop_duplicates()
    width = known.str.len() + known.str.replace("[\x00-\x7f]", "", regex=True).str.len()
    longest = int(width.max()) if len(width) else 0
    pile = int((width == longest).sum())
    below = int(width.isin([longest - 1, longest - 2]).sum())
    if longest not in _WIDTHS or pile < _FEWEST or pile <= below:
        return pd.Series(False, index=names.index, dtype=bool)
    return names.isin(known[width == longest])


def nothing_in_common(left: "pd.Series[str]", right: "pd.Series[str]") -> "pd.Series[bool]":
    """Pairs of names, of two letters or more each, that share no letter; missing names share everything.

    Meant for the few rows whose names differ: it looks at each pair.
    """
    pairs = zip(plain_name(left).fillna(""), plain_name(right).fillna(""), strict=True)
    strange = [min(len(a), len(b)) > 1 and not set(a) & set(b) for a, b in pairs]
    return pd.Series(strange, index=left.index, dtype=bool)
