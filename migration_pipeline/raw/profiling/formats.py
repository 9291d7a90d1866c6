"""What kind of file something is, by its content: a format that can be read, or a reason why not and what to do.

Belongs here: first bytes and first lines. Does not belong here: which tables a file holds (`contents.py`), reading them (`raw/readers/`).
"""

import codecs
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.project.source import InputFormat

HEAD = 1 << 20
LINES = 60
DELIMITERS = (",", "\t", ";", "|")
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_BINARY: tuple[tuple[int, bytes, str], ...] = (
    (0, b"TAPE", "a SQL Server backup (.bak): restore it into a SQL Server, then read it with format: database"),
    (4, b"Standard Jet DB", "a Microsoft Access database: export its tables as CSV, or put them into SQLite"),
    (4, b"Standard ACE DB", "a Microsoft Access database: export its tables as CSV, or put them into SQLite"),
    (0, b"PGDMP", "a PostgreSQL archive: make plain SQL of it with pg_restore -f dump.sql, then read it with format: sql_dump"),
    (0, b"\x01\x0f\x00\x00", "a SQL Server data file (.mdf): attach it to a SQL Server, then read it with format: database"),
    (0, b"%PDF", "a PDF: not a table; ask for an export as CSV or a workbook"),
    (0, b"Rar!", "a RAR archive: unpack it by hand"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it by hand"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive: unpack it by hand"),
    (0, b"BZh", "a bzip2 archive: unpack it by hand"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"GIF8", "a picture"),
    (0, b"MZ", "a program"),
    (0, b"\x7fELF", "a program"),
)
_DBF = (0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xCB, 0xF5)
_SQL = re.compile(
    r"^\s*(?:CREATE\s+TABLE|INSERT\s+INTO|REPLACE\s+INTO|COPY\s+\S+.*FROM\s+stdin)\b|-- (?:MySQL|MariaDB) dump|PostgreSQL database dump",
    re.IGNORECASE | re.MULTILINE,
)
_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|table)\b", re.IGNORECASE | re.DOTALL)
_PROSE = (".md", ".rst", ".log", ".ini", ".yaml", ".yml", ".py", ".sh", ".bat", ".html", ".htm", ".toml", ".cfg", ".conf")


@dataclass(frozen=True)
class Refusal:
    """Why a file is not read; in words a person can act on."""

    reason: str


def format_of(path: Path) -> InputFormat | Refusal:
    """The format of an unpacked file; its name only decides between kinds of text. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        return Refusal("the file is empty")
    if head.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if head.startswith(b"PAR1"):
        return "parquet"
    for offset, magic, reason in _BINARY:
        if head[offset:].startswith(magic):
            return Refusal(reason)
    if head.startswith(_OLE):
        return _old_office(path)
    if head.startswith(b"PK\x03\x04"):
        return _zipped_office(path)
    if head[0] in _DBF and path.suffix.lower() == ".dbf":
        return Refusal("a dBase table (.dbf): open it in a spreadsheet program and save it as .xlsx or CSV")
    text = head_text(head)
    return _text_format(text, path) if text is not None else Refusal("NUL bytes or control characters: a damaged or binary file")


def head_text(head: bytes) -> str | None:
    """The beginning of a text file as text, good enough to see its structure; None if it is not text."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    if head.count(b"\0") > len(head) // 4:
        return head.decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "replace")
    if b"\0" in head:
        return None
    for codec in ("utf-8-sig", "gb18030", "big5"):
        try:
            return codecs.getincrementaldecoder(codec)("strict").decode(head)
        except UnicodeDecodeError:
            continue
    printable = sum(byte >= 0x20 or byte in b"\t\r\n" for byte in head)
    return head.decode("latin-1") if printable > 0.95 * len(head) else None


def delimiter_of(text: str) -> str | None:
    """The character that cuts most of the first lines into as many parts as each other; None if there is none."""
    lines = [line for line in text.splitlines()[:LINES] if line.strip()]
    best, best_share = None, 0.0
    for mark in DELIMITERS:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=0)
        share = counts.count(usual) / len(lines) if lines and usual else 0.0
        if share > best_share:
            best, best_share = mark, share
    return best if best_share >= 0.5 else None


def _text_format(text: str, path: Path) -> InputFormat | Refusal:
    start = text.lstrip()
    if _PAGE.match(start):
        named = path.suffix.lower() in {".xls", ".xlsx"}
        return "xls" if named else Refusal("a web page: ask for an export as CSV or a workbook")
    if start.startswith("<"):
        return "xml"
    if start.startswith(("{", "[")) and path.suffix.lower() not in {".ini", ".toml", ".cfg", ".conf"}:
        return "json"
    if _SQL.search(text):
        return "sql_dump"
    named = path.suffix.lower() in {".csv", ".tsv"}
    if path.suffix.lower() in _PROSE or not (named or delimiter_of(text)):
        return Refusal("text without columns")
    return "csv"


def _zipped_office(path: Path) -> InputFormat | Refusal:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:60] if "mimetype" in names else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError):
        return Refusal("an archive that is damaged, cut off or encrypted: copy or export it again")
    if b"spreadsheet" in kind:
        return "ods"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    return Refusal("a packed document that is not a workbook")


def _old_office(path: Path) -> InputFormat | Refusal:
    if path.suffix.lower() in {".xlsx", ".xlsm", ".ods"}:
        return Refusal("an encrypted workbook: save it without a password")
    return "xls" if path.suffix.lower() == ".xls" else Refusal("an old Office document that is not named .xls")
