"""What is new, changed or gone since the extract before.

A manifest says how far its extract has read: every file with its hash, for live tables also the highest key and watermark. Belongs here:
comparing two of them. Does not belong here: writing them (`manifest.py`), reading only what is new (`parsed.py` for files, `live/`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Entry = Mapping[str, object]


@dataclass(frozen=True)
class Changes:
    """Files of an input against the extract before: by name, a file whose content is another one has changed."""

    new: int = 0
    changed: int = 0
    deleted: int = 0
    same: int = 0


def changes(before: Iterable[Entry], now: Iterable[Entry]) -> Changes:
    """Compare the manifest entries of two extracts of the same store x dataset; with nothing before, everything is new."""
    old, new = _hashes(before), _hashes(now)
    both = old.keys() & new.keys()
    same = sum(old[key] == new[key] for key in both)
    return Changes(new=len(new.keys() - old.keys()), changed=len(both) - same, deleted=len(old.keys() - new.keys()), same=same)


def _hashes(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    return {(str(entry["input"]), str(entry.get("path", entry["name"]))): str(entry["sha256"]) for entry in entries}
