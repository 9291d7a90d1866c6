"""What a project says about following its sources after a store was migrated.

Belongs here: the closed schema of `sync:`. Does not belong here: looking at sources (`orchestration/sync.py`).
"""

from pydantic import BaseModel, ConfigDict, Field


class Sync(BaseModel):
    """How migrated stores are kept up to date with their sources.

    Attributes:
        enabled: whether sources are watched.
        settle_seconds: a store's files must have stayed as they are for so long before they are read.
        every_seconds: how often a live database is read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    settle_seconds: int = Field(default=10, ge=1, le=3600)
    every_seconds: int = Field(default=300, ge=10, le=86_400)
