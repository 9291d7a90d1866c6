"""Prices a hundred times too high or too low, as when cents were taken for yuan.

Belongs here: masks over prices. Does not belong here: what is done with the rows (`policies.py`).
"""

from itertools import combinations
from statistics import median_low
from typing import Any

import pandas as pd
import pyarrow as pa

_FAR = 50
_FEWEST = 3


def prices_disagree(frame: pd.DataFrame, columns: tuple[str, ...]) -> "pd.Series[bool]":
    """Rows of which two prices above 0 differ 50 times or more."""
    hit = pd.Series(False, index=frame.index, dtype=bool)
    for one, other in combinations(columns, 2):
        both = (frame[one] > 0) & (frame[other] > 0)
        far = (frame[one] >= frame[other] * _FAR) | (frame[other] >= frame[one] * _FAR)
        hit |= (both & far).fillna(False).astype(bool)
    return hit


def far_from_the_others(groups: "pd.Series[str]", prices: "pd.Series[Any]") -> "pd.Series[bool]":
    """Rows whose price above 0 is 50 times or more away from the middle one of their group, for groups of three prices or more."""
    sold = (prices > 0).fillna(False).astype(bool) & groups.notna()
    doubtful = groups.isin(_spread_groups(groups[sold], prices[sold])) & sold
    middle = prices[doubtful].groupby(groups[doubtful]).agg(lambda values: median_low(list(values)))
    usual = groups[doubtful].map(middle)
    far = [price >= most * _FAR or most >= price * _FAR for price, most in zip(prices[doubtful], usual, strict=True)]
    return pd.Series(far, index=usual.index, dtype=bool).reindex(groups.index, fill_value=False)


def _spread_groups(groups: "pd.Series[str]", prices: "pd.Series[Any]") -> list[str]:
    table = pa.table({"group": pa.array(groups), "price": pa.array(prices)})
    spread = table.group_by("group").aggregate([("price", "min"), ("price", "max"), ("price", "count")]).to_pandas()
    wide = (spread["price_count"] >= _FEWEST) & (spread["price_max"] >= spread["price_min"] * _FAR)
    return [str(group) for group in spread.loc[wide, "group"]]
