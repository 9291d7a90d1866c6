"""One way to read a store's ticket numbers as a series, and how well it explains them.

Belongs here: taking numbers apart, counting runs of consecutive ones. Does not belong here: choosing between readings
(`receipt_numbers.py`).
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Array = np.ndarray[Any, np.dtype[np.int64]]
PREFIX, WHOLE = "prefix", 18
SCOPES: tuple[tuple[str, ...], ...] = (("terminal",), ("terminal", "business_date"), (), ("business_date",), (PREFIX,))
"""What a series may start anew with: a terminal, its day, the text before the number."""
LENGTHS = (WHOLE, 6, 5, 4, 3)
"""Trailing digits that count on; 18 stands for all of them."""
_PARTS = r"^(?P<head>.*?)(?P<tail>[0-9]{1,18})$"
_FEWEST_STEPS, _SERIES, _REPEATED, _NUMBERED = 5, 75, 10, 90
"""Percent: steps of exactly one that make a series; numbers that come again; tickets that have such a number."""
_FEW, _SHARE = 20, 20
"""So many numbers, or one in so many of the store's, may be missing; a farther jump is a new series."""
_TO_ONE_RUN = 10
"""So many missing numbers are as unlikely as one more run."""
_WIDE = 10**9


@dataclass(frozen=True)
class Series:
    """How a store numbers its tickets: so many trailing digits, anew for each of `scope`."""

    digits: int
    scope: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What one series makes of the tickets.

    Attributes:
        tickets, numbered: how many there are, and how many have a number of that kind.
        repeats: numbers that another ticket has in the same scope.
        scopes, runs: how many scopes there are, and runs of consecutive numbers in them.
        ends, sizes: of each gap the number after it, and how many are missing.
        places: positions of the tickets after the gaps.
    """

    series: Series
    tickets: int
    numbered: int = 0
    repeats: int = 0
    scopes: int = 0
    runs: int = 0
    ends: Array = field(default_factory=lambda: np.empty(0, "int64"), compare=False)
    sizes: Array = field(default_factory=lambda: np.empty(0, "int64"), compare=False)
    places: Array = field(default_factory=lambda: np.empty(0, "int64"), compare=False)

    @property
    def cost(self) -> int:
        """How much is left to explain: the fewer runs, repeated and missing numbers, the better the reading."""
        return self.runs + self.repeats + self.missing // _TO_ONE_RUN

    @property
    def missing(self) -> int:
        """Numbers that are not there."""
        return int(self.sizes.sum())

    @property
    def sound(self) -> bool:
        """Nearly all tickets have such a number, nearly none twice, and most follow the one before."""
        steps = self.numbered - self.repeats - self.scopes
        ones = self.numbered - self.repeats - self.runs
        enough = steps >= _FEWEST_STEPS and 100 * self.numbered >= _NUMBERED * self.tickets
        return enough and 100 * self.repeats <= _REPEATED * self.numbered and 100 * ones >= _SERIES * steps


class Numbers:
    """The numbers of tickets, taken apart once for all readings.

    `tickets` has `ticket_no`, none missing, and for scopes `terminal` and `business_date`.
    """

    def __init__(self, tickets: pd.DataFrame) -> None:
        parts = pc.extract_regex(_in_one(pa.array(tickets["ticket_no"], pa.large_string())), _PARTS)
        tail = pc.struct_field(parts, "tail")
        self._heads: pa.Array = pc.struct_field(parts, "head")
        self._lengths: Array = pc.fill_null(pc.utf8_length(tail), 0).to_numpy(zero_copy_only=False)
        self._numbers: Array = pc.fill_null(tail.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        self._tickets = tickets
        self.total = len(tickets)

    def known(self, digits: int) -> tuple[Array, Array]:
        """The last digits as numbers, and the positions of the tickets that have so many (for all digits: any)."""
        places = np.flatnonzero(self._lengths >= (1 if digits == WHOLE else digits))
        return self._numbers[places] % 10**digits, places

    def scopes(self, series: Series) -> Array:
        """A code per ticket for what its series starts anew with; -1 where that is missing."""
        codes = np.zeros(self.total, "int64")
        for name in series.scope:
            own = self._before(series.digits) if name == PREFIX else self._codes[name]
            codes = np.where((codes < 0) | (own < 0), -1, codes * (own.max(initial=0) + 1) + own)
        return codes

    @cached_property
    def _codes(self) -> dict[str, Array]:
        return {name: pd.factorize(self._tickets[name])[0].astype("int64") for name in ("terminal", "business_date")}

    @cached_property
    def _texts(self) -> Array:
        return np.asarray(self._heads.dictionary_encode().indices.fill_null(0), "int64")

    def _before(self, digits: int) -> Array:
        numbers = pd.factorize(self._numbers // 10**digits)[0].astype("int64")
        codes: Array = self._texts * (numbers.max(initial=0) + 1) + numbers
        return codes


def _in_one(texts: "pa.Array | pa.ChunkedArray") -> pa.Array:
    """Columns that were put together from several come in chunks."""
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def most_missing(tickets: int) -> int:
    """How many numbers a store with so many tickets may have lost."""
    return max(_FEW, tickets // _SHARE)


def read_as(numbers: Numbers, series: Series) -> Reading:
    """Count runs, repeats and gaps."""
    tails, places = numbers.known(series.digits)
    scopes = numbers.scopes(series)[places]
    tails, places, scopes = tails[scopes >= 0], places[scopes >= 0], scopes[scopes >= 0]
    if not len(tails):
        return Reading(series, numbers.total)
    farthest = most_missing(numbers.total) + 1
    near = _drawn_together(tails, farthest + 1)
    keys = scopes * (near.max() + farthest + 1) + near
    order = np.argsort(keys, kind="stable")
    steps = np.diff(keys[order])
    after = np.flatnonzero((steps > 1) & (steps <= farthest)) + 1
    return Reading(
        series,
        tickets=numbers.total,
        numbered=len(tails),
        repeats=int((steps == 0).sum()),
        scopes=len(np.unique(scopes)),
        runs=1 + int((steps > 1).sum()),
        ends=tails[order[after]],
        sizes=steps[after - 1] - 1,
        places=places[order[after]],
    )


def _drawn_together(tails: Array, farthest: int) -> Array:
    """The same numbers from 0 on, with long jumps shortened, so that they have room for a scope before them."""
    least: Array = tails - tails.min()
    if least.max() < _WIDE:
        return least
    order = np.argsort(least, kind="stable")
    short = np.minimum(np.diff(least[order], prepend=0), farthest)
    near: Array = np.empty_like(least)
    near[order] = np.cumsum(short)
    return near
