"""A new snapshot from the previous one and as few rows of the database as possible; equal to one read in full.

Belongs here: whether and how that can be done, else the reason. Does not belong here: reading in full (`snapshot.py`), the SELECTs
(`rows.py`), joining rows (`merge.py`).
"""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from migration_pipeline.raw.live.merge import Merge, merging
from migration_pipeline.raw.live.parquet import Origin, origin_of, row_count, tables, write
from migration_pipeline.raw.live.rows import LIST, found, rows
from migration_pipeline.raw.live.table import Source

_FEW = 5_000


class FullReadNeededError(Exception):
    """No increment is possible, or it would not be worth it; the text says why."""


@dataclass(frozen=True)
class Change:
    """Rows against the previous snapshot; `fetched` of them were transferred whole."""

    rows: int
    fetched: int
    new: int
    changed: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class Wanted:
    """What is to be written: `source` as `origin` describes it, with `counted` rows, into `target`."""

    connection: Connection
    source: Source
    origin: Origin
    counted: int
    target: Path

    @property
    def names(self) -> list[str]:
        """The source's columns."""
        return list(self.source.kinds)


def increment(wanted: Wanted, previous: Path, *, append_only: bool) -> Change:
    """Write the new snapshot from the previous one and what has changed since; `watermark` goes before `append_only`.

    Raises:
        FullReadNeededError: the source must be read in full.
    """
    before = origin_of(previous)
    if before is None:
        raise FullReadNeededError("the previous snapshot cannot be read")
    if (before.source, before.key) != (wanted.origin.source, wanted.origin.key):
        raise FullReadNeededError("the previous snapshot is of another table, or its columns have changed")
    if wanted.source.watermark:
        return _by_watermark(wanted, previous, before.high_watermark)
    if append_only:
        return _appended(wanted, previous, before)
    raise FullReadNeededError("there is no watermark")


def _appended(wanted: Wanted, previous: Path, before: Origin) -> Change:
    if not wanted.source.ordered or not before.high_key:
        raise FullReadNeededError("rows behind the highest key cannot be asked for")
    new = rows(wanted.connection, wanted.source, wanted.names, wanted.counted, before.high_key)
    written = write(wanted.target, wanted.names, chain(tables(previous), new), wanted.origin)
    if written != wanted.counted:
        raise FullReadNeededError("rows were not only added at the end")
    added = written - row_count(previous)
    return Change(written, fetched=added, new=added)


def _by_watermark(wanted: Wanted, previous: Path, high: str | None) -> Change:
    source, mark = wanted.source, str(wanted.source.watermark)
    if not source.findable:
        raise FullReadNeededError("rows with given keys cannot be asked for")
    with TemporaryDirectory(dir=wanted.target.parent) as name, merging(Path(name), wanted.names, source.key, mark) as merge:
        now = Path(name) / "now"
        narrow = list(dict.fromkeys([*source.key, mark]))
        write(now, narrow, rows(wanted.connection, source, narrow, wanted.counted))
        missing = merge.compare(now, previous, high)
        if missing < 0:
            raise FullReadNeededError("the key is not unique")
        if missing > max(_FEW, wanted.counted // 2):
            raise FullReadNeededError("most rows are new or changed")
        return _merged(wanted, merge, missing)


def _merged(wanted: Wanted, merge: Merge, missing: int) -> Change:
    got = merge.folder / "got"
    fetched = (found(wanted.connection, wanted.source, keys) for keys in merge.missing(LIST))
    if write(got, wanted.names, fetched) != missing:
        raise FullReadNeededError("the rows could not be found by their keys")
    parts = tables(merge.put_together(got))
    written = write(wanted.target, wanted.names, (part.rename_columns(wanted.names) for part in parts), wanted.origin)
    if written != wanted.counted:
        raise FullReadNeededError("old and new rows do not fit together")
    return Change(written, missing, merge.new(), merge.changed(), merge.deleted())
