"""What a project says about how hard and at what hours the ERP may be loaded.

Belongs here: the closed schema of `loading:`. Does not belong here: windows and quiet hours (`loaded/window.py`), the pace
(`loaded/throttle.py`).
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

LOW_PEAK = "low_peak"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Hours = Annotated[str, Field(pattern=rf"^{_TIME}-({_TIME}|24:00)$")]


class Loading(BaseModel):
    """How the ERP is loaded; what a store says is laid over what the project says.

    Attributes:
        rows_per_second: at most so many rows are sent to the ERP on average; None: as fast as it takes them.
        batch_rows: at most so many rows of one table in one batch.
        target_seconds: how long the ERP should take for one batch; batches grow and shrink towards that.
        parallel: at most so many loads of this project at once, over all processes; None: no limit. Not for a store.
        refused, refused_percent: the ERP may refuse so many records of one store and dataset, or such a share, whichever is more; one more
            stops the load.
        hours: `HH:MM-HH:MM` by the store's clock, or `low_peak`: computed from the store's own sales; none: at any hour.
        low_peak_hours: how many hours `low_peak` means.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows_per_second: int | None = Field(default=None, ge=1)
    batch_rows: int | None = Field(default=None, ge=1)
    target_seconds: Decimal | None = Field(default=None, gt=0, le=3600, max_digits=7)
    parallel: int | None = Field(default=None, ge=1, le=64)
    refused: int = Field(default=100, ge=0)
    refused_percent: int = Field(default=1, ge=0, le=100)
    hours: Literal["low_peak"] | tuple[Hours, ...] = ()
    low_peak_hours: int = Field(default=6, ge=1, le=23)

    @field_validator("hours")
    @classmethod
    def _some_hours(cls, hours: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for span in () if isinstance(hours, str) else hours:
            begins, _, ends = span.partition("-")
            if begins == ends:
                raise ValueError(f"{span} is no time at all; write 00:00-24:00 for the whole day")
        return hours

    def laid_over(self, other: "Loading") -> "Loading":
        """What is said here, and the rest as in `other`: a store's over its project's."""
        return other.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})
