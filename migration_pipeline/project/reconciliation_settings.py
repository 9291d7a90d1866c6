"""What a project accepts when source and ERP are compared.

Belongs here: the closed schema of `reconciliation:`. Does not belong here: comparing (`reconciled/`).
"""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from migration_pipeline.contracts.measures import metrics

Tolerated = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)]


class ReconciliationSettings(BaseModel):
    """How the comparison is judged.

    Attributes:
        tolerance: metric (`lines.money`) -> how much of a whole or of a group may stay unexplained; 0 where none is named.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tolerance: dict[str, Tolerated] = Field(default_factory=dict)

    @field_validator("tolerance")
    @classmethod
    def _known(cls, tolerance: dict[str, Decimal]) -> dict[str, Decimal]:
        if unknown := [name for name in tolerance if name not in metrics()]:
            raise ValueError(f"there is no metric {unknown[0]!r}; there are {', '.join(metrics())}")
        return tolerance
