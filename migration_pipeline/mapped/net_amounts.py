"""Net and tax of ticket lines whose amounts include tax: the gross is authoritative, what rounding leaves goes to the largest remainders.

Per ticket and rate the net is `sum of gross / (1 + rate)`, rounded once, half away from zero; the lines' nets add up to it to the cent, and
on each line net + tax = gross. So 3 x 1.00 at 13 % are 0.89 + 0.88 + 0.88 = 2.65 net, where rounding line by line would give 2.64.
Belongs here: this split. Does not belong here: which rate a line has (`sold_items.py`), comparing with taxes the source states
(`cleaned/sales_tax.py`).
"""

from typing import Any

import numpy as np
import pandas as pd

from migration_pipeline.contracts.money import from_units, in_units
from migration_pipeline.contracts.texts import numbered

_WHOLE = 10_000
"""100 % in hundredths of a percent."""
_HALF_BITS = 32
_SPARSE = 8
"""Numbers without a group are cheaper than a hash table of the groups, up to so many per line."""
_AT_ONCE = 65_536
"""Lines that are divided at once: what is only needed in between stays in the processor's cache."""


def net_and_tax(
    tickets: "pd.Series[str]", line_no: "pd.Series[Any]", gross: "pd.Series[Any]", rate: "pd.Series[Any]"
) -> "tuple[pd.Series[Any], pd.Series[Any]]":
    """Net and tax per line, both decimal128(18, 2); missing where the rate or the amount is.

    The order of the rows does not matter: of equal remainders the lower line number comes first. A ticket with all signs turned, as a
    return is, has the same nets with their signs turned.

    Args:
        tickets: each line's ticket.
        line_no: its number there, unique within the ticket (integer).
        gross: its amount including tax, decimal128(18, 2).
        rate: its tax rate in percent, decimal with 2 places, from 0 on and below 1,000.
    """
    cents, priced = in_units(gross)
    rates, rated = in_units(rate)
    there = priced & rated
    net = np.zeros(len(cents), dtype="int64")
    if there.any():
        parts = (numbered(tickets), line_no.to_numpy(dtype="int64", na_value=0), cents, rates + _WHOLE)
        if there.all():
            net = _nets(*parts)
        else:
            net[there] = _nets(*(part[there] for part in parts))
    return from_units(net, there, 2, gross.index), from_units(cents - net, there, 2, gross.index)


def _nets(ticket: np.ndarray, order: np.ndarray, cents: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Net cents of lines with gross cents (int64) at `whole` hundredths of a percent (int64; 11,300 where 13 % are in it)."""
    group = _groups(ticket, whole)
    turned = _turned(group, order, cents)
    own = np.where(turned, -cents, cents) if turned.any() else cents
    net, remainder = _floors(own, whole)
    net += _rounded_up(group, order, remainder, whole)
    np.negative(net, out=net, where=turned)
    return net


def _groups(ticket: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """One number per ticket and rate (int64)."""
    used = np.zeros(int(whole.max()) + 1, dtype=bool)
    used[whole] = True
    key = ticket * np.int64(used.sum())
    key += (np.cumsum(used) - 1)[whole]
    return np.asarray(key if key.max() < _SPARSE * len(key) else pd.factorize(key)[0])


def _floors(cents: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Net cents rounded down (int64), and what is left over of each in parts of `whole` (int64)."""
    floors, remainder = np.empty(len(cents), dtype="int64"), np.empty(len(cents), dtype="int64")
    for start in range(0, len(cents), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        times, rest = np.divmod(cents[part], whole[part])
        more, remainder[part] = np.divmod(rest * _WHOLE, whole[part])  # rest < whole: no product is too large for 64 bits
        floors[part] = times * _WHOLE + more
    return floors, remainder


def _rounded_up(group: np.ndarray, order: np.ndarray, remainder: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Which lines get the cent above: as many of each group as its sum, rounded half up, has more than its floors."""
    size = int(group.max()) + 1
    of_group = np.ones(size, dtype="int64")
    of_group[group] = whole
    wanted = (2 * _sums(group, remainder, size) + of_group) // (2 * of_group)
    up = 2 * remainder >= whole
    differs = (np.bincount(group[up], minlength=size) != wanted)[group].nonzero()[0]  # else these are the largest remainders already
    ranked = differs[np.lexsort((order[differs], -remainder[differs], group[differs]))]
    groups = group[ranked]
    first = np.ones(len(groups), dtype=bool)
    first[1:] = groups[1:] != groups[:-1]
    place = np.arange(len(groups))
    rank = place - np.maximum.accumulate(np.where(first, place, 0))
    up[ranked] = rank < wanted[groups]
    return up


def _turned(group: np.ndarray, order: np.ndarray, cents: np.ndarray) -> np.ndarray:
    """Lines of groups that are less than nothing in sum, or nothing and begin with less than nothing: they are split as their opposite."""
    negative = cents < 0
    if not negative.any():
        return negative
    size = int(group.max()) + 1
    sign = np.ones(size, dtype="int64")
    sign[group[negative]] = 0  # not known yet
    open_lines = (sign == 0)[group].nonzero()[0]
    groups, own = group[open_lines], cents[open_lines]
    high = _sums(groups, own >> _HALF_BITS, size)  # in halves: no sum of cents is too large
    low = _sums(groups, own & ((1 << _HALF_BITS) - 1), size)
    high, low = high + (low >> _HALF_BITS), low & ((1 << _HALF_BITS) - 1)
    sign = np.where(sign == 0, np.where(high != 0, np.sign(high), np.sign(low)), sign)
    even = open_lines[(sign == 0)[groups] & (own != 0)]
    last_first = even[np.lexsort((-order[even], group[even]))]
    sign[group[last_first]] = np.sign(cents[last_first])  # the line with the lowest number is written last
    return np.asarray((sign < 0)[group])


def _sums(group: np.ndarray, numbers: np.ndarray, size: int) -> np.ndarray:
    """The exact sum of each group (int64)."""
    sums = np.zeros(size, dtype="int64")
    np.add.at(sums, group, numbers)
    return sums
