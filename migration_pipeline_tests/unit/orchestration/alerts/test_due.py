"""The same thing is told once until it changes or is over; limits hold messages back, a broken channel is tried less and less often."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from migration_pipeline.control.models_alerts import AlertSending
from migration_pipeline.orchestration.alerts.due import Links, allowed, due
from migration_pipeline.orchestration.alerts.judge import Alert
from migration_pipeline.orchestration.alerts.messages import Message
from migration_pipeline.project.alert_settings import AlertChannel

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
CHANNEL = AlertChannel(kind="slack", url="env:X", per_minute=2, per_hour=3)
LINKS = Links("https://ui.example/", "/reports/index.html")
STOPS = [Alert("failed_run", store, "loaded_sales", "exit 3", "exit 3", "r1") for store in "AB"]
BREAKS = [Alert("open_breaks", "A", "sales", "3", "p1")]


def messages(alerts: Sequence[Alert], known: dict[str, str], channel: AlertChannel = CHANNEL) -> list[Message]:
    """What is due."""
    return due("shop", channel, alerts, known, LINKS)


def test_alerts_of_one_kind_share_a_message_with_the_link_to_their_run() -> None:
    runs, breaks = messages([*STOPS, *BREAKS], {})
    assert runs.lines == ("A loaded_sales exit 3", "B loaded_sales exit 3")
    assert (runs.link, breaks.link) == ("https://ui.example/runs/r1", "https://ui.example/")
    assert runs.title == "[shop] 2 × stopped in a run 运行中断"
    assert Links(None, "/reports/index.html").of("r1") == "/reports/index.html"


def test_what_is_known_is_told_again_only_when_it_changes_and_once_when_it_is_over() -> None:
    known = {one.key: one.state for one in [*STOPS, *BREAKS]}
    assert messages([*STOPS, *BREAKS], known) == []
    (changed,) = messages([*STOPS, Alert("open_breaks", "A", "sales", "4", "p2")], known)
    assert (changed.kind, dict(changed.now)) == ("open_breaks", {"open_breaks|A|sales": "p2"})
    (over,) = messages(STOPS, known)
    assert (over.over, over.over_keys, over.lines) == (True, ("open_breaks|A|sales",), ("A sales",))
    assert messages([], {"failed_run||run 1234": "x"}) == [], "a run that died is forgotten, not over"


def test_a_channel_is_told_only_of_its_events() -> None:
    only = CHANNEL.model_copy(update={"events": ("open_breaks",)})
    assert [one.kind for one in messages([*STOPS, *BREAKS], {}, only)] == ["open_breaks"]


def sent(*ago: int, problem: str = "") -> list[AlertSending]:
    """Attempts so many seconds ago, newest first."""
    return [AlertSending(channel="c", sent_at=NOW - timedelta(seconds=seconds), title="", alerts=1, problem=problem) for seconds in ago]


@pytest.mark.parametrize(
    ("before", "room"), [((), 2), ((30,), 1), ((30, 40), 0), ((61, 62), 1), ((61, 62, 63), 0), ((3601, 3602, 3603), 2)]
)
def test_limits_of_a_minute_and_an_hour_hold_messages_back_and_the_last_one_says_so(before: tuple[int, ...], room: int) -> None:
    wanted = [Message(None, str(number)) for number in range(3)]
    found = allowed(CHANNEL, wanted, sent(*before), NOW)
    assert [one.title for one in found] == [str(number) for number in range(room)]
    assert [one.held for one in found] == ([0] * (room - 1) + [3 - room] if room else [])


@pytest.mark.parametrize(("failures", "minutes"), [(1, 1), (2, 2), (4, 8), (9, 60)])
def test_a_channel_that_fails_is_tried_less_and_less_often(failures: int, minutes: int) -> None:
    wide = CHANNEL.model_copy(update={"per_hour": 100, "per_minute": 100})
    for seconds, tried in ((minutes * 60 - 1, False), (minutes * 60, True)):
        attempts = [*sent(*[seconds] * failures, problem="no answer"), *sent(9000)]
        assert bool(allowed(wide, [Message(None, "x")], attempts, NOW)) is tried
