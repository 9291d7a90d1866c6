"""What rows refer to must be there: Tryton checks some of it, attachments and descriptions are checked here.

Belongs here: that check. Does not belong here: uniqueness, which the key lookups see (`engine.py`).
"""

from collections.abc import Mapping

from migration_pipeline.contracts.erp import ERP_TABLES, Reference
from migration_pipeline.loaded.targets.tryton.groups import read_rows
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Key, Row
from migration_pipeline.runtime.errors import RefusedError


def settled(place: Place, rows: Mapping[str, Mapping[Key, Row]]) -> dict[str, dict[Key, Row]]:
    """The rows, all of whose references are in Tryton or among the rows.

    A company-wide row may name a record of a store that stopped before its load: that is cleared, as in every target.

    Raises:
        BadInputError: a row refers to what is not there.
    """
    found = {table: dict(part) for table, part in rows.items()}
    for table, part in found.items():
        described = ERP_TABLES[table]
        nullable = {column.name for column in described.columns if column.nullable}
        for reference in described.references:
            for key in _astray(place, found, part, reference):
                if described.per_store or not nullable.issuperset(reference.columns):
                    raise RefusedError(
                        f"{', '.join(reference.columns)} names no {reference.table}", where=f"ERP table {table}", fix="load that first"
                    )
                part[key] = {**part[key], **dict.fromkeys(reference.columns)}
    return found


def _astray(place: Place, rows: Mapping[str, Mapping[Key, Row]], part: Mapping[Key, Row], reference: Reference) -> list[Key]:
    """Keys of the rows that refer to nothing."""
    named = {key: tuple(row[column] for column in reference.columns) for key, row in part.items()}
    whole = {key: goal for key, goal in named.items() if None not in goal}
    asked = set(whole.values()) - set(rows.get(reference.table, ()))
    there = set(read_rows(place, reference.table, keys=sorted(asked)))
    missing = asked - there
    return [key for key, goal in whole.items() if goal in missing]
