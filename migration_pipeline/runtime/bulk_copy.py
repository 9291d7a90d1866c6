"""Frames into and out of PostgreSQL by COPY, exact and fast.

Belongs here: frame <-> Arrow <-> COPY (CSV), with types checked so that nothing is rounded, cut or turned into a float on the way.
Does not belong here: which tables there are, merging, transactions.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
from psycopg import sql

from migration_pipeline.runtime.errors import BadInputError

ROWS_PER_WRITE = 50_000
"""Rows turned into CSV at once; bounds the memory of a large COPY."""
BYTES_PER_PARSE = 1 << 22
"""CSV turned into rows at once."""


def _acceptable(source: pa.DataType, target: pa.DataType) -> bool:
    kinds: tuple[tuple[Callable[[pa.DataType], bool], tuple[Callable[[pa.DataType], bool], ...]], ...] = (
        (pa.types.is_string, (pa.types.is_string, pa.types.is_large_string)),
        (pa.types.is_decimal, (pa.types.is_decimal, pa.types.is_integer)),
        (pa.types.is_integer, (pa.types.is_integer,)),
        (pa.types.is_boolean, (pa.types.is_boolean,)),
        (pa.types.is_date, (pa.types.is_date, pa.types.is_timestamp)),
        (pa.types.is_timestamp, (pa.types.is_timestamp, pa.types.is_date)),
    )
    if getattr(source, "tz", None) != getattr(target, "tz", None):
        return False
    return any(of_target(target) and any(accepts(source) for accepts in sources) for of_target, sources in kinds)


def _column(values: "pd.Series[str]", field: pa.Field, where: str) -> pa.ChunkedArray | pa.Array:
    """One column as the field's type; a value that would change on the way is an error that does not show the value."""
    if not values.notna().any():
        return pa.nulls(len(values), field.type)
    array = pa.array(values, from_pandas=True)
    if not _acceptable(array.type, field.type):
        raise BadInputError(
            f"column {field.name} is {array.type}, not {field.type}", where=where, fix="Convert it where the frame is made."
        )
    exact = _exact_cast(array, field.type)
    if exact is None:
        raise BadInputError(
            f"column {field.name} has a value that does not fit {field.type} exactly", where=where, fix="Round it where the frame is made."
        )
    return exact


def _exact_cast(array: pa.ChunkedArray | pa.Array, wanted: pa.DataType) -> pa.ChunkedArray | pa.Array | None:
    try:
        cast = array.cast(wanted)
    except pa.ArrowInvalid:
        return None
    if pa.types.is_date(wanted) and not cast.cast(array.type).equals(array):  # Arrow drops a time of day silently
        return None
    return cast


def arrow_table(frame: pd.DataFrame, schema: pa.Schema, where: str) -> pa.Table:
    """The frame's columns named by `schema`, in its order and with its types.

    Raises:
        BadInputError: a column is missing or unknown, is a float or another wrong type, or has a value that would have to be rounded.
    """
    wanted, given = set(schema.names), set(frame.columns)
    if wanted != given:
        missing, unknown = sorted(wanted - given), sorted(map(str, given - wanted))
        raise BadInputError(f"columns missing: {missing}; unknown: {unknown}", where=where, fix="Hand over exactly the table's columns.")
    return pa.table([_column(frame[field.name], field, where) for field in schema], schema=schema)


def copy_in(cursor: psycopg.Cursor[tuple[Any, ...]], table: sql.Composable, rows: pa.Table) -> int:
    """COPY all rows into `table` (columns by name) and return how many PostgreSQL took."""
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table, columns)) as copy:
        for batch in rows.to_batches(max_chunksize=ROWS_PER_WRITE):
            buffer = pa.BufferOutputStream()
            pacsv.write_csv(batch, buffer, pacsv.WriteOptions(include_header=False))
            copy.write(buffer.getvalue().to_pybytes())
    return cursor.rowcount


def copy_out(cursor: psycopg.Cursor[tuple[Any, ...]], query: sql.Composable, schema: pa.Schema) -> pa.Table:
    """The result of `query` by COPY, as exactly the types of `schema` (its columns in the query's order)."""
    return pa.Table.from_batches(copy_out_batches(cursor, query, schema), schema)


def copy_out_batches(cursor: psycopg.Cursor[tuple[Any, ...]], query: sql.Composable, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The same in batches: while one is being parsed PostgreSQL sends the next; no more than two are in memory.

    The cursor serves nothing else until the last batch was taken, or the iterator is closed.
    """
    with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)) as copy:
        texts = _texts(copy)
        first = next(texts, b"")
        if len(first) < BYTES_PER_PARSE:  # all of it: not worth a thread
            yield from _parsed(first, schema).to_batches() if first else ()
            return
        with ThreadPoolExecutor(1) as parser:
            begun = parser.submit(_parsed, first, schema)
            for text in texts:
                next_one = parser.submit(_parsed, text, schema)
                yield from begun.result().to_batches()
                begun = next_one
            yield from begun.result().to_batches()


def _texts(copy: psycopg.Copy) -> Iterator[bytes]:
    """Whole rows, about `BYTES_PER_PARSE` at once: the server sends row by row."""
    buffer = io.BytesIO()
    for data in copy:
        buffer.write(data)
        if buffer.tell() >= BYTES_PER_PARSE:
            yield buffer.getvalue()
            buffer = io.BytesIO()
    if buffer.tell():
        yield buffer.getvalue()


def _parsed(text: bytes, schema: pa.Schema) -> pa.Table:
    return pacsv.read_csv(
        pa.py_buffer(text),
        read_options=pacsv.ReadOptions(column_names=schema.names, block_size=len(text) + 1, use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def _house_dtype(arrow: pa.DataType) -> object | None:
    if pa.types.is_decimal(arrow):
        return pd.ArrowDtype(arrow)
    return None


def house_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table with the dtypes of the house: text `str`, exact decimals, dates and times `datetime64[us]`."""
    dates = {field.name: pa.timestamp("us") for field in table.schema if pa.types.is_date(field.type)}
    schema = pa.schema([pa.field(f.name, dates.get(f.name, f.type)) for f in table.schema])
    frame: pd.DataFrame = table.cast(schema).to_pandas(types_mapper=_house_dtype)
    return frame
