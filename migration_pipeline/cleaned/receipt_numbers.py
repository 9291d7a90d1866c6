"""Gaps in the numbers of receipts: tickets that are nowhere in the source, neither sold nor void.

The right reading of the numbers is the one that needs the fewest runs of consecutive numbers to explain them. Where none explains them
well, or two explain them about as well and disagree about what is missing, nothing is said.
Belongs here: finding the series that a store numbers its tickets by, and what is missing in it. Does not belong here: numbers that come
twice (`sales.py`), what is done about a gap (`sales_audit.py`), judging one reading (`receipt_readings.py`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from migration_pipeline.cleaned.receipt_readings import LENGTHS, SCOPES, Array, Numbers, Reading, Series, most_missing, read_as

_SAMPLE, _NEAR, _MOST_READ = 3_000, 2, 6
"""Tickets that tell which readings are worth a look; how much worse than the best such a one may be (times), and how many are read."""
_AGREE = 10
"""Readings as good as the best may differ by so many missing numbers."""
_SHOWN = 5


@dataclass(frozen=True)
class Gaps:
    """What is missing.

    Attributes:
        series: how the tickets are numbered.
        after: tickets before which numbers are missing.
        missing: how many numbers.
        note: a few of the places.
    """

    series: Series
    after: "pd.Series[bool]"
    missing: int = 0
    note: str = ""


def gaps(tickets: pd.DataFrame, others: "pd.Series[str]") -> Gaps | None:
    """Numbers that are missing between two that are there; None where numbers plainly form no series (random ids, times, too few).

    Args:
        tickets: every header, ended or not: `ticket_no`, `terminal`, `business_date`, `sold_at`.
        others: ticket numbers that only lines or payments know.
    """
    once = tickets.dropna(subset=["ticket_no"]).drop_duplicates("ticket_no").sort_values("sold_at", kind="stable")
    reading = _best(once)
    if reading is None:
        return None
    elsewhere = Numbers(others.dropna().drop_duplicates().to_frame("ticket_no")).known(reading.series.digits)[0]
    missing = reading.sizes - _between(np.sort(elsewhere), reading)
    if missing.sum() > most_missing(len(once)):
        return None
    found = np.flatnonzero(missing > 0)
    after = once.index[reading.places[found]]
    places = zip(missing[found[:_SHOWN]], once.loc[after[:_SHOWN], "ticket_no"], strict=True)
    shown = "; ".join(f"{count} before {number}" for count, number in places)
    return Gaps(reading.series, pd.Series(tickets.index.isin(after), index=tickets.index), int(missing[found].sum()), shown)


def _best(tickets: pd.DataFrame) -> Reading | None:
    """The reading that explains the tickets; None where there is none, or others as good differ about what is missing."""
    worth = _worth_reading(tickets)
    numbers = Numbers(tickets)
    sound = [reading for series in worth if (reading := read_as(numbers, series)).sound]
    if not sound:
        return None
    best = min(sound, key=lambda reading: (reading.cost, reading.missing))
    as_good = [reading.missing for reading in sound if reading.cost <= best.cost + best.cost // 10]
    return best if max(as_good) - min(as_good) <= max(_AGREE, best.missing // 2) else None


def _worth_reading(tickets: pd.DataFrame) -> list[Series]:
    """The series that the first tickets fit, best first."""
    some = Numbers(tickets.head(_SAMPLE))
    readings = [read_as(some, Series(digits, scope)) for scope in SCOPES for digits in LENGTHS]
    sound = sorted((reading for reading in readings if reading.sound), key=lambda reading: (reading.cost, reading.missing))
    worst = _NEAR * sound[0].cost + _AGREE if sound else 0
    return [reading.series for reading in sound if reading.cost <= worst][:_MOST_READ]


def _between(elsewhere: Array, reading: Reading) -> Array:
    """Per gap how many of its numbers others know."""
    return np.searchsorted(elsewhere, reading.ends) - np.searchsorted(elsewhere, reading.ends - reading.sizes)
