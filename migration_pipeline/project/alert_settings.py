"""What a project says about alerts: whom to tell of what, where.

Belongs here: the closed schema of `alerts:`. Does not belong here: what there is to tell, and telling it (`orchestration/alerts/`).
No secret stands in a project file: it names the environment variable or the file that holds it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ChannelKind = Literal["wecom", "dingtalk", "slack", "email", "webhook"]
EventKind = Literal["failed_run", "failed_check", "late_store", "open_breaks", "quarantine_growth"]
SecretName = Annotated[str, Field(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*)$")]
_ROBOTS: tuple[ChannelKind, ...] = ("wecom", "dingtalk", "slack", "webhook")
_ONLY: Mapping[str, tuple[ChannelKind, ...]] = MappingProxyType(
    {
        "url": _ROBOTS,
        "secret": ("dingtalk", "webhook"),
        "markdown": ("wecom", "dingtalk"),
        **dict.fromkeys(("host", "port", "tls", "user", "password", "sender", "to"), ("email",)),
    }
)
"""Key -> the kinds of channel that know it."""


class AlertChannel(BaseModel):
    """One place where people are told.

    Attributes:
        kind: WeCom or DingTalk robot, Slack incoming webhook, e-mail, or any server that takes JSON.
        url: where the address is: it holds the robot's key.
        secret: what messages are signed with; DingTalk's `SEC...`, of a webhook optional.
        markdown: with headings and links; else plain text.
        host, port, tls, user, password, sender, to: of e-mail.
        events: what is told here; default: everything.
        per_minute, per_hour: at most so many messages; what is left over follows later.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ChannelKind
    url: SecretName | None = None
    secret: SecretName | None = None
    markdown: bool = True
    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str = ""
    password: SecretName | None = None
    sender: str = ""
    to: tuple[str, ...] = ()
    events: tuple[EventKind, ...] = ()
    per_minute: int = Field(default=10, ge=1, le=1000)
    per_hour: int = Field(default=60, ge=1, le=10000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for key in self.model_fields_set & _ONLY.keys():
            if self.kind not in _ONLY[key]:
                raise ValueError(f"a channel of kind {self.kind} has no key {key!r}")
        needed = {"email": ("host", "sender", "to"), "dingtalk": ("url", "secret")}.get(self.kind, ("url",))
        if missing := [key for key in needed if not getattr(self, key)]:
            raise ValueError(f"a channel of kind {self.kind} needs {' and '.join(missing)}")
        if self.user and not self.password:
            raise ValueError("user without password: name where the password is")
        return self


class Alerts(BaseModel):
    """Whom to tell of what.

    Attributes:
        channels: name -> where; none: nobody is told.
        url: address of Dagster's UI as people reach it, for links; none: the report's path is told.
        late_hours: a store that was not reconciled for so long is late; None: none is.
        open_breaks: more breaks of one store and dataset that wait for a person are told.
        quarantine_growth: more rows rejected than in the extract before, by more than this, are told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")], AlertChannel] = Field(default_factory=dict)
    url: Annotated[str, Field(pattern=r"^https?://[^\s@]+$")] | None = None
    late_hours: int | None = Field(default=None, ge=1, le=8760)
    open_breaks: int = Field(default=0, ge=0)
    quarantine_growth: int = Field(default=0, ge=0)
