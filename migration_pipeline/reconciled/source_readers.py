"""The second pair of eyes: source files read again as text columns, with other libraries than `raw/readers` uses.

Belongs here: csv and sqlite, and the choice of reader. Does not belong here: the other formats (`source_*.py`), meaning of columns.
Nothing may be imported from `raw` or `cleaned`: what both would get wrong together could not be seen.
"""

import csv
import gzip
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError

import duckdb
import ijson
import pyarrow as pa
from defusedxml import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput, as_path, opened_text
from migration_pipeline.reconciled.source_dump import dump_rows
from migration_pipeline.reconciled.source_json import json_rows
from migration_pipeline.reconciled.source_layout import Cells, Row, demanded, filled_right, first_row, joined, settled
from migration_pipeline.reconciled.source_parquet import parquet_table
from migration_pipeline.reconciled.source_workbook import workbook_rows
from migration_pipeline.reconciled.source_xml import xml_rows
from migration_pipeline.runtime.errors import BadInputError

RAGGED = "_ragged"
_DAMAGE = (
    *(UnicodeError, csv.Error, gzip.BadGzipFile, EOFError, zlib.error, zipfile.BadZipFile, sqlite3.DatabaseError, ParseError),
    *(DefusedXmlException, InvalidFileException, XLRDError, CompDocError, ijson.JSONError, duckdb.Error),
)


def read_input(spec: InputSpec, files: Sequence[ArchivedInput]) -> pa.Table:
    """All rows of one input: text columns as the source names them, plus `_ragged` (bool). Files may differ in columns and their order.

    Raises:
        BadInputError: a file cannot be decoded, unpacked or parsed, or lacks the table or sheet.
    """
    return pa.concat_tables([_table(settled(spec, file), file) for file in files], promote_options="default")


def _table(spec: InputSpec, file: ArchivedInput) -> pa.Table:
    try:
        if spec.format not in ("parquet", "database"):
            return _arrow(*_READERS[spec.format](spec, file))
        table = parquet_table(file)
    except _DAMAGE as error:
        raise _unreadable(file, error) from error
    ragged = pa.repeat(pa.scalar(value=False), len(table))
    return table.rename_columns(_distinct(table.column_names)).append_column(RAGGED, ragged)


def _unreadable(file: ArchivedInput, error: Exception) -> BadInputError:
    what = f"cannot be read again for the control totals ({type(error).__name__})"
    return BadInputError(what, where=file.name, fix="check the file's format, encoding and completeness")


def _arrow(names: Sequence[str], rows: Sequence[Row]) -> pa.Table:
    width = len(names)
    ragged = [len(row) != width for row in rows]
    if any(ragged):
        rows = [(*row[:width], *[None] * (width - len(row))) for row in rows]
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    arrays = [*(pa.array(column, pa.string()) for column in columns), pa.array(ragged, pa.bool_())]
    return pa.Table.from_arrays(arrays, names=[*_distinct(names), RAGGED])


def _distinct(names: Sequence[str]) -> list[str]:
    """Names without blanks around them; SQL names ignore case, so a later `id` beside `ID` becomes `id_2`."""
    taken: dict[str, int] = {}
    result = []
    for place, name in enumerate(names):
        bare = name.strip() or f"column_{place + 1}"
        count = taken[bare.casefold()] = taken.get(bare.casefold(), 0) + 1
        result.append(bare if count == 1 else f"{bare}_{count}")
    return result


def _csv(spec: InputSpec, file: ArchivedInput) -> Cells:
    """Rows in which every field is empty are none."""
    delimiter = {"TAB": "\t", "\\t": "\t"}.get(spec.delimiter, spec.delimiter)
    quote = demanded(spec.quote, "quote", file)
    with opened_text(file, demanded(spec.encoding, "encoding", file)) as text:
        mark = demanded(delimiter, "delimiter", file)
        lines = csv.reader(text, delimiter=mark, quotechar=quote) if quote else csv.reader(text, delimiter=mark, quoting=csv.QUOTE_NONE)
        rows = islice(lines, first_row(spec, file) - 1, None)
        names = spec.names or _header(list(islice(rows, spec.header_rows)))
        return names, [row for row in rows if any(row) and (len(row) == len(names) or any(cell.strip() for cell in row))]


def _header(rows: list[list[str]]) -> Sequence[str]:
    return joined([*map(filled_right, rows[:-1]), rows[-1]]) if len(rows) > 1 else next(iter(rows), [])


def _sqlite(spec: InputSpec, file: ArchivedInput) -> Cells:
    with as_path(file) as path:
        return _sqlite_table(spec, file, path)


def _sqlite_table(spec: InputSpec, file: ArchivedInput, path: Path) -> Cells:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        names = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (spec.table,))]
        if not names:
            raise BadInputError(f"there is no table {spec.table!r}", where=file.name, fix="correct table: of this input in migration.yaml")
        texts = ", ".join(f"CAST({quoted(name)} AS TEXT)" for name in names)
        return names, connection.execute(f"SELECT {texts} FROM {quoted(str(spec.table))}").fetchall()  # noqa: S608 - identifiers, quoted


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


_READERS: dict[str, Callable[[InputSpec, ArchivedInput], Cells]] = {
    "csv": _csv,
    "xlsx": workbook_rows,
    "xls": workbook_rows,
    "ods": workbook_rows,
    "xml": xml_rows,
    "json": json_rows,
    "sqlite": _sqlite,
    "sql_dump": dump_rows,
}
