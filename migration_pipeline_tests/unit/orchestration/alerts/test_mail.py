"""A mail server gets a letter that reads in both languages; one that refuses, or offers no encryption, is a failure."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any, cast

import pytest

from migration_pipeline.orchestration.alerts.channels import ChannelError
from migration_pipeline.orchestration.alerts.mail import mail
from migration_pipeline.orchestration.alerts.messages import trial
from migration_pipeline.project.alert_settings import AlertChannel


class Post(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs; addresses that begin with `no` are refused."""

    def handle(self) -> None:
        server = cast("Any", self.server)
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            verb, refused = line[:4].upper(), b"<no" in line
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                server.letters.append(b"".join(lines))
            self.wfile.write(b"550 unknown\r\n" if refused else b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def server() -> Iterator[Any]:
    """A mail server on this machine."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as own:
        given = cast("Any", own)
        given.letters = []
        thread = threading.Thread(target=own.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield given
        own.shutdown()
        thread.join()


def channel(server: Any, **keys: object) -> AlertChannel:
    place = {"kind": "email", "host": "127.0.0.1", "port": server.server_address[1], "sender": "s@example.com", "to": ["a@example.com"]}
    return AlertChannel.model_validate({**place, "tls": "none", **keys})


def test_a_letter_arrives_with_subject_and_both_languages(server: Any) -> None:
    mail(channel(server), trial("shop", "https://ui.example"))
    letter = cast("EmailMessage", email.message_from_bytes(server.letters[0], policy=email.policy.default))
    assert (letter["Subject"], letter["To"]) == ("[shop] test message 测试消息", "a@example.com")
    text = letter.get_content()
    assert "alerts will arrive here" in text
    assert "告警将发送至此" in text


def test_an_unknown_recipient_and_a_server_without_encryption_are_failures(server: Any) -> None:
    for keys, why in (
        ({"to": ["no@example.com"]}, "did not take it"),
        ({"tls": "starttls"}, "did not take it"),
        ({"port": 9}, "did not take it"),
    ):
        with pytest.raises(ChannelError, match=why) as caught:
            mail(channel(server, **keys), trial("shop", ""))
        assert "example.com" not in str(caught.value)
    with pytest.raises(ChannelError, match="1 recipients were refused"):
        mail(channel(server, to=["a@example.com", "no@example.com"]), trial("shop", ""))
