"""What a project says about a store's day and about the limits its sales keep.

Belongs here: the closed schema of `business_day:` and `sales_limits:`. Does not belong here: moving times (`cleaned/sales_time.py`),
looking for sales beyond a limit (`cleaned/sales_audit.py`).
"""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

_CLOSED = ConfigDict(extra="forbid", frozen=True)


class BusinessDay(BaseModel):
    """When a store's day begins, and by which clock its sales are written down.

    Attributes:
        cut_off: `HH:MM`; what is sold before it belongs to the day before. None: nobody has said so, and the day begins at midnight.
        time_zone: the store's, as `Asia/Shanghai`.
        source_time_zone: the zone the source writes its times in (`UTC`), if it is not the store's.
    """

    model_config = _CLOSED

    cut_off: str | None = Field(default=None, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    time_zone: str = "Asia/Shanghai"
    source_time_zone: str | None = None

    @field_validator("time_zone", "source_time_zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        try:
            return name if name is None else ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone {name!r}; write it as in Asia/Shanghai, America/New_York or UTC") from None

    @property
    def begins(self) -> timedelta:
        """How long after midnight the day begins."""
        hours, minutes = map(int, (self.cut_off or "00:00").split(":"))
        return timedelta(hours=hours, minutes=minutes)

    @property
    def converts(self) -> bool:
        """Whether times of sale are written by another clock than the store's."""
        return self.source_time_zone not in {None, self.time_zone}

    def laid_over(self, other: "BusinessDay | None") -> "BusinessDay":
        """What is said here, and the rest as in `other`: a store's day over its source's."""
        return self if other is None else other.model_copy(update=self.model_dump(exclude_unset=True))


class SalesLimits(BaseModel):
    """What a cashier may do.

    Attributes:
        discount: largest discount as a share of the price (0.30).
        price_above_list: by which share a unit price may exceed the list price.
        rounding: largest amount that may be rounded off a ticket (抹零).
        return_days: within so many days goods may come back.
    """

    model_config = _CLOSED

    discount: Decimal | None = Field(default=None, ge=0, le=1, max_digits=7)
    price_above_list: Decimal = Field(default=Decimal(0), ge=0, le=100, max_digits=7)
    rounding: Decimal = Field(default=Decimal("1.00"), ge=0, le=1000, max_digits=7)
    return_days: int | None = Field(default=None, ge=0)
