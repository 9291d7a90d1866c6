"""Which tables one file holds, each as the parts of an `InputSpec` that name it.

Belongs here: sheets, tables of a database or a dump, members of an archive. Does not belong here: repeating elements of XML and JSON
(`structure.py`), what kind of file it is (`formats.py`), the walk through folders (`discover.py`).
"""

import glob
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import python_calamine

from migration_pipeline.project.source import InputFormat
from migration_pipeline.raw.profiling.formats import Refusal, format_of
from migration_pipeline.raw.profiling.structure import json_tables, xml_tables
from migration_pipeline.raw.readers.encoding import file_chunks
from migration_pipeline.raw.unpack import unpacked
from migration_pipeline.runtime.errors import BadInputError

_NAME = rb"((?:[\w$.\x80-\xff]|`[^`]+`|\"[^\"]+\"|\[[^\]]+\])+)"
_STATEMENT = re.compile(
    rb"^\s*(?:CREATE\s+(?:UNLOGGED\s+)?TABLE(?:\s+IF\s+NOT\s+EXISTS)?|(?:INSERT|REPLACE)\s+INTO|COPY)\s+(?:ONLY\s+)?" + _NAME,
    re.IGNORECASE | re.MULTILINE,
)
_TAIL = 1000


@dataclass(frozen=True)
class Part:
    """One table of a file.

    Attributes:
        label: what to call it inside its file; empty where the file is the table.
        format, keys: of the `InputSpec` that reads it.
    """

    label: str
    format: InputFormat
    keys: Mapping[str, object] = field(default_factory=dict)


Content = Part | Refusal
EMPTY = Refusal("it holds no table")
_AUTO = MappingProxyType({"encoding": "auto", "delimiter": "auto", "quote": "auto", "header_row": "auto"})


def contents(path: Path) -> list[Content]:
    """Everything in one file, packed or not: its tables, and what cannot be read with the reason. Raises OSError."""
    try:
        if path.suffix.lower() == ".zip":
            return list(_members(path))
        with unpacked(path) as plain:
            return _plain(plain) or [EMPTY]
    except BadInputError as error:
        return [Refusal(error.what)]


def _members(path: Path) -> Iterator[Content]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [member.filename for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        yield Refusal("a damaged or cut-off archive: copy it again")
        return
    if not names:
        yield Refusal("an empty archive")
    for name in names:
        pattern = glob.escape(name)
        several = {"member": pattern} if len(names) > 1 else {}
        try:
            with unpacked(path, pattern) as plain:
                found = _plain(plain) or [EMPTY]
        except BadInputError as error:
            found = [Refusal(error.what)]
        yield from (_inside(content, name, several) for content in found)


def _inside(content: Content, member: str, several: Mapping[str, object]) -> Content:
    if isinstance(content, Refusal):
        return Refusal(f"{member}: {content.reason}")
    label = " ".join(part for part in (member, content.label) if part) if several else content.label
    return Part(label, content.format, {**content.keys, **several})


def _plain(path: Path) -> list[Content]:
    kind = format_of(path)
    if isinstance(kind, Refusal):
        return [kind]
    if kind == "csv":
        return [Part("", "csv", _AUTO)]
    if kind == "parquet":
        return [Part("", "parquet")]
    if kind in {"xlsx", "xls", "ods"}:
        return _sheets(path, kind)
    if kind == "sqlite":
        return _sqlite(path)
    if kind == "sql_dump":
        return [Part(name, "sql_dump", {"table": name, "encoding": "auto"}) for name in dumped_tables(path)]
    found = xml_tables(path) if kind == "xml" else json_tables(path)
    if isinstance(found, Refusal):
        return [found]
    extra = {"encoding": "auto"} if kind == "json" else {}
    return [Part(label, kind, {**extra, **keys}) for label, keys in found]


def dumped_tables(path: Path) -> list[str]:
    """Tables a SQL dump defines or fills, as it first writes them without quotes and schema; UTF-16 is not looked into."""
    found: dict[str, str] = {}
    rest = b""
    for chunk in file_chunks(path):
        text = rest + chunk
        for match in _STATEMENT.finditer(text):
            name = match.group(1).decode("utf-8", "replace").rpartition(".")[2].strip('`"[]')
            found.setdefault(name.casefold(), name)
        rest = text[-_TAIL:].rpartition(b"\n")[2]
    return list(found.values())


def _sheets(path: Path, kind: InputFormat) -> list[Content]:
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            names = workbook.sheet_names
    except python_calamine.PasswordError:
        return [Refusal("an encrypted workbook: save it without a password")]
    except python_calamine.CalamineError:
        return [Part("", kind, {"header_row": "auto"})]  # a table of HTML under that name; or the reader says what is wrong
    return [Part(name, kind, {"sheet": name, "header_row": "auto"}) for name in names]


def _sqlite(path: Path) -> list[Content]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            found = database.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").fetchall()
    except sqlite3.Error:
        return [Refusal("a damaged SQLite database: copy it again")]
    rows = [(str(name), kind) for name, kind in found if not str(name).startswith("sqlite_")]
    views = [Refusal(f"{name}: a view, computed from tables that are listed themselves") for name, kind in rows if kind == "view"]
    return [*(Part(name, "sqlite", {"table": name}) for name, kind in rows if kind == "table"), *views]
