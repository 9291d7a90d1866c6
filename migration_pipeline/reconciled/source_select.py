"""SELECTs of one store's rows from its archived files: text columns, lookups joined in, each row with its place in its input.

Belongs here: which rows are a store's, joining. Does not belong here: reading files (`source_readers.py`), what a measure or a key is
(`control_expressions.py`, `group_keys.py`), summing (`source_totals.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.contracts.datasets import Table
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import InputSpec, SourceSpec, TableSpec, Unpivot
from migration_pipeline.project.synonyms import resolved
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.control_expressions import declared, literal
from migration_pipeline.reconciled.source_readers import RAGGED, quoted, read_input
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.sql_files import sql_text

PLACE = "_place of row"
"""Column: number of the file among those of the input * FILE + number of the row in the file, ragged rows counted."""
FILE = 1 << 40
_KEPT_INPUTS = 6
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


@cache
def database() -> duckdb.DuckDBPyConnection:
    """One empty database in memory that knows the macros; each taking works on a cursor of its own."""
    database = duckdb.connect(":memory:", config={"enable_external_access": False})
    database.execute(sql_text("control_totals/macros.sql"))
    database.execute(sql_text("control_totals/key_macros.sql"))
    return database


@dataclass(frozen=True)
class Taking:
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


def with_recognised(taking: Taking, rows: str) -> Taking:
    """With the columns written out that the table recognises among those of its files."""
    if not taking.spec.recognise:
        return taking
    described = taking.connection.execute(f"DESCRIBE SELECT * FROM ({rows})").fetchall()  # noqa: S608 - built here
    headers = [str(column[0]) for column in described if column[0] not in (RAGGED, PLACE)]
    derives = taking.table.name == "lines" and "tickets" not in taking.source.datasets[taking.dataset]
    return replace(taking, spec=resolved(taking.dataset, taking.spec, taking.table.name, headers, derives_tickets=derives))


def rounded(taking: Taking, rows: str, expression: str, measure: str) -> str:
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
    spec = InputSpec.model_validate_json(spec_json)
    tables = [read_input(spec, [file]) for file in files]
    placed = [t.append_column(PLACE, pa.array(np.arange(len(t), dtype="int64") + n * FILE)) for n, t in enumerate(tables)]
    return pa.concat_tables(placed, promote_options="default")


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


def store_rows(taking: Taking, name: str) -> str:
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


def with_lookups(taking: Taking, rows: str, text: str) -> str:
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


def _lookup_rows(taking: Taking, name: str, from_input: str, used: Sequence[str]) -> str:
    if taking.files.get(from_input):
        return store_rows(taking, from_input)
    taking.connection.register(f"lookup {name}", pa.table({column: pa.array([], pa.string()) for column in used}))
    return f"SELECT * FROM {quoted(f'lookup {name}')}"  # noqa: S608 - an identifier, quoted
