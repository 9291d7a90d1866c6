"""Tables about runs that take several stores at once.

Belongs here: their columns. Does not belong here: queries (`control/repository/`), the other tables (`models.py`).
"""

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from migration_pipeline.control.models import Base, CodeKey, Moment


class RunStop(Base):
    """Where one store stopped in one run, while the other stores of the run went on.

    Attributes:
        asset: the asset that failed, or whose check did not pass.
        check_name: that check; empty if the asset itself failed.
        told: the error in words.
        exit_code: what the error asks a command to end with; null: not one of ours.
    """

    __tablename__ = "run_stop"
    __table_args__ = (Index(None, "store"),)

    run_id: Mapped[CodeKey]
    store: Mapped[CodeKey]
    asset: Mapped[CodeKey]
    check_name: Mapped[CodeKey]
    stopped_at: Mapped[Moment]
    told: Mapped[str]
    exit_code: Mapped[int | None] = mapped_column(BigInteger)
