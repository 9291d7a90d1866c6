"""Making rows of Tryton what they should be, as a whole or not at all, and saying what that changes.

Belongs here: comparing, putting, verifying, taking back. Does not belong here: single tables (`groups.py`), undo (`undo.py`).
"""

from collections.abc import Mapping, Sequence

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.protocol import TableResult
from migration_pipeline.loaded.targets.tryton.groups import GROUPS, read_rows
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Key, Row
from migration_pipeline.runtime.errors import RefusedError

Rows = Mapping[str, Mapping[Key, Row]]
"""Table -> its rows by key."""


def compared(place: Place, rows: Rows) -> tuple[list[Change], dict[str, TableResult]]:
    """What must change so that Tryton holds these rows, in load order, and how many rows that is per table."""
    changes: list[Change] = []
    results: dict[str, TableResult] = {}
    for name, wanted in rows.items():
        held = read_rows(place, name, keys=list(wanted))
        new = [Change(name, key, None, row) for key, row in wanted.items() if key not in held]
        differ = [Change(name, key, held[key], row) for key, row in wanted.items() if key in held and held[key] != row]
        keeps = ERP_TABLES[name].keep_owner
        changes += new if keeps else new + differ
        results[name] = TableResult(name, len(wanted), len(new), 0 if keeps else len(differ), len(differ) if keeps else 0)
    return changes, results


def put(place: Place, changes: Sequence[Change]) -> None:
    """Make the changes: new and other rows referenced ones first, then what goes, referring ones first.

    Raises:
        BadInputError: Tryton refuses; what was done before that stays done.
    """
    staying = [change for change in changes if change.after is not None]
    going = [change for change in changes if change.after is None]
    for group in GROUPS:
        if part := [change for change in staying if change.table in group.tables]:
            group.put(place, part)
    for group in reversed(GROUPS):
        if part := [change for change in going if change.table in group.tables]:
            group.put(place, part)


def demand_held(place: Place, changes: Sequence[Change]) -> None:
    """Raises BadInputError if Tryton does not hold the rows word for word as they are after the changes."""
    for table, wanted in _by_table(changes).items():
        held = read_rows(place, table, keys=list(wanted))
        for key, change in wanted.items():
            if held.get(key) != change.after:
                raise RefusedError(
                    f"Tryton does not keep {_differing(held.get(key), change.after)} as given",
                    where=f"ERP table {table}",
                    fix="correct the value, e.g. blanks at its ends",
                )


def take_back(place: Place, changes: Sequence[Change]) -> None:
    """Make the rows of these changes what they were before them, however far they came."""
    put(place, remaining(place, [change.reversed for change in changes if change.before != change.after]))


def remaining(place: Place, changes: Sequence[Change]) -> list[Change]:
    """What is left to do so that the rows are as after these changes."""
    left: list[Change] = []
    for table, wanted in _by_table(changes).items():
        held = read_rows(place, table, keys=list(wanted))
        left += [Change(table, key, held.get(key), c.after) for key, c in wanted.items() if held.get(key) != c.after]
    return left


def _by_table(changes: Sequence[Change]) -> dict[str, dict[Key, Change]]:
    found: dict[str, dict[Key, Change]] = {}
    for change in changes:
        found.setdefault(change.table, {})[change.key] = change
    return found


def _differing(held: Row | None, wanted: Row | None) -> str:
    if held is None or wanted is None:
        return "the row"
    return ", ".join(name for name in wanted if held.get(name) != wanted[name])
