"""Telling every channel what it does not know yet; none waits for another, and what does not arrive is told the next time.

Belongs here: who is told what now, and keeping it. Does not belong here: the choice (`due.py`), sending (`channels.py`, `mail.py`).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from migration_pipeline.control.models_alerts import AlertSending
from migration_pipeline.control.repository.alerts import AlertRepository
from migration_pipeline.orchestration.alerts.channels import post
from migration_pipeline.orchestration.alerts.due import Links, allowed, due
from migration_pipeline.orchestration.alerts.facts import read_facts
from migration_pipeline.orchestration.alerts.judge import Alert, judged
from migration_pipeline.orchestration.alerts.mail import mail
from migration_pipeline.orchestration.alerts.messages import Message, trial
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.alert_settings import AlertChannel
from migration_pipeline.runtime.errors import Store2erpError

_REMEMBERED = timedelta(hours=12)


@dataclass(frozen=True)
class Told:
    """What became of one channel: messages that arrived, messages that are still to be told, and why."""

    channel: str
    arrived: int
    waiting: int
    problem: str = ""


def alerts_now(workspace: Workspace, died: Sequence[tuple[str, str]] = (), now: datetime | None = None) -> list[Alert]:
    """All there is to tell.

    Raises:
        InfrastructureError: the control database is not there.
    """
    facts = read_facts(workspace.databases, died)
    return judged(facts, workspace.project.alerts, workspace.stores.keys(), now or datetime.now(UTC))


def tell_all(workspace: Workspace, alerts: Sequence[Alert], now: datetime | None = None) -> list[Told]:
    """Tell every channel, all at the same time.

    Raises:
        InfrastructureError: the control database is not there.
    """
    moment, channels = now or datetime.now(UTC), workspace.project.alerts.channels
    with ThreadPoolExecutor(max(1, len(channels))) as pool:
        return list(pool.map(lambda one: _tell(workspace, one[0], one[1], alerts, moment), channels.items()))


def tell_trial(workspace: Workspace, names: Sequence[str]) -> list[Told]:
    """One message to each of these channels that says that it is only a test; it changes nothing of what they know."""
    project = workspace.project
    message, results = trial(project.name, _links(workspace).of()), []
    for name in names:
        problem = _problem(project.alerts.channels[name], message, datetime.now(UTC))
        results.append(Told(name, int(not problem), int(bool(problem)), problem))
    return results


def _tell(workspace: Workspace, name: str, channel: AlertChannel, alerts: Sequence[Alert], now: datetime) -> Told:
    kept = AlertRepository(workspace.databases)
    messages = due(workspace.project.name, channel, alerts, kept.told(name), _links(workspace))
    arrived = 0
    for message in allowed(channel, messages, kept.sendings(name, now - _REMEMBERED), now):
        problem = _problem(channel, message, now)
        sending = AlertSending(channel=name, sent_at=now, title=message.title, alerts=message.alerts, problem=problem)
        if problem:
            kept.failed(sending)
            return Told(name, arrived, len(messages) - arrived, problem)
        kept.arrived(sending, message.now, message.over_keys)
        arrived += 1
    return Told(name, arrived, len(messages) - arrived)


def _problem(channel: AlertChannel, message: Message, now: datetime) -> str:
    """Why a message did not arrive; empty if it did."""
    try:
        if channel.kind == "email":
            mail(channel, message)
        else:
            post(channel, message, now)
    except Store2erpError as error:
        return error.what
    return ""


def _links(workspace: Workspace) -> Links:
    return Links(workspace.project.alerts.url, str(workspace.report))
