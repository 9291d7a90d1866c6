"""What a channel still has to be told: new and changed alerts and those that are over, one message per kind, within its limits.

Belongs here: that choice, as pure functions. Does not belong here: what there is to tell (`judge.py`), sending (`channels.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from migration_pipeline.control.models_alerts import AlertSending
from migration_pipeline.orchestration.alerts.judge import Alert
from migration_pipeline.orchestration.alerts.messages import Message, solved, told
from migration_pipeline.project.alert_settings import AlertChannel, EventKind

_KINDS: tuple[EventKind, ...] = get_args(EventKind)
_LONGEST = 60
"""Minutes between two attempts of a channel that does not work."""


@dataclass(frozen=True)
class Links:
    """Where messages point: Dagster's UI, else the path of the report."""

    url: str | None
    report: str

    def of(self, run_id: str = "") -> str:
        """A run's page, if there is a UI to point to."""
        if self.url is None:
            return self.report
        return f"{self.url.rstrip('/')}/runs/{run_id}" if run_id else self.url


def due(project: str, channel: AlertChannel, alerts: Sequence[Alert], known: Mapping[str, str], links: Links) -> list[Message]:
    """Messages in the order of their kinds, those about what is over last.

    Args:
        project: its short name.
        channel: whom.
        alerts: all there are now.
        known: alert -> state in which the channel was told of it.
        links: where messages point.
    """
    wanted = channel.events or _KINDS
    new = [alert for alert in alerts if known.get(alert.key) != alert.state]
    there = {alert.key for alert in alerts}
    messages = []
    for kind in wanted:
        if group := [alert for alert in new if alert.kind == kind]:
            runs = {alert.run_id for alert in group}
            messages.append(told(project, kind, group, links.of(runs.pop() if len(runs) == 1 else "")))
    ended = {kind: sorted(key for key in known.keys() - there if _is_of(key, kind)) for kind in wanted}
    return messages + [solved(project, kind, keys, links.of()) for kind, keys in ended.items() if keys]


def _is_of(key: str, kind: EventKind) -> bool:
    """A run that died as a whole is of no store; it is only forgotten, never over."""
    return key.startswith(f"{kind}|") and not key.startswith(f"{kind}||")


def allowed(channel: AlertChannel, messages: Sequence[Message], sent: Sequence[AlertSending], now: datetime) -> list[Message]:
    """As many as the channel's limits leave room for; the last one says how many wait.

    Args:
        channel: with its limits.
        messages: what is due.
        sent: attempts of the last hours, newest first.
        now: the moment.
    """
    if messages and now < _next_attempt(sent):
        return []
    minute, hour = (sum(one.sent_at > now - span for one in sent) for span in (timedelta(minutes=1), timedelta(hours=1)))
    room = max(0, min(channel.per_minute - minute, channel.per_hour - hour))
    some = list(messages[:room])
    if some and len(messages) > room:
        some[-1] = replace(some[-1], held=len(messages) - room)
    return some


def _next_attempt(sent: Sequence[AlertSending]) -> datetime:
    """When a channel whose last attempts failed is tried again: after 1, 2, 4 ... minutes."""
    failed = 0
    for one in sent:
        if not one.problem:
            break
        failed += 1
    first = sent[0].sent_at if sent else datetime.min.replace(tzinfo=UTC)
    return first + timedelta(minutes=min(_LONGEST, 2 ** (failed - 1))) if failed else first
