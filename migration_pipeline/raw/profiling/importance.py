"""Which tables matter: critical, redundant, or unknown until a person decides; always with the reason.

Belongs here: that judgement. Does not belong here: what a table is (`recognise.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

Tag = Literal["critical", "redundant", "unknown"]
_BACKUP = re.compile(r"bak|backup|备份|副本|copy|old|_\d{6,8}(?=\W|$)|\(\d+\)", re.IGNORECASE)
_LOG = re.compile(r"(^|[_./\s])(log|logs|temp|tmp|cache|session|日志|临时)([_./\s]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Importance:
    """A tag and its reason in both languages."""

    tag: Tag
    en: str
    zh: str


@dataclass(frozen=True)
class Weighed:
    """What the judgement looks at: `rows_sql` is the table as a relation of DuckDB, `role` what it was recognised as."""

    place: str
    unit: str
    names: tuple[str, ...]
    rows: int
    rows_sql: str
    role: str


def importance(database: duckdb.DuckDBPyConnection, tables: Sequence[Weighed]) -> dict[str, Importance]:
    """By place of the table."""
    copies = _copies(database, tables)
    return {table.place: _judged(table, copies) for table in tables}


def _judged(table: Weighed, copies: Mapping[str, str]) -> Importance:
    if not table.rows:
        return Importance("redundant", "it has no rows", "没有数据行")
    if original := copies.get(table.place):
        return Importance("redundant", f"all its rows are in {original}", f"所有行都在 {original} 中")
    if table.role:
        return Importance("critical", f"{table.role}", f"{table.role}")
    if _LOG.search(table.place):
        return Importance("redundant", "a log or temporary table by its name", "按名称为日志或临时表")
    if _BACKUP.search(table.place):
        return Importance("unknown", "a backup by its name, but its rows are nowhere else", "按名称为备份，但数据不在其他表中")
    return Importance("unknown", "not recognised: a person decides", "未识别，需人工判断")


def _copies(database: duckdb.DuckDBPyConnection, tables: Sequence[Weighed]) -> dict[str, str]:
    """Place of a table -> place of another one of its store that has the same columns and all its rows."""
    copies: dict[str, str] = {}
    for table in tables:
        alike = [t for t in tables if t is not table and t.unit == table.unit and sorted(t.names) == sorted(table.names)]
        for other in alike:
            if table.rows and _may_be_copy(table, other) and other.place not in copies and _contained(database, table, other):
                copies[table.place] = other.place
                break
    return copies


def _may_be_copy(table: Weighed, other: Weighed) -> bool:
    """Of two equal tables the one that is called a backup is the copy, else the later one."""
    if table.rows != other.rows:
        return table.rows < other.rows
    mine, its = bool(_BACKUP.search(table.place)), bool(_BACKUP.search(other.place))
    return mine if mine != its else table.place > other.place


def _contained(database: duckdb.DuckDBPyConnection, table: Weighed, other: Weighed) -> bool:
    names = ", ".join('"' + name.replace('"', '""') + '"' for name in table.names)
    sql = f"SELECT count(*) FROM (SELECT {names} FROM {table.rows_sql} EXCEPT ALL SELECT {names} FROM {other.rows_sql})"  # noqa: S608
    row = next(iter(database.execute(sql).fetchall()), None)
    return row is not None and row[0] == 0
