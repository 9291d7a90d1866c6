"""Tables of alerts: what each channel was told, and every attempt to tell it.

Belongs here: columns. Does not belong here: the other tables (`models.py`), what there is to tell (`orchestration/alerts/`).
"""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from migration_pipeline.control.models import Base, Code, CodeKey, Count, Moment, Number


class AlertTold(Base):
    """What a channel was told and not yet told to be over.

    Attributes:
        alert: key of the alert: kind, store and what it is about.
        state: what the alert said when it was told; another state is told again.
    """

    __tablename__ = "alert_told"

    channel: Mapped[CodeKey]
    alert: Mapped[CodeKey]
    state: Mapped[str]
    told_at: Mapped[Moment]


class AlertSending(Base):
    """One message to one channel; `problem` is empty if it arrived, else why it did not, without address or key."""

    __tablename__ = "alert_sending"
    __table_args__ = (Index("alert_sending_channel_idx", "channel", "sent_at"),)

    id: Mapped[Number] = mapped_column(init=False)
    channel: Mapped[Code]
    sent_at: Mapped[Moment]
    title: Mapped[str]
    alerts: Mapped[Count]
    problem: Mapped[str]
