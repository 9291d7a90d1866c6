"""Which columns identify the rows of a table, alone or in pairs, and what keeps others from doing so.

Belongs here: uniqueness, also after folding. Does not belong here: relations between tables (`relations.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb

from migration_pipeline.raw.profiling.columns import ColumnFigures
from migration_pipeline.runtime.sql_files import sql_text

NEARLY = 90
MOST_PAIRED = 12
SAMPLE_ROWS = 20_000


@dataclass(frozen=True)
class Key:
    """Columns that identify a row, or nearly so.

    Attributes:
        unique: every row has a combination of its own, and no part is missing.
        missing: rows without a value in one of the columns.
        repeated: rows beyond the first of their key.
        repeated_folded: the same when blanks, case and width do not count; what is more than `repeated` are keys that only look different.
    """

    columns: tuple[str, ...]
    unique: bool
    missing: int
    repeated: int
    repeated_folded: int


def key_candidates(
    database: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[ColumnFigures], wanted: Sequence[str] = ()
) -> list[Key]:
    """Single columns that are or nearly are keys, then pairs where no single one is a key, then the expected key (`wanted`)."""
    if not columns or columns[0].rows < 2:
        return []
    singles = [_single(column) for column in columns if _may_identify(column) and 100 * column.distinct >= NEARLY * column.rows]
    found = sorted(singles, key=lambda key: (not key.unique, key.repeated))
    if not any(key.unique for key in found):
        found += list(_pairs(database, rows, columns))
    expected = tuple(wanted)
    if expected and all(set(key.columns) != set(expected) for key in found):
        found.append(measured(database, rows, expected))
    return found


def measured(database: duckdb.DuckDBPyConnection, rows: str, columns: tuple[str, ...]) -> Key:
    """Count the rows and repetitions of some columns as a key."""
    names = ['"' + name.replace('"', '""') + '"' for name in columns]
    exact = ", ".join(f"unwrapped({name})" for name in names)
    folded = ", ".join(f"folded(unwrapped({name}))" for name in names)
    filled = " AND ".join(f"coalesce(bare({name}), '') <> ''" for name in names)
    sql = sql_text("profile/key.sql").format(rows=rows, exact=exact, folded=folded, filled=filled)
    total, present, different, different_folded = database.execute(sql).fetchall()[0]
    return Key(columns, different == total, total - present, present - different, present - different_folded)


def repeated_rows(database: duckdb.DuckDBPyConnection, rows: str, names: Sequence[str]) -> int:
    """Rows that are in every column the same as another one before them."""
    listed = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    sql = f"SELECT (SELECT count(*) FROM {rows}) - (SELECT count(*) FROM (SELECT DISTINCT {listed} FROM {rows}))"  # noqa: S608
    row = next(iter(database.execute(sql).fetchall()), None)
    return int(row[0]) if row else 0


def _single(column: ColumnFigures) -> Key:
    """From the figures of a column, without another look at the rows."""
    filled = column.filled
    return Key((column.name,), column.unique, column.rows - filled, filled - column.distinct, filled - column.folded)


def _may_identify(column: ColumnFigures) -> bool:
    """Money, moments and prose are no keys, however different they are; text only if it is short and never repeats."""
    return column.kind in {"integer", "code"} or (column.kind == "text" and column.unique and column.counts["longest"] <= 40)


def _pairs(database: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[ColumnFigures]) -> Iterator[Key]:
    """Pairs that are unique; first tried on some rows, since most pairs fail there at once."""
    parts = [column for column in columns if column.complete and column.distinct > 1 and column.kind in {"integer", "code"}]
    parts = sorted(parts, key=lambda column: -column.distinct)[:MOST_PAIRED]
    order: Mapping[str, int] = {column.name: place for place, column in enumerate(columns)}
    some = f"(SELECT * FROM {rows} LIMIT {SAMPLE_ROWS})"  # noqa: S608
    for a, b in combinations(parts, 2):
        if a.distinct * b.distinct < a.rows:
            continue
        pair = tuple(sorted((a.name, b.name), key=lambda name: order[name]))
        if measured(database, some, pair).unique and (key := measured(database, rows, pair)).unique:
            yield key
