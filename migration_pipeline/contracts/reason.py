"""What a reason code is, and the outcomes it can stand for.

Belongs here: the two types. Does not belong here: the codes (`reasons.py` and the `reasons_...` it puts together).
"""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Where one source row ended."""

    LOADED = "loaded"
    MERGED = "merged"
    EXCLUDED = "excluded"
    REJECTED = "rejected"
    UNDONE = "undone"


@dataclass(frozen=True)
class Reason:
    """One reason code. `outcome` is None for a flag: the row goes on, the finding is counted."""

    code: str
    outcome: Outcome | None
    en: str
    zh: str
    hint_en: str = ""
    hint_zh: str = ""
