"""Control totals: rows, money, quantity and points of the untouched source, taken by a code path of its own.

Belongs here: which rows are a store's, joining, summing. Does not belong here: reading files (`source_readers.py`), what a measure is
(`control_expressions.py`), comparing (`compare.py`). The cleaner's rules are not repeated: what they exclude, the ledger explains.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.contracts.datasets import Dataset, Table
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import InputSpec, SourceSpec, TableSpec, Unpivot
from migration_pipeline.project.synonyms import resolved
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.control_expressions import declared, expressions, literal
from migration_pipeline.reconciled.source_readers import RAGGED, quoted, read_input
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.sql_files import sql_text

_KEPT_INPUTS = 4
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
Figures = tuple[int, Decimal, Decimal, Decimal]


def totals_frame(rows: Mapping[str, Figures]) -> pd.DataFrame:
    """Table name -> (rows, money, quantity, points) as a frame: table (str), rows (int64), decimal128(38, 2 | 3 | 2)."""
    columns: dict[str, object] = {
        "table": pd.Series(list(rows), dtype="str"),
        "rows": pd.Series([figures[0] for figures in rows.values()], dtype="int64"),
    }
    for place, (measure, scale) in enumerate(MEASURES.items(), start=1):
        exact = pa.array([figures[place] for figures in rows.values()], pa.decimal128(38, scale))
        columns[measure] = pd.Series(exact, dtype=pd.ArrowDtype(exact.type))
    return pd.DataFrame(columns)


def source_totals(source: SourceSpec, dataset: Dataset, store: StoreSpec, files: Mapping[str, Sequence[ArchivedInput]]) -> pd.DataFrame:
    """Totals of every table of the dataset for one store, as `totals_frame`; a table the source does not have has 0 rows.

    `files` is input name -> its archived files; an input without files has no rows.

    Raises:
        BadInputError: a file cannot be read, a column is not there, a control expression is wrong or not exact.
    """
    specs = source.datasets.get(dataset.name, {})
    zero: Figures = (0, Decimal(0), Decimal(0), Decimal(0))
    found = {table.name: zero for table in dataset.tables}
    for table in dataset.tables:
        if table.name in specs:
            with closing(_database().cursor()) as connection:
                taking = _Taking(connection, source, dataset.name, table, specs[table.name], store, files)
                found[table.name] = _figures(taking) or zero
    return totals_frame(found)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One empty database in memory that knows the macros; each taking works on a cursor of its own."""
    database = duckdb.connect(":memory:", config={"enable_external_access": False})
    database.execute(sql_text("control_totals/macros.sql"))
    return database


@dataclass(frozen=True)
class _Taking:
    """What is needed to take the totals of one table of one store."""

    connection: duckdb.DuckDBPyConnection
    source: SourceSpec
    dataset: str
    table: Table
    spec: TableSpec
    store: StoreSpec
    files: Mapping[str, Sequence[ArchivedInput]]

    @property
    def where(self) -> str:
        """What errors name."""
        return f"store {self.store.id}, {self.dataset}.{self.table.name}"


def _figures(taking: _Taking) -> Figures | None:
    """Rows and sums, or None where no input has a file."""
    try:
        parts = [_store_rows(taking, name) for name in taking.spec.inputs if taking.files.get(name)]
        if not parts:
            return None
        rows = " UNION ALL BY NAME ".join(parts)
        taking = _with_recognised(taking, rows)
        wanted = expressions(taking.table, taking.spec, taking.source)
        rows = _with_lookups(taking, rows, " ".join(wanted.values()))
        measures = {measure: _rounded(taking, rows, sql, measure) for measure, sql in wanted.items()}
        found = taking.connection.execute(sql_text("control_totals/totals.sql").format(rows=rows, **measures)).fetchall()
    except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException) as error:
        what = f"the control totals need something the files do not have: {str(error).splitlines()[0]}"
        raise BadInputError(what, where=taking.where, fix="correct columns: or control: of this table in migration.yaml") from error
    except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.PermissionException) as error:
        what = "a control expression fails on the data"
        raise BadInputError(what, where=taking.where, fix="use num(...) on text columns, and + - * only") from error
    figures: Figures = found[0]
    return figures


def _with_recognised(taking: _Taking, rows: str) -> _Taking:
    """With the columns written out that the table recognises among those of its files."""
    if not taking.spec.recognise:
        return taking
    described = taking.connection.execute(f"DESCRIBE SELECT * FROM ({rows})").fetchall()  # noqa: S608 - built here
    headers = [str(column[0]) for column in described if column[0] != RAGGED]
    derives = taking.table.name == "lines" and "tickets" not in taking.source.datasets[taking.dataset]
    return replace(taking, spec=resolved(taking.dataset, taking.spec, taking.table.name, headers, derives_tickets=derives))


def _rounded(taking: _Taking, rows: str, expression: str, measure: str) -> str:
    """The expression rounded half away from zero; a declared one must have an exact type."""
    scale = MEASURES[measure]
    if declared(taking.spec, measure) is None:
        return f"round({expression}, {scale})"
    described = taking.connection.execute(f"DESCRIBE SELECT {expression} AS found FROM ({rows})")  # noqa: S608 - the project's own SQL
    kind = str(described.fetchall()[0][1])
    if kind.startswith("DECIMAL"):
        return f"round({expression}, {scale})"
    if kind in _WHOLE:
        return f"CAST({expression} AS DECIMAL(38, {scale}))"
    what = f"the control expression of {measure} is {kind}, which is not exact"
    raise BadInputError(what, where=taking.where, fix="use num(...) and + - * only; / is never exact")


@lru_cache(maxsize=_KEPT_INPUTS)
def _loaded(spec_json: str, files: tuple[ArchivedInput, ...]) -> pa.Table:
    """One input's rows, kept for the next store or table that shares it."""
    return read_input(InputSpec.model_validate_json(spec_json), files)


@lru_cache(maxsize=_KEPT_INPUTS)
def _by_store(spec_json: str, files: tuple[ArchivedInput, ...], column: str) -> tuple[pa.Table, Mapping[str, tuple[int, int]]]:
    """One shared input sorted by store (order within a store kept), and store id -> (first row, number of rows).

    A row that could not be split is no store's, like one that names none: both stand under the empty id.
    """
    rows = _loaded(spec_json, files)
    if column not in rows.column_names:
        raise BadInputError(
            f"there is no column {column!r} that says whose rows are whose", where=files[0].name, fix="correct store_column:"
        )
    places: dict[str, list[int]] = {}
    named = pc.if_else(rows[RAGGED], None, rows[column])
    for place, text in enumerate(named.to_pylist()):
        places.setdefault((text or "").strip(), []).append(place)
    slices, first = {}, 0
    for store, own in places.items():
        slices[store] = (first, len(own))
        first += len(own)
    return rows.take(pa.array(chain.from_iterable(places.values()), pa.int64())), slices


def _named_in_source(store: StoreSpec) -> str:
    """The store's value in `store_column`; the empty one is a value too."""
    return store.id if store.source_id is None else store.source_id


def _store_rows(taking: _Taking, name: str) -> str:
    """A SELECT of the store's rows of one input."""
    spec, files = taking.source.inputs[name], tuple(taking.files[name])
    if spec.shared and spec.store_column:
        every, slices = _by_store(spec.model_dump_json(), files, spec.store_column.strip())
        rows = every.slice(*slices.get(_named_in_source(taking.store).strip(), (0, 0)))
    else:
        rows = _loaded(spec.model_dump_json(), files)
    taking.connection.register(f"input {name}", rows)
    select = f"SELECT * FROM {quoted(f'input {name}')}"  # noqa: S608 - an identifier, quoted
    return _unpivoted(select, spec.unpivot) if spec.unpivot else select


def _unpivoted(rows: str, spec: Unpivot) -> str:
    """One row per listed column with a non-empty cell; a row that could not be split stays one row."""
    parts = [f"SELECT * FROM ({rows}) WHERE {RAGGED}"]  # noqa: S608 - built here
    for column, key in spec.columns.items():
        cell = quoted(column.strip())
        new = f"{literal(key)} AS {quoted(spec.key)}, {cell} AS {quoted(spec.value)}"
        parts.append(f"SELECT *, {new} FROM ({rows}) WHERE NOT {RAGGED} AND bare({cell}) IS NOT NULL")  # noqa: S608 - identifiers, quoted
    return " UNION ALL BY NAME ".join(f"({part})" for part in parts)


def _with_lookups(taking: _Taking, rows: str, text: str) -> str:
    """The rows with the columns `<lookup>.<column>`, if any expression uses one; each lookup may use those before it."""
    lookups = taking.spec.lookups
    if not any(f'"{name}.' in text for name in lookups):
        return rows
    text = " ".join([text, *(quoted(own) for lookup in lookups.values() for own in lookup.on)])
    for name, lookup in lookups.items():
        used = [*dict.fromkeys([*re.findall(rf'"{re.escape(name)}\.([^"]+)"', text), *lookup.on.values()])]
        rows = sql_text("control_totals/lookup.sql").format(
            rows=rows,
            lookup=_lookup_rows(taking, name, lookup.input, used),
            columns=", ".join(f"one.{quoted(column)} AS {quoted(f'{name}.{column}')}" for column in used),
            keys=", ".join(f"bare({quoted(column)})" for column in lookup.on.values()),
            condition=" AND ".join(f"bare(many.{quoted(own)}) = bare(one.{quoted(theirs)})" for own, theirs in lookup.on.items()),
        )
    return rows


def _lookup_rows(taking: _Taking, name: str, from_input: str, used: Sequence[str]) -> str:
    if taking.files.get(from_input):
        return _store_rows(taking, from_input)
    taking.connection.register(f"lookup {name}", pa.table({column: pa.array([], pa.string()) for column in used}))
    return f"SELECT * FROM {quoted(f'lookup {name}')}"  # noqa: S608 - an identifier, quoted
