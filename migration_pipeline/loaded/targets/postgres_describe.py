"""What a PostgreSQL ERP says about its tables, from its catalogue.

Belongs here: catalogue rows to a `TargetDescription`. Does not belong here: SQL (`dbt_like_sql/describe/`), comparing with a kept
description (`contracts/target_description.py`).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from migration_pipeline.contracts.target_description import (
    ColumnDescription,
    ReferenceDescription,
    TableDescription,
    TargetDescription,
)
from migration_pipeline.runtime.sql_files import sql_text

_LITERAL = re.compile(r"'((?:[^']|'')*)'::")
_ONE_OF = re.compile(r"^CHECK \(\((\w+) = ANY \(")
Row = tuple[Any, ...]


def describe(cursor: psycopg.Cursor[Row]) -> TargetDescription:
    """All tables of the current schema, by name."""
    columns = cursor.execute(sql_text("describe/columns.sql")).fetchall()
    constraints = cursor.execute(sql_text("describe/constraints.sql")).fetchall()
    names = list(dict.fromkeys(row[0] for row in columns))
    return TargetDescription(target="postgres", tables={name: _table(_of(name, columns), _of(name, constraints)) for name in names})


def _of(name: str, rows: Iterable[Row]) -> list[Row]:
    return [row[1:] for row in rows if row[0] == name]


def _table(columns: Sequence[Row], constraints: Sequence[Row]) -> TableDescription:
    allowed = {hit[1]: _literals(text) for kind, _, _, text in constraints if kind == "c" and (hit := _ONE_OF.match(text))}
    return TableDescription(
        columns={row[0]: _column(row, allowed.get(row[0], ())) for row in columns},
        key=next((tuple(names) for kind, names, _, _ in constraints if kind == "p"), ()),
        unique=tuple(tuple(names) for kind, names, _, _ in constraints if kind == "u"),
        references=tuple(ReferenceDescription(columns=tuple(names), table=other) for kind, names, other, _ in constraints if kind == "f"),
    )


def _column(row: Row, checked: tuple[str, ...]) -> ColumnDescription:
    _, kind, length, precision, scale, required, enumerated = row
    exact = kind == "numeric"
    return ColumnDescription(
        type=kind,
        required=required,
        length=length,
        precision=precision if exact else None,
        scale=scale if exact else None,
        values=tuple(enumerated or checked),
    )


def _literals(text: str) -> tuple[str, ...]:
    return tuple(found.replace("''", "'") for found in _LITERAL.findall(text))
