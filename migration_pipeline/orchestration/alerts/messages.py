"""Alerts in words: one message per kind, in Chinese and English, short enough for every channel.

Belongs here: words and cutting. Does not belong here: what is told (`judge.py`), forms of each channel (`channels.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from migration_pipeline.orchestration.alerts.judge import Alert
from migration_pipeline.project.alert_settings import EventKind

_LINES, _WIDE = 10, 80
"""A robot of WeCom takes 2,048 bytes of text."""


@dataclass(frozen=True)
class _Words:
    en: str
    zh: str
    hint_en: str
    hint_zh: str


_WORDS: Mapping[EventKind, _Words] = MappingProxyType(
    {
        "failed_run": _Words(
            "stopped in a run", "运行中断",
            "Open the run, put right what it says, run the store again.", "打开该运行，按提示处理后重新运行该门店。",
        ),
        "failed_check": _Words(
            "check failed", "检查未通过",
            "See `store2erp checks --failed`, correct data or mapping, run again.",
            "查看 `store2erp checks --failed`，更正数据或映射后重跑。",
        ),
        "late_store": _Words(
            "not reconciled in time", "未按时对账",
            "See whether its files arrive, its window opens and the daemon runs.",
            "请检查文件是否到达、导入时段是否开启、守护进程是否运行。",
        ),
        "open_breaks": _Words(
            "breaks wait for a person", "差异待处理",
            "`store2erp breaks` names rows; correct them, or accept with a reason.",
            "`store2erp breaks` 列出明细；请更正，或注明理由接受。",
        ),
        "quarantine_growth": _Words(
            "more rows in quarantine", "隔离行增加",
            "`store2erp quarantine export` writes them to be corrected.", "用 `store2erp quarantine export` 导出并更正。",
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Message:
    """What one channel is told at once.

    Attributes:
        over: it tells what has ended, not what has begun.
        lines: one per alert, without those that found no room.
        left: how many these are.
        held: messages that have to wait because of the limit.
        link: where to look.
        now, over_keys: alerts in their state, and keys of those that are over; what the channel knows when it has arrived.
    """

    kind: EventKind | None
    title: str
    over: bool = False
    lines: tuple[str, ...] = ()
    left: int = 0
    held: int = 0
    hint_en: str = ""
    hint_zh: str = ""
    link: str = ""
    now: Mapping[str, str] = field(default_factory=dict)
    over_keys: tuple[str, ...] = ()

    @property
    def alerts(self) -> int:
        """How many alerts it tells."""
        return len(self.now) + len(self.over_keys)

    def more(self) -> tuple[str, ...]:
        """What finds no room, in words."""
        left = f"… and {self.left:,} more 另有 {self.left:,} 项"
        held = f"… {self.held:,} more messages follow 另有 {self.held:,} 条消息稍后发送"
        return (*([left] if self.left else []), *([held] if self.held else []))


def told(project: str, kind: EventKind, alerts: Sequence[Alert], link: str) -> Message:
    """One message about alerts of one kind."""
    words = _WORDS[kind]
    title = f"[{project}] {len(alerts):,} × {words.en} {words.zh}"
    lines, left = _cut([" ".join(filter(None, (one.store, one.subject, one.figures))) for one in alerts])
    now = {one.key: one.state for one in alerts}
    return Message(kind, title, False, lines, left, 0, words.hint_en, words.hint_zh, link, now)


def solved(project: str, kind: EventKind, keys: Sequence[str], link: str) -> Message:
    """One message about alerts of one kind that are over."""
    words = _WORDS[kind]
    title = f"[{project}] ✓ {len(keys):,} × over 已解除: {words.en} {words.zh}"
    lines, left = _cut([" ".join(filter(None, key.split("|")[1:])) for key in keys])
    return Message(kind, title, True, lines, left, link=link, over_keys=tuple(keys))


def trial(project: str, link: str) -> Message:
    """A message that only shows that the channel works."""
    words = ("Nothing has happened; alerts will arrive here.", "并未发生异常；告警将发送至此。")
    return Message(None, f"[{project}] test message 测试消息", hint_en=words[0], hint_zh=words[1], link=link)


def _cut(lines: Sequence[str]) -> tuple[tuple[str, ...], int]:
    short = [line if len(line) <= _WIDE else f"{line[: _WIDE - 1]}…" for line in lines[:_LINES]]
    return tuple(short), max(0, len(lines) - _LINES)
