"""What an input means in its database: the table or query, its columns with types, and the key that orders its rows.

Belongs here: looking things up in the catalogue, naming what is near when something is not there. Does not belong here: rows.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Inspector, column, false, inspect, select, table, types
from sqlalchemy import text as sql_text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.exc import NoSuchTableError, SAWarning

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live.read_only import reading_query
from migration_pipeline.raw.live.text import Type, exact
from migration_pipeline.runtime.errors import BadInputError

SNAPSHOT_ENGINES = frozenset({"innodb", "rocksdb", "tokudb"})
_DESCRIBED: Mapping[tuple[str, object], Type] = MappingProxyType(
    {
        ("postgresql", 790): postgresql.MONEY(),
        ("mysql", 4): mysql.FLOAT(),
        ("mysql", 16): mysql.BIT(),
        ("mariadb", 4): mysql.FLOAT(),
        ("mariadb", 16): mysql.BIT(),
    }
)
"""Types a driver's description of a query must be asked for, because `exact` treats them."""
_SHOWN = 5
_ORDER_DIFFERS = frozenset({"mssql", "oracle"})
"""Where texts may be ordered otherwise than they are compared (code pages, NLS_SORT)."""
_TEXT_IS_VALUE = frozenset({"postgresql", "mysql", "mariadb", "sqlite"})
"""Where a time or uuid as text is understood as what it is."""


@dataclass(frozen=True)
class Source:
    """One input in its database.

    Attributes:
        name: of the input; `title` is the table as the database has it, or `query`.
        origin: what follows FROM; its columns have no types, so that SQLAlchemy converts nothing.
        kinds: column -> its type in the database, in the order of the table.
        key: columns that order the rows; empty if nothing does.
        paged: the key is unique, never null, indexed, and its values can be sent back in order: rows may be read page by page.
        ordered: rows behind a given key can be asked for; `findable`: rows with given keys can.
        watermark: as in `InputSpec`.
        engine: MySQL's storage engine in lower case, where there is one.
    """

    name: str
    title: str
    origin: FromClause
    kinds: dict[str, Type]
    key: tuple[str, ...]
    paged: bool
    ordered: bool
    findable: bool
    database: str
    watermark: str | None = None
    engine: str | None = None

    def selected(self, names: Sequence[str]) -> list[ColumnElement[Any]]:
        """Columns as they are selected, see `exact`."""
        return [exact(self.origin.c[name], self.kinds[name], self.database).label(f"c{place}") for place, name in enumerate(names)]


def look_up(connection: Connection, name: str, spec: InputSpec) -> Source:
    """Find the table (as written, else ignoring case) or try the query.

    Raises:
        BadInputError: no such table or column, or a query that is none.
    """
    where = f"input {name}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # types SQLAlchemy does not know are text to us
        return _query(connection, name, spec, where) if spec.query else _table(connection, name, spec, where)


def _query(connection: Connection, name: str, spec: InputSpec, where: str) -> Source:
    database = connection.dialect.name
    query = reading_query(spec.query or "", where)
    if database == "mssql" and query.lower().startswith("with"):
        raise BadInputError("SQL Server cannot count a WITH query", where=where, fix="make it a view, or write its parts as subqueries")
    inner = sql_text(query.replace(":", r"\:"))
    probe = connection.execute(select(sql_text("*")).select_from(inner.columns().subquery("q")).where(false()))
    codes = [described[1] for described in probe.cursor.description] if probe.cursor else []
    kinds = {key: _DESCRIBED.get((database, code), types.NullType()) for key, code in zip(probe.keys(), codes, strict=True)}
    probe.close()
    origin = inner.columns(*(column(each) for each in kinds)).subquery("q")
    _demand_columns(spec, kinds, where)
    return Source(name, "query", origin, kinds, spec.key, False, False, False, database, spec.watermark)


def _table(connection: Connection, name: str, spec: InputSpec, where: str) -> Source:
    inspector = inspect(connection)
    schema, title = _found(inspector, spec.table or "", where)
    columns = inspector.get_columns(title, schema)
    kinds: dict[str, Type] = {each["name"]: each["type"] for each in columns}
    _demand_columns(spec, kinds, where)
    database = connection.dialect.name
    required = {each["name"] for each in columns if not each["nullable"]}
    unique = _unique_keys(inspector, title, schema, required, database)
    key = spec.key or (unique[0] if unique else ())
    ordered = bool(key) and all(_is_ordered(kinds[each], database) for each in key)
    return Source(
        name=name,
        title=f"{schema}.{title}" if schema else title,
        origin=table(title, *(column(each) for each in kinds), schema=schema),
        kinds=kinds,
        key=key,
        paged=ordered and key in unique,
        ordered=ordered,
        findable=bool(key) and all(_is_findable(kinds[each], database) for each in key),
        database=database,
        watermark=spec.watermark,
        engine=_engine(inspector, title, schema, database),
    )


def _found(inspector: Inspector, written: str, where: str) -> tuple[str | None, str]:
    before, _, wanted = written.rpartition(".")
    schema = before or None
    if inspector.has_table(wanted, schema):
        return schema, wanted
    there = sorted({*inspector.get_table_names(schema), *inspector.get_view_names(schema)})
    if len(same := [each for each in there if each.casefold() == wanted.casefold()]) == 1:
        return schema, same[0]
    raise BadInputError(
        f"there is no table {written!r}; {_near(wanted, there, 'no table at all')}",
        where=where,
        fix="correct table: (with its schema, `schema.table`, if it is in another), or give the user the right to read it",
    )


def _near(wanted: str, there: Sequence[str], nothing: str) -> str:
    if not there:
        return f"there is {nothing} that this user may see"
    folded = {each.casefold(): each for each in there}
    near = [folded[each] for each in get_close_matches(wanted.casefold(), list(folded), n=_SHOWN, cutoff=0.5)]
    shown = near or list(there)[:_SHOWN]
    more = f" and {len(there) - len(shown)} others" if len(there) > len(shown) else ""
    return f"there is {', '.join(shown)}{more}"


def _demand_columns(spec: InputSpec, kinds: dict[str, Type], where: str) -> None:
    for part, names in (("key", spec.key), ("watermark", (spec.watermark,) if spec.watermark else ())):
        for each in names:
            if each not in kinds:
                raise BadInputError(
                    f"{part}: names column {each!r}; {_near(each, list(kinds), 'no column')}", where=where, fix=f"correct {part}:"
                )


def _unique_keys(inspector: Inspector, title: str, schema: str | None, required: set[str], database: str) -> list[tuple[str, ...]]:
    """Columns that are unique together and never null, the primary key first; SQLite allows nulls in most primary keys."""
    try:
        primary = tuple(inspector.get_pk_constraint(title, schema)["constrained_columns"])
        unique = [index["column_names"] for index in inspector.get_indexes(title, schema) if _is_whole(index)]
    except (NoSuchTableError, NotImplementedError):  # a view
        return []
    plain = [tuple(name for name in names if name is not None) for names in unique if None not in names]
    sure = [each for each in dict.fromkeys([primary, *plain]) if each]
    return [each for each in sure if set(each) <= required or (each == primary and database != "sqlite")]


def _is_whole(index: Any) -> bool:
    """A unique index over all rows and whole values (no WHERE, no prefix of a text)."""
    options = index.get("dialect_options", {}).items()
    partial = any(name.endswith("_where") and value is not None for name, value in options)
    return bool(index["unique"]) and not partial and not any(name.endswith("_length") and value for name, value in options)


def _engine(inspector: Inspector, title: str, schema: str | None, database: str) -> str | None:
    if database not in {"mysql", "mariadb"}:
        return None
    try:
        options: Any = inspector.get_table_options(title, schema)
    except NoSuchTableError:
        return None
    name = options.get("mysql_engine") or options.get("mariadb_engine")
    return str(name).lower() if name else None


def _is_findable(kind: Type, database: str) -> bool:
    if isinstance(kind, types.Float | types.Enum | mysql.SET):
        return False
    if isinstance(kind, types.Integer | types.Numeric | types.String):
        return True
    return database in _TEXT_IS_VALUE and isinstance(kind, types.DateTime | types.Date | types.Uuid)


def _is_ordered(kind: Type, database: str) -> bool:
    return _is_findable(kind, database) and not (isinstance(kind, types.String) and database in _ORDER_DIFFERS)
