"""The rows of a source as tables of text, in the order of its key: all, those behind a key, those with given keys.

Belongs here: the SELECTs. Does not belong here: what becomes of the rows (`parquet.py`, `increment.py`).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_, types

from migration_pipeline.raw.live.parquet import PAGE
from migration_pipeline.raw.live.table import Source
from migration_pipeline.raw.live.text import text_table

LIST = 500
"""Keys in one question."""
_COMPARES_ROWS = frozenset({"postgresql", "sqlite"})
_UNTYPED = types.NullType()
Key = Sequence[str]


def count(connection: Connection, source: Source) -> int:
    """How many rows there are now."""
    return int(connection.execute(select(func.count()).select_from(source.origin)).scalar_one())


def highest(connection: Connection, source: Source, names: Sequence[str]) -> tuple[str, ...]:
    """The values of these columns in the row that comes last in their order, nulls left out; empty if there is none."""
    columns = [source.origin.c[name] for name in names]
    last = select(*source.selected(names)).where(*(column.is_not(None) for column in columns))
    rows = connection.execute(last.order_by(*(column.desc() for column in columns)).limit(1)).all()
    table = _table(source, names, rows)
    return tuple(table.column(place)[0].as_py() for place in range(len(names))) if rows else ()


def rows(connection: Connection, source: Source, names: Sequence[str], counted: int, behind: Key = ()) -> Iterator[pa.Table]:
    """These columns of all rows, or of those behind a key (`source.ordered`), lazily; it ends once there are more than were counted.

    By pages of the key where it is unique (the names must hold the key then), else through one cursor of the server.
    """
    left = counted
    for table in _rows(connection, source, names, behind):
        yield table
        left -= table.num_rows
        if left < 0:  # an order the server does not keep to could go round for ever; who counts will see it
            return


def _rows(connection: Connection, source: Source, names: Sequence[str], behind: Key) -> Iterator[pa.Table]:
    statement = select(*source.selected(names)).order_by(*(source.origin.c[name] for name in source.key))
    if source.paged:
        yield from _pages(connection, source, names, statement.limit(PAGE), behind)
        return
    if behind:
        statement = statement.where(_behind(source, behind))
    result = connection.execute(statement, execution_options={"yield_per": PAGE})
    for some in result.partitions():
        yield _table(source, names, some)


def _pages(connection: Connection, source: Source, names: Sequence[str], statement: Select[Any], last: Key) -> Iterator[pa.Table]:
    places = [names.index(name) for name in source.key]
    while True:
        some = connection.execute(statement.where(_behind(source, last)) if last else statement).all()
        if not some:
            return
        table = _table(source, names, some)
        yield table
        last = [table.column(place)[-1].as_py() for place in places]


def found(connection: Connection, source: Source, keys: Sequence[Key]) -> pa.Table:
    """All columns of the rows with these keys (at most `LIST`), in no order; needs `source.findable`."""
    columns = [source.origin.c[name] for name in source.key]
    each = [and_(*(column == value for column, value in zip(columns, _values(source, key), strict=True))) for key in keys]
    names = list(source.kinds)
    return _table(source, names, connection.execute(select(*source.selected(names)).where(or_(*each))).all())


def _behind(source: Source, last: Key) -> ColumnElement[bool]:
    columns, values = [source.origin.c[name] for name in source.key], _values(source, last)
    if len(columns) == 1:
        return columns[0] > values[0]
    if source.database in _COMPARES_ROWS:
        return tuple_(*columns) > tuple_(*values)
    same = [column == value for column, value in zip(columns, values, strict=True)]
    steps = [and_(*same[:place], columns[place] > values[place]) for place in range(len(columns))]
    return and_(columns[0] >= values[0], or_(*steps))


def _values(source: Source, key: Key) -> list[ColumnElement[Any]]:
    return [literal(_value(source, name, value), _UNTYPED) for name, value in zip(source.key, key, strict=True)]


def _value(source: Source, name: str, value: str) -> int | Decimal | str:
    """As the column's type, since some databases compare text with numbers as floats; SQLite itself knows what is meant."""
    kind = source.kinds[name]
    if source.database == "sqlite":
        return value
    if isinstance(kind, types.Integer):
        return int(value)
    return Decimal(value) if isinstance(kind, types.Numeric) else value


def _table(source: Source, names: Sequence[str], some: Sequence[Any]) -> pa.Table:
    return text_table(names, [source.kinds[name] for name in names], some, source.database)
