"""What channels were told, and every attempt.

Belongs here: keeping and listing. Does not belong here: what there is to tell (`orchestration/alerts/`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models_alerts import AlertSending, AlertTold
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class AlertRepository:
    """Alerts told in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def told(self, channel: str) -> dict[str, str]:
        """Alert -> the state in which the channel was told of it."""
        query = select(AlertTold.alert, AlertTold.state).where(AlertTold.channel == channel)
        with Session(control_engine(self.databases)) as session:
            return {str(alert): str(state) for alert, state in session.execute(query)}

    def arrived(self, sending: AlertSending, now: Mapping[str, str], over: Collection[str]) -> None:
        """A message arrived: the channel knows these alerts in these states, and that those are over."""
        channel, at = sending.channel, sending.sent_at
        with Session(control_engine(self.databases)) as session, session.begin():
            session.execute(delete(AlertTold).where(AlertTold.channel == channel, AlertTold.alert.in_([*now, *over])))
            if now:
                rows = [{"channel": channel, "alert": alert, "state": state, "told_at": at} for alert, state in now.items()]
                session.execute(insert(AlertTold), rows)
            session.add(sending)

    def failed(self, sending: AlertSending) -> None:
        """A message did not arrive; what it told is still to be told."""
        with Session(control_engine(self.databases)) as session, session.begin():
            session.add(sending)

    def sendings(self, channel: str, since: datetime) -> list[AlertSending]:
        """Attempts of a channel since a moment, newest first."""
        query = select(AlertSending).where(AlertSending.channel == channel, AlertSending.sent_at >= since)
        with Session(control_engine(self.databases)) as session:
            return list(session.scalars(query.order_by(AlertSending.sent_at.desc(), AlertSending.id.desc())))
