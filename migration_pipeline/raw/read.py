"""One file in, its rows out, whatever its format and however it is packed.

Belongs here: which reader serves which format. Does not belong here: the formats (`readers/`), which files to read (`inputs.py`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from migration_pipeline.project.source import InputFormat, InputSpec
from migration_pipeline.raw.readers import delimited, json_rows, parquet_file, sql_dump, sqlite_file, workbook, xml_rows
from migration_pipeline.raw.readers.read_table import Batch, Reader, Reading, ReadTable, whole
from migration_pipeline.raw.unpack import unpacked
from migration_pipeline.raw.unpivot import unpivot
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

READERS: Mapping[InputFormat, Reader] = MappingProxyType(
    {
        "csv": delimited.read,
        "xlsx": workbook.read,
        "xls": workbook.read,
        "ods": workbook.read,
        "xml": xml_rows.read,
        "json": json_rows.read,
        "parquet": parquet_file.read,
        "sqlite": sqlite_file.read,
        "sql_dump": sql_dump.read,
        "database": parquet_file.read,
    }
)
"""A live table is read from the snapshot that was taken of it (`raw/live/`)."""


@contextmanager
def opened(path: Path, spec: InputSpec) -> Iterator[Reading]:
    """Read one file (also packed as .gz or .zip) batch by batch, inside the `with`.

    Raises:
        BadInputError: the file cannot be used as it is; `where` names it (and the line, where there is one).
        InfrastructureError: the disk cannot be read or written.
    """
    try:
        with unpacked(path, spec.member) as plain, _named(plain, path):
            reading = READERS[spec.format](plain, spec)
            yield replace(reading, batches=_named_batches(reading.batches, plain, path))
    except OSError as error:
        raise InfrastructureError(
            f"the file cannot be read ({error.strerror})", where=str(path), fix="check the disk and the permissions"
        ) from error


def read(path: Path, spec: InputSpec) -> ReadTable:
    """Read one file as a whole and unpivot it if the input says so; raises as `opened`."""
    with opened(path, spec) as reading:
        table = whole(reading)
    return unpivot(table, spec.unpivot, path) if spec.unpivot else table


def _named_batches(batches: Iterator[Batch], plain: Path, path: Path) -> Iterator[Batch]:
    with _named(plain, path):
        yield from batches


@contextmanager
def _named(plain: Path, path: Path) -> Iterator[None]:
    """Errors name the file as it lies there, not the temporary one it was unpacked to."""
    try:
        yield
    except BadInputError as error:
        if plain == path:
            raise
        raise BadInputError(error.what, where=error.where.replace(str(plain), str(path)), fix=error.fix) from error
