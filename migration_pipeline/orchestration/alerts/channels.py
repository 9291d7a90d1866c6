"""Sending a message to a channel, in the form that each takes.

Sources: the robots' own pages. WeCom and DingTalk answer 200 also to what they refuse, with an `errcode`; DingTalk wants `timestamp` in
milliseconds and `sign` in the address: base64 of HMAC-SHA256 with the secret over the timestamp, a line feed and the secret.
Belongs here: forms, signatures, sending, telling a failure without address or key. Does not belong here: e-mail (`mail.py`), words
(`messages.py`), what is sent when (`due.py`).
"""

import base64
import hashlib
import hmac
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from migration_pipeline.orchestration.alerts.messages import Message
from migration_pipeline.project.alert_settings import AlertChannel
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

SECONDS = 8
_FIRST_PAUSE = 1
_TRANSIENT = (429, 502, 503, 504)


class ChannelError(InfrastructureError):
    """A message did not arrive; says why, never where the channel is."""


def secret_of(name: str) -> str:
    """What an environment variable (`env:NAME`) or a file (`file:PATH`) holds.

    Raises:
        BadInputError: it is not there or empty.
    """
    where, _, what = name.partition(":")
    try:
        held = os.environ.get(what, "") if where == "env" else Path(what).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        held = ""
    if not held.strip():
        raise BadInputError(f"{name} is not there or empty", where="migration.yaml, alerts:", fix="set it for the daemon and the command")
    return held.strip()


def as_text(message: Message) -> str:
    """Plain text."""
    parts = [message.title, "", *message.lines, *message.more()]
    hints = [message.hint_zh, message.hint_en, message.link]
    return "\n".join([*parts, "", *(text for text in hints if text)])


def as_markdown(message: Message) -> str:
    """Markdown as both robots know it: a heading, a list, a quote, a link."""
    lines = [f"- {line}" for line in message.lines]
    hints = [f"> {text}" for text in (message.hint_zh, message.hint_en) if text]
    link = f"[{message.link}]({message.link})" if message.link.startswith("http") else message.link
    return "\n".join([f"### {message.title}", "", *lines, *message.more(), "", *hints, "", link]).strip()


def as_json(message: Message) -> dict[str, object]:
    """For programs: everything, also the keys of alerts that found no room in the lines."""
    return {
        "title": message.title,
        "event": message.kind or "test",
        "over": message.over,
        "lines": list(message.lines),
        "alerts": [*message.now, *message.over_keys],
        "held": message.held,
        "hint": {"en": message.hint_en, "zh": message.hint_zh},
        "link": message.link,
    }


def dingtalk_sign(secret: str, milliseconds: int) -> str:
    """The signature of one moment."""
    text = f"{milliseconds}\n{secret}"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256)).decode()


def post(channel: AlertChannel, message: Message, now: datetime) -> None:
    """Send to a robot or web hook.

    Raises:
        ChannelError: it did not arrive, or was refused.
        BadInputError: its address or secret is not there.
    """
    url, headers = secret_of(channel.url or ""), {"Content-Type": "application/json"}
    secret = secret_of(channel.secret) if channel.secret else ""
    body = json.dumps(_body(channel, message), ensure_ascii=False).encode()
    if channel.kind == "dingtalk":
        moment = round(now.timestamp() * 1000)
        url += ("&" if "?" in url else "?") + urlencode({"timestamp": moment, "sign": dingtalk_sign(secret, moment)})
    elif secret:
        headers["X-Store2erp-Signature"] = "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    _demand_taken(channel, _answer(url, body, headers))


def _body(channel: AlertChannel, message: Message) -> dict[str, object]:
    if channel.kind == "slack":
        text = as_text(message).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": text}
    if channel.kind == "webhook":
        return as_json(message)
    if not channel.markdown:
        return {"msgtype": "text", "text": {"content": as_text(message)}}
    if channel.kind == "wecom":
        return {"msgtype": "markdown", "markdown": {"content": as_markdown(message)}}
    return {"msgtype": "markdown", "markdown": {"title": message.title, "text": as_markdown(message)}}


def _answer(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    """What the server answered with a status of success; a server that is not there is asked three times."""
    import urllib3  # its import tries out a socket, and definitions must touch nothing

    tries = urllib3.Retry(
        total=2, backoff_factor=_FIRST_PAUSE, status_forcelist=_TRANSIENT, allowed_methods=None, raise_on_status=False,
        respect_retry_after_header=False,
    )  # fmt: skip
    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(total=SECONDS), retries=tries) as pool:
            answer = pool.request("POST", url, body=body, headers=headers, redirect=False)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        cause = getattr(error, "reason", None) or error
        raise ChannelError(f"no answer: {type(cause).__name__}", fix="check address, network and proxy") from None
    if answer.status // 100 != 2:
        raise ChannelError(f"the server answered with status {answer.status}", fix="check the address and its key") from None
    return answer.data


def _demand_taken(channel: AlertChannel, answer: bytes) -> None:
    """The robots say in their answer whether they took it."""
    if channel.kind not in {"wecom", "dingtalk"}:
        return
    try:
        said: Any = json.loads(answer)
        code = said["errcode"]
    except (ValueError, KeyError, TypeError):
        raise ChannelError("the robot's answer cannot be read", fix="check the address") from None
    if code != 0:
        raise ChannelError(f"the robot refused it: errcode {code}", fix="look the code up in the robot's pages") from None
