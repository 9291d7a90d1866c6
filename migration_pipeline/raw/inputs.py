"""From an input of the project file to one table: which files it means, and their rows with ids.

Belongs here: globs, missing files, row ids, files of one input that do not fit together. Does not belong here: formats (`readers/`),
missing columns (`extract.py`), the split of shared files by store (`shared_inputs.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.parsed import parsed
from migration_pipeline.raw.readers.read_table import RESERVED, TEXT, ReadTable
from migration_pipeline.raw.unpack import PACKED
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import known_hash

SHOWN = 10


@dataclass(frozen=True)
class SourceFile:
    """One file that was read.

    Attributes:
        path: where it lies; name: below the store's or the data folder, as row ids name it.
        sha256: of its content when it was read.
        rows: how many it holds, ragged ones included.
        options: what the reader settled on.
    """

    path: Path
    name: str
    sha256: str
    rows: int
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class InputTable:
    """All rows of one input.

    Attributes:
        frame: the source's columns as text and `_row_id`, `<file relative to the store's or data folder>:<row>[#<cell>]`, in file order.
        ragged: rows that do not fit their header: `_row_id` and `text`.
        files: what was read, sorted.
    """

    frame: pd.DataFrame
    ragged: pd.DataFrame
    files: tuple[SourceFile, ...]


def resolve(spec: InputSpec, base: Path) -> list[Path]:
    """The files an input means below its folder, sorted by their path; a file may also be packed (`<file>.gz`, `<file>.zip`).

    Raises:
        BadInputError: no file, a path that leads out of the folder, or one file both packed and unpacked.
    """
    pattern = PurePosixPath(spec.file)
    if pattern.is_absolute() or ".." in pattern.parts or not pattern.parts:
        raise BadInputError(f"{spec.file!r} leads out of the data folder", where="file: of an input", fix="write a path below the folder")
    matches = {
        path
        for suffix in ("", *PACKED)
        for path in base.glob(spec.file + suffix)
        if path.is_file() and not path.name.startswith((".", "~$"))
    }
    if not matches:
        raise _missing(spec, base)
    for path in matches:
        if path.suffix.lower() in PACKED and (twin := path.with_suffix("")) in matches:
            raise BadInputError(f"{path.name} is there beside {twin.name}", where=str(twin), fix="keep one of the two")
    return sorted(matches, key=lambda path: path.relative_to(base).as_posix())


def read_input(name: str, spec: InputSpec, base: Path, files: Sequence[Path], cache: Path) -> InputTable:
    """Read all files of one input into one table; `cache` keeps what was read for the next time.

    Raises:
        BadInputError: as the readers; or files with different columns.
    """
    hashes = [known_hash(path)[0] for path in files]
    tables = [parsed(cache, path, sha256, spec) for path, sha256 in zip(files, hashes, strict=True)]
    columns = _columns(name, files, tables)
    names = [path.relative_to(base).as_posix() for path in files]
    frame = _with_ids([table.frame for table in tables], names)[[*columns, "_row_id"]]
    ragged = _with_ids([table.ragged for table in tables], names)[["_row_id", "text"]]
    read = [
        SourceFile(path, place, sha256, len(table.frame) + len(table.ragged), table.options)
        for path, place, sha256, table in zip(files, names, hashes, tables, strict=True)
    ]
    return InputTable(frame, ragged, tuple(read))


def _columns(name: str, files: Sequence[Path], tables: Sequence[ReadTable]) -> list[str]:
    """The source's columns, which all files must have, in the order of the first."""
    headers = [[column for column in table.frame.columns if column not in RESERVED] for table in tables]
    for path, header in zip(files, headers, strict=True):
        if sorted(header) != sorted(headers[0]):
            raise _different(name, files[0], path, headers[0], header)
    return headers[0]


def _with_ids(frames: Sequence[pd.DataFrame], prefixes: Sequence[str]) -> pd.DataFrame:
    """All frames below each other, with `_row_id` made of the file's prefix, `_row` and, if there is one, `_cell`."""
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0].reset_index(drop=True)
    places = np.repeat(np.arange(len(frames)), [len(part) for part in frames])
    parts = [pc.take(pa.array(prefixes, TEXT), pa.array(places)), pc.cast(pa.array(frame["_row"].to_numpy()), TEXT)]
    ids = pc.binary_join_element_wise(*parts, pa.scalar(":", TEXT))
    if "_cell" in frame:
        ids = pc.binary_join_element_wise(ids, pa.array(frame["_cell"], TEXT), pa.scalar("#", TEXT))
    return frame.assign(_row_id=pd.array(ids, dtype="str"))


def _missing(spec: InputSpec, base: Path) -> BadInputError:
    if not base.is_dir():
        return BadInputError("missing folder", where=str(base), fix="check path: of the store, and that its export has arrived")
    folder = base / PurePosixPath(spec.file).parent
    there = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir()) if folder.is_dir() else []
    shown = ", ".join(there[:SHOWN]) + (f" and {len(there) - SHOWN} more" if len(there) > SHOWN else "")
    return BadInputError(
        f"missing file: nothing matches {spec.file!r}; there is {shown or 'nothing'}",
        where=str(folder if there else base),
        fix="put the export there, or correct file: of the input",
    )


def _different(name: str, first: Path, other: Path, columns: Sequence[str], found: Sequence[str]) -> BadInputError:
    only_first, only_other = [c for c in columns if c not in found], [c for c in found if c not in columns]
    return BadInputError(
        f"the files of input {name!r} have different columns: {', '.join(map(repr, only_first)) or 'none'} only in {first.name}, "
        f"{', '.join(map(repr, only_other)) or 'none'} only in {other.name}",
        where=f"{first} and {other}",
        fix="export them alike, or make two inputs of them (json: name the columns under fields:, then members may be absent)",
    )
