"""Sending a message by e-mail.

Belongs here: that. Does not belong here: robots and web hooks (`channels.py`), words (`messages.py`).
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime, make_msgid

from migration_pipeline.orchestration.alerts.channels import SECONDS, ChannelError, as_text, secret_of
from migration_pipeline.orchestration.alerts.messages import Message
from migration_pipeline.project.alert_settings import AlertChannel


def mail(channel: AlertChannel, message: Message) -> None:
    """Send to everybody of the channel; over an encrypted connection unless the project says otherwise.

    Raises:
        ChannelError: it did not arrive; says why, without addresses.
        BadInputError: the password is not there.
    """
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = message.title, channel.sender, ", ".join(channel.to)
    letter["Date"] = localtime()
    letter["Message-ID"] = make_msgid(domain=channel.sender.rpartition("@")[2] or None)
    letter.set_content(as_text(message))
    password = secret_of(channel.password) if channel.password else ""
    try:
        _send(channel, letter, password)
    except smtplib.SMTPResponseException as error:
        raise ChannelError(f"the mail server answered {error.smtp_code}", fix="check login and sender") from None
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"the mail server did not take it: {type(error).__name__}", fix="check host, port, tls: and to:") from None


def _send(channel: AlertChannel, letter: EmailMessage, password: str) -> None:
    if channel.tls == "implicit":
        server: smtplib.SMTP = smtplib.SMTP_SSL(channel.host, channel.port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(channel.host, channel.port, timeout=SECONDS)
    with server:
        if channel.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if channel.user:
            server.login(channel.user, password)
        if refused := server.send_message(letter):
            raise ChannelError(f"{len(refused)} recipients were refused", fix="check to:")
