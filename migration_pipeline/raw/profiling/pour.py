"""Rows of any source, poured into Parquet as they are read, so that DuckDB can count them however many there are.

Belongs here: one table from its files to one Parquet file. Does not belong here: statistics, which files
(`discover.py`).
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import opened
from migration_pipeline.raw.readers.read_table import TEXT
from migration_pipeline.runtime.errors import BadInputError

AUTOMATIC = ("encoding", "delimiter", "quote", "header_row")
"""Keys of an input that may be `auto`."""


@dataclass(frozen=True)
class Poured:
    """A table as Parquet.

    Attributes:
        parquet: the source's columns as text, `_file` (int32, place in `files`) and `_row` (int64).
        names: the source's columns.
        ragged: rows with another number of values than the header.
        options: what the reader settled on, of the first file; a key that differs between files is left out.
    """

    parquet: Path
    names: tuple[str, ...]
    rows: int
    ragged: int
    options: dict[str, object]


def header(path: Path, spec: InputSpec) -> tuple[tuple[str, ...], dict[str, object]]:
    """The columns of one file and what the reader settled on; raises as `read.opened`."""
    with opened(path, spec) as reading:
        return reading.names, dict(reading.options)


def settled(spec: InputSpec, options: Mapping[str, object]) -> InputSpec:
    """The same input with what a reader found out instead of `auto`."""
    known = {key: options[key] for key in AUTOMATIC if getattr(spec, key) == "auto" and options.get(key) is not None}
    return spec.model_copy(update=known)


def pour(files: tuple[Path, ...], spec: InputSpec, options: Mapping[str, object], target: Path) -> Poured:
    """Read all files of one table, first as the reader settled on for one of them (`options`), then each for itself.

    Raises:
        BadInputError, InfrastructureError: as `read.opened`; files with different columns.
    """
    known = settled(spec, options)
    try:
        return _poured(files, known, target)
    except BadInputError:
        if known == spec:
            raise
        return _poured(files, spec, target)


def _poured(files: tuple[Path, ...], spec: InputSpec, target: Path) -> Poured:
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        names: tuple[str, ...] = ()
        options: dict[str, object] = {}
        rows = ragged = 0
        for number, path in enumerate(files):
            with opened(path, spec) as reading:
                if writer is None:
                    names, options = reading.names, dict(reading.options)
                    schema = pa.schema([*((name, TEXT) for name in names), ("_file", pa.int32()), ("_row", pa.int64())])
                    writer = stack.enter_context(pq.ParquetWriter(target, schema, compression="snappy"))
                _demand_same(names, reading.names, path)
                options = {key: value for key, value in options.items() if reading.options.get(key) == value}
                for batch in reading.batches:
                    rows, ragged = rows + batch.table.num_rows, ragged + batch.ragged.num_rows
                    writer.write_table(_placed(batch.table, number, schema))
    return Poured(target, names, rows, ragged, options)


def _placed(table: pa.Table, number: int, schema: pa.Schema) -> pa.Table:
    numbered = table.append_column("_file", pa.repeat(pa.scalar(number, pa.int32()), table.num_rows))
    return numbered.select(schema.names)


def _demand_same(names: tuple[str, ...], other: tuple[str, ...], path: Path) -> None:
    if sorted(names) != sorted(other):
        raise BadInputError("the file has other columns than the first of its table", where=str(path), fix="make two inputs of them")
