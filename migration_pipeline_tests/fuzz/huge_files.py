"""A gigabyte where a reader expects a line, a value or a member: each is refused or read, in a memory that does not grow with it.

Belongs here: writing such files, reading each in a process of its own. Does not belong here: small damaged files (`mutations.py`).
"""

import gzip
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

MEMORY = 1 << 30
"""Bytes no reader may use more of, libraries (about 200 MB) included."""
_PIECE = 1 << 20
_FIELDS = {"no": "no", "name": "name"}


@dataclass(frozen=True)
class HugeFigures:
    """What became of one huge file."""

    name: str
    mb: int
    outcome: str
    crash: str
    seconds: float
    peak_mb: int

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {**asdict(self), "seconds": round(self.seconds, 1)}


def tried_huge(size: int) -> Iterator[HugeFigures]:
    """Every huge file, one after the other; each takes `size` bytes of disk while it is read."""
    for name, (file, head, piece, described) in _HUGE.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, file)
            _write(path, head, piece, size)
            yield _tried(name, path, described, size)


def _write(path: Path, head: bytes, piece: bytes, size: int) -> None:
    with _sink(path) as sink:
        sink.write(head)
        for _ in range(size // _PIECE):
            sink.write((piece * (_PIECE // len(piece) + 1))[:_PIECE])


def _sink(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "wb", compresslevel=1)  # type: ignore[return-value]
    if path.suffix in {".zip", ".xlsx", ".ods"}:
        archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, content in _SHELLS.get(path.suffix, {}).items():
            archive.writestr(name, content)
        return _Member(archive, {".zip": "big.csv", ".ods": "content.xml"}.get(path.suffix, "xl/worksheets/sheet1.xml"))  # type: ignore[return-value]
    return path.open("wb")


class _Member:
    """A member of an archive that closes it at its end."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._member = archive, archive.open(name, "w", force_zip64=True)
        self.write = self._member.write

    def __enter__(self) -> "_Member":
        return self

    def __exit__(self, *_: object) -> None:
        self._member.close()
        self._archive.close()


def _tried(name: str, path: Path, described: Mapping[str, object], size: int) -> HugeFigures:
    begun = time.monotonic()
    program = [sys.executable, "-c", _PROGRAM, str(path), json.dumps({"file": path.name, **described})]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    if done.returncode or done.stderr:
        return HugeFigures(name, size >> 20, "", f"died ({done.returncode}): {done.stderr[-300:]}", seconds, 0)
    found = json.loads(done.stdout)
    crash = f"took {found['peak_mb']} MB" if found["peak_mb"] > MEMORY >> 20 else ""
    return HugeFigures(name, size >> 20, found["outcome"], crash, seconds, found["peak_mb"])


_PROGRAM = """
import json, sys
from pathlib import Path
from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import opened
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.benchmarks.one_read import peak_mb
path, spec = Path(sys.argv[1]), InputSpec.model_validate_json(sys.argv[2])
try:
    with opened(path, spec) as reading:
        outcome = f"read, {sum(len(batch.table) + len(batch.ragged) for batch in reading.batches)} rows"
except BadInputError as error:
    outcome = "refused: " + str(error).replace(str(path), path.name).splitlines()[0]
print(json.dumps({"outcome": outcome, "peak_mb": peak_mb()}))
"""
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHELLS = {
    ".xlsx": {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>",
    }
}
_CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
_HUGE: Mapping[str, tuple[str, bytes, bytes, dict[str, object]]] = MappingProxyType(
    {
        "csv, one line": ("line.csv", b"", b"abcdefg,", {"format": "csv"}),
        "csv, one line without a delimiter": ("line.csv", b"no,name\n1,", b"a", {"format": "csv"}),
        "csv, a quote never closed": ("quote.csv", b'no,name\n1,"', b"abc,def\n", {"format": "csv"}),
        "csv, one line, auto": ("line.csv", b"", "货号，".encode("gb18030"), {"format": "csv", "encoding": "auto", "delimiter": "auto"}),
        "csv of NUL bytes": ("nul.csv", b"no,name\n1,", b"\0", {"format": "csv"}),
        "json, one text": ("text.json", b'[{"no":"', b"a", {"format": "json"}),
        "json, one number": ("number.json", b'[{"no":', b"1", {"format": "json"}),
        "json, deep nesting": ("deep.json", b"", b"[", {"format": "json"}),
        "xml, one text": ("text.xml", b"<a><b><no>", b"abcdefgh", {"format": "xml", "rows": "/a/b", "fields": _FIELDS}),
        "xml, one attribute": ("attribute.xml", b'<a><b no="', b"abcdefgh", {"format": "xml", "rows": "/a/b", "fields": _FIELDS}),
        "xml, deep nesting": ("deep.xml", b"<a>", b"<b>", {"format": "xml", "rows": "/a/b", "fields": _FIELDS}),
        "xml, one row without end": ("row.xml", b"<a><b>", b"<c>1</c>", {"format": "xml", "rows": "/a/b", "fields": _FIELDS}),
        "sql dump, a string never closed": ("a.sql", b"INSERT INTO s (no) VALUES ('", b"abcdef", {"format": "sql_dump", "table": "s"}),
        "sql dump, one statement": (
            "b.sql",
            b"INSERT INTO s (no) VALUES (1)",
            b",('%b')" % (b"x" * 1000),
            {"format": "sql_dump", "table": "s"},
        ),
        "sql dump, a COPY line without end": ("c.sql", b"COPY s (no, name) FROM stdin;\n", b"a", {"format": "sql_dump", "table": "s"}),
        "html as .xls, one cell": ("page.xls", b"<table><tr><td>", b"abcdefgh", {"format": "xls"}),
        "html as .xls, one row": ("row.xls", b"<table><tr>", b"<td>1</td>", {"format": "xls"}),
        "csv.gz, a bomb": ("bomb.csv.gz", b"no\n", b"0", {"format": "csv"}),
        "csv in .zip, a bomb": ("bomb.zip", b"no\n", b"0", {"format": "csv"}),
        "xlsx, a bomb": ("bomb.xlsx", b"<worksheet><sheetData>" + _CELL, b"0", {"format": "xlsx"}),
        "sqlite, zeros": ("zeros.db", b"SQLite format 3\0", b"\0", {"format": "sqlite", "table": "s"}),
        "parquet, zeros": ("zeros.parquet", b"PAR1", b"\0", {"format": "parquet"}),
    }
)
