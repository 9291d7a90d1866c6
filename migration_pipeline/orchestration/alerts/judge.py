"""What there is to tell: facts about stores -> alerts. Codes, counts and ids of runs only, never values of rows, never words of an error.

Belongs here: which facts are worth telling. Does not belong here: reading the facts (`facts.py`), who was told already (`due.py`),
words (`messages.py`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from migration_pipeline.project.alert_settings import Alerts, EventKind


@dataclass(frozen=True)
class Alert:
    """One thing to tell.

    Attributes:
        subject: what of the store it is about: an asset, a check, a dataset.
        figures: what is to be read beside it.
        state: changes when it has to be told again.
        run_id: the run to look at; empty: none.
    """

    kind: EventKind
    store: str
    subject: str
    figures: str
    state: str
    run_id: str = ""

    @property
    def key(self) -> str:
        """Its identity over time."""
        return f"{self.kind}|{self.store}|{self.subject}"


@dataclass(frozen=True)
class Facts:
    """What is known now.

    Attributes:
        stops: store, asset, run_id, exit_code (may be null): stores that stopped and have not come through since.
        checks: store, dataset, stage, check_name, verdict, run_id: those that fail now.
        reconciled: store, reconciled_at (with a zone).
        breaks: store, dataset, breaks, print: those that wait.
        quarantine: store, dataset, rejected, before.
        died: store (may be empty), run_id: runs that ended as failed and of which no store tells where it stopped.
    """

    stops: pd.DataFrame
    checks: pd.DataFrame
    reconciled: pd.DataFrame
    breaks: pd.DataFrame
    quarantine: pd.DataFrame
    died: pd.DataFrame


def judged(facts: Facts, settings: Alerts, stores: Collection[str], now: datetime) -> list[Alert]:
    """All alerts about these stores at a moment, in the order of their kinds; stores that left the project are not told of."""
    found = [*_runs(facts), *_checks(facts), *_late(facts, settings, now), *_breaks(facts, settings), *_quarantine(facts, settings)]
    return [alert for alert in found if not alert.store or alert.store in stores]


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    yield from frame.itertuples(index=False)


def _runs(facts: Facts) -> Iterator[Alert]:
    for one in _rows(facts.stops):
        code = "" if pd.isna(one.exit_code) else f"exit {int(one.exit_code)}"
        yield Alert("failed_run", one.store, one.asset, code, code, one.run_id)
    for one in _rows(facts.died):
        yield Alert("failed_run", "", f"{one.store} run {one.run_id[:8]}".strip(), "", one.run_id, one.run_id)


def _checks(facts: Facts) -> Iterator[Alert]:
    for one in _rows(facts.checks):
        yield Alert("failed_check", one.store, f"{one.stage}_{one.dataset} {one.check_name}", one.verdict, one.verdict, one.run_id)


def _late(facts: Facts, settings: Alerts, now: datetime) -> Iterator[Alert]:
    if settings.late_hours is None:
        return
    for one in _rows(facts.reconciled):
        if now - one.reconciled_at > timedelta(hours=settings.late_hours):
            since = f"since {one.reconciled_at:%Y-%m-%d %H:%M} {one.reconciled_at:%Z}".strip()
            yield Alert("late_store", one.store, "", since, one.reconciled_at.isoformat())


def _breaks(facts: Facts, settings: Alerts) -> Iterator[Alert]:
    for one in _rows(facts.breaks):
        if one.breaks > settings.open_breaks:
            yield Alert("open_breaks", one.store, one.dataset, f"{one.breaks:,}", one.print)


def _quarantine(facts: Facts, settings: Alerts) -> Iterator[Alert]:
    for one in _rows(facts.quarantine):
        if one.rejected - one.before > settings.quarantine_growth:
            yield Alert("quarantine_growth", one.store, one.dataset, f"{one.before:,} → {one.rejected:,}", f"{one.before} {one.rejected}")
