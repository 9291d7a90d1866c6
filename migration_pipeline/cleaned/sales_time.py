"""The business day of a ticket, and times of sale that another clock wrote.

Belongs here: moving times into the store's zone, the day a sale belongs to, tickets outside their day. Does not belong here: reading times
(`parsing_dates.py`), telling from a store's usual hours that a clock is wrong (`sales_hours.py`).
"""

import pandas as pd

from migration_pipeline.cleaned.changes import differing
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.project.sales_settings import BusinessDay

_LONGEST_DAY = pd.Timedelta(hours=36)
_MIDNIGHT = BusinessDay()


def in_store_time(done: CleanTable, day: BusinessDay | None) -> CleanTable:
    """Times of sale by the store's clock; those that moved are in the change log.

    An hour that the source's clock showed twice or never (daylight saving) is not guessed: the row is rejected.
    """
    if day is None or not day.converts:
        return done
    shown = done.frame["sold_at"]
    zoned = shown.dt.tz_localize(day.source_time_zone, ambiguous="NaT", nonexistent="NaT")
    there = zoned.dt.tz_convert(day.time_zone).dt.tz_localize(None).astype("datetime64[us]")
    unclear = shown.notna() & there.isna()
    moved = CleanTable(done.table, done.frame.assign(sold_at=there), done.findings)
    moved = moved.changed("time_zone.sold_at", "time_zone_converted", "sold_at", there.notna() & differing(shown, there))
    return moved.marked(unclear, "unclear_hour", "sold_at")


def with_business_date(tickets: CleanTable, day: BusinessDay | None) -> CleanTable:
    """With the day each ticket belongs to: as the source says, or the calendar day of its time less the cut-off."""
    given = tickets.frame["business_date"]
    derived = _day_of(tickets.frame, day)
    return CleanTable(tickets.table, tickets.frame.assign(business_date=given.fillna(derived)), tickets.findings)


def outside_day(tickets: pd.DataFrame, day: BusinessDay | None) -> "pd.Series[bool]":
    """Tickets whose time does not lie in the business day the source gives them.

    Without a declared cut-off a day may run until noon of the next.
    """
    if day is not None and day.cut_off is not None:
        return tickets["business_date"] != _day_of(tickets, day)
    since = tickets["sold_at"] - tickets["business_date"]
    return (since < pd.Timedelta(0)) | (since >= _LONGEST_DAY)


def _day_of(tickets: pd.DataFrame, day: BusinessDay | None) -> "pd.Series[pd.Timestamp]":
    begins = pd.Timedelta((day or _MIDNIGHT).begins)
    return (tickets["sold_at"] - begins).dt.normalize().astype("datetime64[us]")
