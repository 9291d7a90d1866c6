"""Taking back a batch: what it inserted is deleted, what it updated is as before, what people or other batches changed since stays.

Belongs here: deciding row by row. Does not belong here: making the changes (`engine.py`), remembering them (`journal.py`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.protocol import Batch, KeptRow, KeptWhy, UndoResult
from migration_pipeline.loaded.targets.tryton.groups import read_rows
from migration_pipeline.loaded.targets.tryton.journal import key_text
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Key, Row


@dataclass
class UndoPlan:
    """What taking a batch back means.

    Attributes:
        back: changes to make.
        done: changes that an interrupted undo made already.
        rebased: changes whose row a later batch changed again -> that batch.
    """

    back: list[Change] = field(default_factory=list)
    done: list[Change] = field(default_factory=list)
    kept: list[KeptRow] = field(default_factory=list)
    rebased: list[tuple[str, Change]] = field(default_factory=list)

    def result(self, batch: Batch) -> UndoResult:
        """The plan as the protocol tells it."""
        return UndoResult(batch, self._counted(deleted=True), self._counted(deleted=False), tuple(self.kept))

    def _counted(self, *, deleted: bool) -> dict[str, int]:
        """Rows per table that are deleted, or restored."""
        return dict(Counter(change.table for change in [*self.back, *self.done] if (change.after is None) == deleted))


@dataclass(frozen=True)
class Known:
    """What else is known about the rows of a batch that is to be taken back.

    Attributes:
        later: (table, key text) of rows that later batches changed too -> the first of those.
        left_over: table -> rows that stayed when their own batch was taken back: they go when nothing refers to them any more.
        brought: table -> keys (parts joined by `|`) that other loaded stores brought as well: such rows are not deleted.
        resumed: an undo of this batch was interrupted: a row that is as before the batch was taken back by it.
    """

    later: Mapping[tuple[str, str], str]
    left_over: Mapping[str, Mapping[Key, Change]]
    brought: Mapping[str, Collection[str]]
    resumed: bool = False


Reader = Callable[[str, Sequence[Key] | None], Mapping[Key, Row]]
"""(table, keys or None for all) -> its rows."""


def rows_in(place: Place) -> Reader:
    """The rows as they are in Tryton."""
    return lambda table, keys: read_rows(place, table, keys=keys)


def rows_after(read: Reader, changes: Sequence[Change]) -> Reader:
    """The rows as they would be after changes that are only imagined."""
    after = {(change.table, change.key): change.after for change in changes}

    def imagined(table: str, keys: Sequence[Key] | None) -> Mapping[Key, Row]:
        here = {key: row for (of, key), row in after.items() if of == table and (keys is None or key in keys)}
        there = dict(read(table, keys)) | here
        return {key: row for key, row in there.items() if row is not None}

    return imagined


def planned(read: Reader, changes: Sequence[Change], known: Known) -> UndoPlan:
    """What becomes of each row of a batch; referring tables first, so that a row kept there keeps what it refers to."""
    plan = UndoPlan()
    for table in reversed(ERP_TABLES):
        own = [change for change in changes if change.table == table]
        held = read(table, [change.key for change in own])
        gone = sum(_decide(plan, change, held.get(change.key), known) for change in own)
        if gone:
            plan.kept.append(KeptRow(table, "", "gone", str(gone)))
        left = {key: change for key, change in known.left_over.get(table, {}).items() if key not in {change.key for change in own}}
        there = read(table, list(left))
        freed = [change.reversed for key, change in left.items() if there.get(key) == change.after]
        plan.back += freed
        _keep_used(read, plan, table, known.brought.get(table, ()), {change.key for change in freed})
    return plan


def _decide(plan: UndoPlan, change: Change, now: Row | None, known: Known) -> bool:
    """Put one row of the batch where it belongs; True if somebody deleted it."""
    if other := known.later.get((change.table, key_text(change.key))):
        plan.rebased.append((other, change))
        plan.kept.append(_kept(change, "changed_by_later_batch", other))
    elif known.resumed and now == change.origin:
        plan.done.append(change.reversed)
    elif now is None and change.after is not None:
        return True
    elif now != change.after:
        plan.kept.append(_kept(change, "changed_since"))
    else:
        plan.back.append(change.reversed)
    return False


def _keep_used(read: Reader, plan: UndoPlan, table: str, brought: Collection[str], freed: Collection[Key]) -> None:
    """Rows that something still refers to stay; those of earlier batches (`freed`) without a word."""
    going = {change.key for change in plan.back if change.table == table and change.after is None}
    users = _users(read, plan, table) if going else {}
    staying = [key for key in going if key in users or shown(key) in brought]
    for change in [change for change in plan.back if change.table == table and change.key in staying]:
        plan.back.remove(change)
        if change.key not in freed:
            plan.kept.append(_kept(change, "used_elsewhere", users.get(change.key, "")))


def _users(read: Reader, plan: UndoPlan, table: str) -> dict[Key, str]:
    """Row of this table -> a table with a row that will still refer to it."""
    found: dict[Key, str] = {}
    after: dict[tuple[str, Key], Row | None] = {(change.table, change.key): change.after for change in plan.back}
    for other in ERP_TABLES.values():
        for reference in (reference for reference in other.references if reference.table == table):
            for key, row in read(other.name, None).items():
                left = after.get((other.name, key), row)
                if left is not None:
                    found.setdefault(tuple(left[column] for column in reference.columns), other.name)
    return found


def used_by(change: Change, staying: Sequence[Change]) -> str:
    """The table of a row that stays as it is and refers to the row of a change that would delete it; empty without one."""
    for other in staying if change.after is None else ():
        row = other.before or {}
        for reference in ERP_TABLES[other.table].references:
            if reference.table == change.table and tuple(row[column] for column in reference.columns) == change.key:
                return other.table
    return ""


def _kept(change: Change, why: KeptWhy, other: str = "") -> KeptRow:
    return KeptRow(change.table, shown(change.key), why, other)


def shown(key: Key) -> str:
    """A key as reports show it."""
    return "|".join(map(str, key))
