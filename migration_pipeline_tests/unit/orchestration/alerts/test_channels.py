"""Each channel gets what it takes, from a real server; refused, silent and broken servers are failures that tell no address and no key."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from migration_pipeline.orchestration.alerts import channels
from migration_pipeline.orchestration.alerts.channels import ChannelError, post, secret_of
from migration_pipeline.orchestration.alerts.messages import Message, trial
from migration_pipeline.project.alert_settings import AlertChannel
from migration_pipeline.runtime.errors import BadInputError

SECRET = "SEC-of-the-robot"  # noqa: S105 - of this test
SIGNED = {"secret": "env:SIGNED_WITH"}
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
MESSAGE = Message(
    "failed_run", "[shop] 1 × stopped", lines=("A loaded_sales <1>",), hint_zh="处理", link="https://ui.example/runs/r1", now={"k": "s"}
)


@dataclass
class Robot:
    """A server that keeps what it got and answers as it is told, the first answers first."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def body(self) -> Any:
        return json.loads(self.got[-1][2])


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    """A robot on this machine, its address in the environment."""
    own = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            own.got.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            status, text = own.answers.pop(0) if own.answers else (200, b'{"errcode": 0, "errmsg": "ok"}')
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        own.url = f"http://127.0.0.1:{server.server_port}/robot/send?key=KEY"
        monkeypatch.setenv("ROBOT", own.url)
        monkeypatch.setenv("SIGNED_WITH", SECRET)
        yield own
        server.shutdown()
        thread.join()


def channel(kind: str, **keys: object) -> AlertChannel:
    return AlertChannel.model_validate({"kind": kind, "url": "env:ROBOT", **keys})


def test_wecom_gets_markdown_or_text_and_its_refusal_is_a_failure_although_the_status_is_200(robot: Robot) -> None:
    post(channel("wecom"), MESSAGE, NOW)
    assert robot.body["msgtype"] == "markdown"
    assert "- A loaded_sales" in robot.body["markdown"]["content"]
    post(channel("wecom", markdown=False), MESSAGE, NOW)
    assert robot.body["text"]["content"].splitlines()[0] == MESSAGE.title
    robot.answers = [(200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}'), (200, b"<html>")]
    with pytest.raises(ChannelError, match="errcode 93000"):
        post(channel("wecom"), MESSAGE, NOW)
    with pytest.raises(ChannelError, match="cannot be read"):
        post(channel("wecom"), MESSAGE, NOW)


def test_dingtalk_is_signed_as_its_server_checks_it(robot: Robot) -> None:
    post(channel("dingtalk", **SIGNED), MESSAGE, NOW)
    asked = parse_qs(urlsplit(robot.got[0][0]).query)
    signed = hmac.new(SECRET.encode(), f"{asked['timestamp'][0]}\n{SECRET}".encode(), hashlib.sha256)
    assert (asked["timestamp"], asked["key"]) == (["1796112000000"], ["KEY"])
    assert base64.b64decode(asked["sign"][0]) == signed.digest()
    assert robot.body["markdown"]["title"] == MESSAGE.title
    robot.answers = [(200, b'{"errcode": 310000, "errmsg": "sign not match"}')]
    with pytest.raises(ChannelError, match="errcode 310000"):
        post(channel("dingtalk", **SIGNED), MESSAGE, NOW)


def test_slack_gets_text_without_marks_of_its_own(robot: Robot) -> None:
    robot.answers = [(200, b"ok")]
    post(channel("slack"), MESSAGE, NOW)
    assert "A loaded_sales &lt;1&gt;" in robot.body["text"]


def test_a_web_hook_gets_everything_signed(robot: Robot) -> None:
    robot.answers = [(204, b"")]
    post(channel("webhook", **SIGNED), MESSAGE, NOW)
    _, headers, body = robot.got[0]
    assert headers["X-Store2erp-Signature"] == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert (robot.body["event"], robot.body["alerts"], robot.body["link"]) == ("failed_run", ["k"], MESSAGE.link)


def test_a_busy_server_is_asked_again_and_what_is_refused_is_not(robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "_FIRST_PAUSE", 0)
    robot.answers = [(503, b""), (429, b""), (200, b"ok")]
    post(channel("slack"), MESSAGE, NOW)
    assert len(robot.got) == 3
    robot.answers = [(404, b""), (200, b"ok")]
    with pytest.raises(ChannelError, match="status 404"):
        post(channel("slack"), MESSAGE, NOW)
    assert len(robot.got) == 4
    robot.answers = [(302, b""), (200, b"ok")]
    with pytest.raises(ChannelError, match="status 302"):
        post(channel("slack"), MESSAGE, NOW)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/robot?key=KEY", "no address KEY"])
def test_a_server_that_is_not_there_is_told_without_its_key(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(channels, "_FIRST_PAUSE", 0)
    monkeypatch.setenv("ROBOT", url)
    with pytest.raises(ChannelError, match="no answer") as caught:
        post(channel("webhook"), trial("shop", ""), NOW)
    assert "KEY" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_secret_that_is_not_there_is_named_not_guessed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(" https://x \n", encoding="utf-8")
    assert secret_of(f"file:{tmp_path / 'key'}") == "https://x"
    monkeypatch.delenv("NOT_SET", raising=False)
    for name in ("env:NOT_SET", f"file:{tmp_path / 'absent'}"):
        with pytest.raises(BadInputError, match="is not there or empty"):
            secret_of(name)
