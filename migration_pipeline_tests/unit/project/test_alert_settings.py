"""Channels say all they need and nothing that is secret."""

import pytest
from pydantic import ValidationError

from migration_pipeline.project.alert_settings import AlertChannel

MAIL = {"kind": "email", "host": "mail.example.com", "sender": "a@example.com", "to": ["b@example.com"]}


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"kind": "wecom", "url": "https://qyapi.example.com/send?key=1"}, "String should match pattern"),
        ({"kind": "wecom"}, "needs url"),
        ({"kind": "dingtalk", "url": "env:X"}, "needs url and secret|needs secret"),
        ({"kind": "slack", "url": "env:X", "secret": "env:Y"}, "has no key 'secret'"),
        (MAIL | {"url": "env:X"}, "has no key 'url'"),
        (MAIL | {"to": []}, "needs to"),
        (MAIL | {"user": "u"}, "user without password"),
        (MAIL | {"per_minute": 0}, "greater than or equal"),
    ],
)
def test_a_channel_that_cannot_work_or_holds_a_secret_is_refused(keys: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        AlertChannel.model_validate(keys)


def test_channels_that_can_work_are_accepted() -> None:
    assert AlertChannel.model_validate(MAIL | {"user": "u", "password": "file:/run/secrets/mail"}).tls == "starttls"
    assert AlertChannel.model_validate({"kind": "dingtalk", "url": "env:X", "secret": "env:Y", "markdown": False}).per_hour == 60
