"""What a project accepts when source and ERP are compared.

Belongs here: the closed schema of `reconciliation:`. Does not belong here: comparing (`reconciled/`).
"""

from decimal import Decimal
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from migration_pipeline.contracts.measures import metrics

Tolerated = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)]


class ReconciliationSettings(BaseModel):
    """How the comparison is judged.

    Attributes:
        schedule: cron at which loaded stores are compared again, each in its window, once the schedule is switched on; none: never.
        time_zone: whose clock `schedule` means.
        tolerance: metric (`lines.money`) -> how much of a whole or of a group may stay unexplained; 0 where none is named.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schedule: Annotated[str, Field(pattern=r"^\S+( \S+){4}$")] | None = None
    time_zone: str = "Asia/Shanghai"
    tolerance: dict[str, Tolerated] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"there is no time zone {name!r}; write one as Asia/Shanghai")
        return name

    @field_validator("tolerance")
    @classmethod
    def _known(cls, tolerance: dict[str, Decimal]) -> dict[str, Decimal]:
        if unknown := [name for name in tolerance if name not in metrics()]:
            raise ValueError(f"there is no metric {unknown[0]!r}; there are {', '.join(metrics())}")
        return tolerance
