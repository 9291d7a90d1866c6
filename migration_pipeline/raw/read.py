"""One file in, one read table out, whatever its format and however it is packed.

Belongs here: which reader serves which format. Does not belong here: the formats (`readers/`), which files to read (`inputs.py`).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from migration_pipeline.project.source import InputFormat, InputSpec
from migration_pipeline.raw.readers import delimited, sql_dump, sqlite_file, workbook, xml_rows
from migration_pipeline.raw.readers.read_table import ReadTable
from migration_pipeline.raw.unpack import unpacked
from migration_pipeline.raw.unpivot import unpivot
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

Reader = Callable[[Path, InputSpec], ReadTable]
READERS: Mapping[InputFormat, Reader] = MappingProxyType(
    {
        "csv": delimited.read,
        "xlsx": workbook.read,
        "xml": xml_rows.read,
        "sqlite": sqlite_file.read,
        "sql_dump": sql_dump.read,
    }
)


def read(path: Path, spec: InputSpec) -> ReadTable:
    """Read one file (also packed as .gz or .zip) and unpivot it if the input says so.

    Raises:
        BadInputError: the file cannot be used as it is; `where` names it (and the line, where there is one).
        InfrastructureError: the disk cannot be read or written.
    """
    try:
        with unpacked(path) as plain:
            table = _read_plain(path, plain, spec)
    except OSError as error:
        raise InfrastructureError(
            f"the file cannot be read ({error.strerror})", where=str(path), fix="check the disk and the permissions"
        ) from error
    return unpivot(table, spec.unpivot, path) if spec.unpivot else table


def _read_plain(path: Path, plain: Path, spec: InputSpec) -> ReadTable:
    try:
        return READERS[spec.format](plain, spec)
    except BadInputError as error:
        if plain == path:
            raise
        raise BadInputError(error.what, where=error.where.replace(str(plain), str(path)), fix=error.fix) from error
