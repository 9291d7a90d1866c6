"""The audit log: what is kept of one deed, and the hash that chains it to the one before.

Belongs here: the words for deeds, the form that is hashed, walking a chain. Does not belong here: where the log lies
(`control/repository/audit.py`), who writes what when (`orchestration/`).
Details hold ids, counts and hashes, never what is in a person's record.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

ACTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "run_started": ("run started", "开始运行"),
        "run_ended": ("run ended", "运行结束"),
        "batch_committed": ("batch loaded", "批次已导入"),
        "batch_undone": ("batch undone", "批次已撤销"),
        "override": ("refusal overridden", "人工放行"),
        "files_changed": ("decisions changed", "决定有变更"),
        "quarantine_imported": ("corrections made", "写入更正"),
        "personal_read": ("personal data shown", "查看个人信息"),
        "personal_exported": ("personal data exported", "导出个人信息"),
        "break_changed": ("break changed", "差异状态变更"),
        "approved": ("approved", "批准"),
        "evidence_exported": ("evidence exported", "导出证据包"),
    }
)
"""Deed -> its name in English and Chinese; a deed that is not here cannot be written."""

GENESIS = "0" * 64
"""What the first entry is chained to."""
FIELDS = ("number", "at", "who", "db_user", "action", "store", "dataset", "run_id", "subject", "why", "details", "previous")
"""What is hashed of an entry, in this order, each as text."""


@dataclass(frozen=True)
class Deed:
    """One thing that was done, before it is in the log.

    Attributes:
        action: one of `ACTIONS`.
        subject: id of what it was done to: a batch, file, break, wave.
        why: the reason a person gave.
        details: JSON values: counts, hashes, `before` and `after` of a change.
        who: empty: the person at work (`runtime/person.py`).
    """

    action: str
    store: str = ""
    dataset: str = ""
    run_id: str = ""
    subject: str = ""
    why: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    who: str = ""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise KeyError(f"the audit log has no word for {self.action!r}")


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no blanks: the same value is always the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(entry: Mapping[str, object]) -> str:
    """SHA-256 (hex) over `FIELDS` as netstrings (`<bytes>:<text>,`), so that no text can pass for the border between two."""
    digest = hashlib.sha256()
    for name in FIELDS:
        text = str(entry[name]).encode()
        digest.update(b"%d:%b," % (len(text), text))
    return digest.hexdigest()


@dataclass(frozen=True)
class Chain:
    """A log that was walked from its first entry.

    Attributes:
        entries: how many are good, counted from the first.
        head: hash of the last good one.
        problem: what is wrong with the next; empty: nothing is.
    """

    entries: int = 0
    head: str = GENESIS
    problem: str = ""


def walked(entries: Iterable[Mapping[str, object]], anchors: Mapping[int, str] = MappingProxyType({})) -> Chain:
    """Walk a log in the order of its numbers and stop at the first entry that was changed, removed or put in.

    Args:
        entries: `FIELDS` and `sha256` of each.
        anchors: number of an entry -> the hash it is known to have from elsewhere; the log must reach the last of them.
    """
    chain = Chain()
    for entry in entries:
        number = int(str(entry["number"]))
        problem = _problem(chain, number, entry, anchors)
        if problem:
            return Chain(chain.entries, chain.head, problem)
        chain = Chain(number, str(entry["sha256"]))
    last = max(anchors, default=0)
    if last > chain.entries:
        return Chain(chain.entries, chain.head, f"the log ends at entry {chain.entries}, and entry {last} was in it: its end was cut off")
    return chain


def _problem(chain: Chain, number: int, entry: Mapping[str, object], anchors: Mapping[int, str]) -> str:
    expected = chain.entries + 1
    if number > expected:
        return f"entry {expected} was removed"
    if number < expected:
        return f"entry {number} was put in twice"
    if entry_hash(entry) != entry["sha256"]:
        return f"entry {number} was changed"
    if entry["previous"] != chain.head:
        return f"entry {number} does not follow the one before: it was put in, or the one before was exchanged"
    if anchors.get(number, entry["sha256"]) != entry["sha256"]:
        return f"entry {number} is not the one that was kept elsewhere: the log was written anew"
    return ""
