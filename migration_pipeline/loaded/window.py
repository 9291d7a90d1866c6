"""At which hours a store may be loaded, and which hours of its day are quiet.

Belongs here: hours as a person writes them, open or not, the next opening, the quietest hours of a histogram. Does not belong here: whose
hours (`project/loading_settings.py`), reading sales, refusing (`orchestration/window.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_DAYS_AHEAD = 3
"""An opening comes every day; a clock change may move one past midnight."""


@dataclass(frozen=True)
class Hours:
    """From `begins` up to, not including, `ends`, in minutes since midnight; past midnight if `ends` is not after `begins`."""

    begins: int
    ends: int

    @classmethod
    def of(cls, text: str) -> Self:
        """`22:00-06:00` as the project file has it."""
        begins, ends = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
        return cls(begins, ends)

    def hold(self, minute: int) -> bool:
        """Whether a minute of the day lies within."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    def __str__(self) -> str:
        """As in the project file."""
        return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (self.begins, self.ends))


@dataclass(frozen=True)
class Window:
    """The hours at which a store may be loaded, by the clock of its zone."""

    hours: tuple[Hours, ...]
    zone: str

    def is_open(self, now: datetime) -> bool:
        """Whether a store may be loaded at a moment (with its zone)."""
        there = now.astimezone(ZoneInfo(self.zone))
        return any(hours.hold(there.hour * 60 + there.minute) for hours in self.hours)

    def opens(self, now: datetime) -> datetime:
        """The next opening after a moment at which it is closed, by the store's clock."""
        zone, moment = ZoneInfo(self.zone), now.astimezone(UTC)
        today = now.astimezone(zone).date()
        days = [today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)]
        # compared in UTC: two times of one zone compare by the clock, which shows some hours twice
        openings = [_at(day, hours.begins, zone).astimezone(UTC) for hours in self.hours for day in days]
        return min(opening for opening in openings if opening > moment).astimezone(zone)

    def __str__(self) -> str:
        """Hours and zone, for a person."""
        return f"{', '.join(map(str, self.hours))} ({self.zone})"


def quiet_hours(tickets: Sequence[int], length: int) -> Hours:
    """The run of whole hours around the clock with the fewest tickets.

    Where several have equally few (a shop that is closed at night), it is the middle of the longest stretch of them, far from all sales.

    Args:
        tickets: how many were sold in each of the 24 hours of the day.
        length: how many hours, 1 to 23.
    """
    if len(tickets) != 24 or not 1 <= length <= 23:
        raise ValueError("24 hours of the day, of which 1 to 23 are wanted")
    sold = [sum(tickets[(begin + hour) % 24] for hour in range(length)) for begin in range(24)]
    fewest = [count == min(sold) for count in sold]
    stretches = [_stretch(fewest, begin) for begin in range(24)]
    begin = max(range(24), key=lambda hour: (stretches[hour], -hour))
    quietest = (begin + (stretches[begin] - 1) // 2) % 24
    return Hours(quietest * 60, (quietest + length) % 24 * 60)


def _stretch(marked: Sequence[bool], begin: int) -> int:
    """How many in a row are marked from `begin` on, around the clock."""
    return next((ahead for ahead in range(24) if not marked[(begin + ahead) % 24]), 24)


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone)
