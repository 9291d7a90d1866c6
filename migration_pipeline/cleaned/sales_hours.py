"""What a store's usual hours say about its clocks: a terminal or file in another time zone, sales after midnight without a cut-off.

Belongs here: judging the distribution of sales over the hours of the day. Does not belong here: moving times (`sales_time.py`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Hours = npt.NDArray[np.int64]
"""Tickets per hour of the day, 24 counts."""
FEWEST = 100
"""So many timed tickets tell something about hours; fewer do not."""
_NIGHT = (2, 3, 4)
_MID_NIGHT = 3
_SHORTEST_QUIET = 5
_QUIET, _BUSY = 200, 20
"""An hour with at most one of 200 tickets is quiet; a night with one of 20 is busy."""
_ALIKE, _UNLIKE = 80, 60
"""Percent of two distributions that overlap."""
_SHOWN = 5


@dataclass(frozen=True)
class Judgement:
    """The tickets found, and what a person should know of them."""

    rows: "pd.Series[bool]"
    note: str = ""


def shifted(tickets: pd.DataFrame, *, open_at_night: bool = False) -> Judgement:
    """Tickets of a terminal or file (or all) whose hours are those of the store moved by whole hours.

    Found where a store sleeps by day and sells between two and five at night, or where one terminal's or file's hours fit those of the rest
    only when moved. Stores with fewer than 100 timed tickets say nothing, nor does a night shop that has declared its cut-off.
    """
    timed = _timed(tickets)
    rows, notes = pd.Series(False, index=tickets.index, dtype=bool), []
    hours = tickets["sold_at"].dt.hour[timed].astype("int64")
    everything = np.bincount(hours, minlength=24)
    if not open_at_night and (moved := _asleep_by_day(everything)):
        return Judgement(timed, f"all: perhaps {moved:+d} h")
    for name, groups in {"terminal": tickets["terminal"][timed], "file": _files(tickets)[timed]}.items():
        for group, own in _histograms(groups, hours).items():
            if moved := _moved(own, everything - own):
                rows |= timed & (groups == group).reindex(tickets.index, fill_value=False)
                notes.append(f"{name} {group}: perhaps {moved:+d} h")
    return Judgement(rows, "; ".join(notes[:_SHOWN]))


def past_midnight(tickets: pd.DataFrame, but: "pd.Series[bool]") -> Judgement:
    """Tickets between midnight and the quietest hour before six; those in `but` (another zone's) do not count."""
    timed = _timed(tickets) & ~but
    hours = tickets["sold_at"].dt.hour
    counts = np.bincount(hours[timed].astype("int64"), minlength=24)
    ends = int(counts[:6].argmin())
    rows = (timed & (hours < ends)).fillna(False).astype(bool)
    if not rows.any():
        return Judgement(rows)
    quiet = next((hour for hour in range(ends, 12) if counts[hour] != counts[ends]), 12)
    return Judgement(rows, f'business_day: {{cut_off: "{(ends + quiet) // 2:02d}:00"}} would count them to the evening before')


def _timed(tickets: pd.DataFrame) -> "pd.Series[bool]":
    """Tickets with a time of day; an export of dates alone has midnight everywhere."""
    moments = tickets["sold_at"]
    timed: pd.Series[bool] = moments.notna() & (moments != moments.dt.normalize())
    return timed


def _files(tickets: pd.DataFrame) -> "pd.Series[str]":
    """The file each row came from; one and the same is no group of its own."""
    files = tickets["_row_id"].str.replace(r":[^:]*$", "", regex=True)
    return files.where(files != "")


def _histograms(groups: "pd.Series[str]", hours: "pd.Series[int]") -> dict[str, Hours]:
    """Tickets per hour of every group that is large enough, if there are several groups."""
    sizes = groups.value_counts()
    if len(sizes) < 2:
        return {}
    large = sizes.index[sizes >= FEWEST]
    return {str(group): np.bincount(hours[(groups == group).to_numpy()], minlength=24) for group in large}


def _asleep_by_day(counts: Hours) -> int:
    """Hours by which a store's clock seems to be wrong, 0 if it sleeps at night, always or never."""
    total = int(counts.sum())
    if total < FEWEST or counts[list(_NIGHT)].sum() * _BUSY < total:
        return 0
    begin, length = _longest_quiet(counts * _QUIET <= total)
    if length < _SHORTEST_QUIET or any((hour - begin) % 24 < length for hour in _NIGHT):
        return 0
    return _signed(_MID_NIGHT - (begin + length // 2))


def _longest_quiet(quiet: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First hour and length of the longest run of quiet hours, around midnight if need be."""
    best = (0, 0)
    for begin in range(24):
        length = next((n for n in range(24) if not quiet[(begin + n) % 24]), 24)
        best = max(best, (begin, length), key=lambda run: run[1])
    return best


def _moved(own: Hours, rest: Hours) -> int:
    """Hours by which a group that sells more at night than the rest must be moved to look like it; 0 if it does already or never will."""
    night = [int(counts[list(_NIGHT)].sum()) for counts in (own, rest)]
    if rest.sum() < FEWEST or night[0] * rest.sum() <= night[1] * own.sum():
        return 0
    whole = int(own.sum()) * int(rest.sum())
    alike = [100 * int(np.minimum(np.roll(own, by) * rest.sum(), rest * own.sum()).sum()) // whole for by in range(24)]
    best = int(np.argmax(alike))
    return _signed(best) if alike[0] < _UNLIKE and alike[best] >= _ALIKE else 0


def _signed(hours: int) -> int:
    return (hours + 11) % 24 - 11
