"""The second pair of eyes: source files read again as text columns, with other libraries than `raw/readers` uses.

Belongs here: csv, xlsx and sqlite, and the choice of reader. Does not belong here: xml (`source_xml.py`), dumps (`source_dump.py`),
meaning of columns. Nothing may be imported from `raw` or `cleaned`: what both would get wrong together could not be seen.
"""

import csv
import datetime
import gzip
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
import pyarrow as pa
from defusedxml import DefusedXmlException

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput, opened, opened_text
from migration_pipeline.reconciled.source_dump import dump_rows
from migration_pipeline.reconciled.source_xml import xml_rows
from migration_pipeline.runtime.errors import BadInputError

RAGGED = "_ragged"
Cells = tuple[Sequence[str], Sequence[Sequence[str | None]]]
"""Column names, then rows of text; a row of another width than the names is ragged."""


def read_input(spec: InputSpec, files: Sequence[ArchivedInput]) -> pa.Table:
    """All rows of one input: text columns as the source names them, plus `_ragged` (bool). Files may differ in columns and their order.

    Raises:
        BadInputError: a file cannot be decoded, unpacked or parsed, or lacks the table or sheet.
    """
    return pa.concat_tables([_arrow(*_cells(spec, file)) for file in files], promote_options="default")


def _cells(spec: InputSpec, file: ArchivedInput) -> Cells:
    try:
        return _READERS[spec.format](spec, file)
    except (UnicodeError, csv.Error, gzip.BadGzipFile, EOFError, zipfile.BadZipFile, sqlite3.DatabaseError, ParseError) as error:
        raise _unreadable(file, error) from error
    except DefusedXmlException as error:
        raise _unreadable(file, error) from error


def _unreadable(file: ArchivedInput, error: Exception) -> BadInputError:
    what = f"cannot be read again for the control totals ({type(error).__name__})"
    return BadInputError(what, where=file.name, fix="check the file's format, encoding and completeness")


def _arrow(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pa.Table:
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
    with opened_text(file, spec.encoding) as text:
        for _ in range(spec.header_row - 1):
            next(text, None)
        lines = csv.reader(text, delimiter=spec.delimiter)
        names = next(lines, [])
        return names, [row for row in lines if any(row) and (len(row) == len(names) or any(cell.strip() for cell in row))]


def _xlsx(spec: InputSpec, file: ArchivedInput) -> Cells:
    with opened(file) as raw, closing(openpyxl.load_workbook(raw, read_only=True, data_only=True)) as book:
        if spec.sheet is not None and spec.sheet not in book.sheetnames:
            raise BadInputError(f"there is no sheet {spec.sheet!r}", where=file.name, fix=f"sheets are {', '.join(book.sheetnames)}")
        sheet = book[spec.sheet or book.sheetnames[0]]
        sheet.reset_dimensions()
        rows = [[_cell(value) for value in row] for row in sheet.iter_rows(min_row=spec.header_row, values_only=True)]
    names = [name or "" for name in rows[0]] if rows else []
    while names and not names[-1]:
        names.pop()
    width = len(names)
    filled = [row for row in rows[1:] if any(value and value.strip() for value in row)]
    return names, [[*row[:width], *[None] * (width - len(row))] for row in filled]


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        plain = format(Decimal(repr(value)), "f")
        return plain.removesuffix(".0")
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return str(value)


def _sqlite(spec: InputSpec, file: ArchivedInput) -> Cells:
    if not file.name.lower().endswith((".gz", ".zip")):
        return _sqlite_table(spec, file, file.stored)
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder, "source.db")
        with opened(file) as raw, unpacked.open("wb") as copy:
            shutil.copyfileobj(raw, copy)
        return _sqlite_table(spec, file, unpacked)


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
    "xlsx": _xlsx,
    "xml": xml_rows,
    "sqlite": _sqlite,
    "sql_dump": dump_rows,
}
