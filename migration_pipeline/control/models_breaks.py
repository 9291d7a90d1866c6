"""Tables of breaks that live over many runs.

Belongs here: columns. Does not belong here: the other tables (`models.py`), how a case moves from state to state (`break_states.py`).
"""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from migration_pipeline.control.models import Base, Code, Count, Measured, Moment, Number


class BreakCase(Base):
    """One difference of one store x dataset, from when it was first seen until it is gone, and beyond.

    Attributes:
        metric, grp, reason: what differs; with store and dataset its identity.
        weight: `expected`, `warns`, `fails` or `fatal` (`contracts/break_classes.py`).
        last_run: the run that saw it last, or saw that it is gone.
        runs: how many runs have seen it.
        rows, amount, fingerprint: as it was seen last; the print tells another change of the same size apart.
        state: `explained`, `open`, `acknowledged` (somebody owns it), `accepted` or `closed`.
        sample: at most five row ids or ERP keys, those of persons masked.
    """

    __tablename__ = "break_case"
    __table_args__ = (Index("break_case_place_idx", "store", "dataset", "metric", "grp", "reason", unique=True),)

    id: Mapped[Number] = mapped_column(init=False)
    store: Mapped[Code]
    dataset: Mapped[str]
    metric: Mapped[str]
    grp: Mapped[str]
    reason: Mapped[str]
    break_class: Mapped[str]
    weight: Mapped[str]
    first_seen_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    last_run: Mapped[str]
    runs: Mapped[Count]
    rows: Mapped[Count]
    amount: Mapped[Measured]
    fingerprint: Mapped[str]
    state: Mapped[str]
    owner: Mapped[str]
    note: Mapped[str]
    sample: Mapped[list[Any]] = mapped_column(JSONB)


class BreakEvent(Base):
    """What happened to a case; never changed or deleted.

    Attributes:
        kind: by runs `found`, `moved`, `gone`, `returned`, `reopened`; by people `owned`, `noted`, `accepted`.
        who: empty: a run.
        state: of the case afterwards.
    """

    __tablename__ = "break_event"
    __table_args__ = (Index(None, "case_id"), Index(None, "run_id"))

    id: Mapped[Number] = mapped_column(init=False)
    case_id: Mapped[Count]
    happened_at: Mapped[Moment]
    kind: Mapped[str]
    who: Mapped[str]
    told: Mapped[str]
    run_id: Mapped[str]
    state: Mapped[str]
    rows_before: Mapped[Count]
    rows_after: Mapped[Count]
    amount_before: Mapped[Measured]
    amount_after: Mapped[Measured]
