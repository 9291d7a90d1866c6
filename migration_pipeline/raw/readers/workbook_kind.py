"""What a file named .xlsx, .xls or .ods is in truth; store systems often name HTML, XML or CSV `.xls`.

Belongs here: looking at the first bytes, and refusing what is no workbook. Does not belong here: reading any of it.
"""

import re
import zipfile
from pathlib import Path
from typing import Literal

import olefile

from migration_pipeline.raw.readers.workbook_book import damage_named, damaged, encrypted
from migration_pipeline.raw.unpack import DEFAULT_LIMITS, refuse_bomb
from migration_pipeline.runtime.errors import BadInputError

Kind = Literal["xlsx", "ods", "xls", "html"]
LOOK = 8192
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|meta|body|table|style|div)\b", re.IGNORECASE)
_OTHERS = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "XML Spreadsheet 2003", "open it in a spreadsheet program and save it as .xlsx"),
    (b"MIME-Version:", "a web archive (MHTML)", "open it in a spreadsheet program and save it as .xlsx"),
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def kind_of(path: Path) -> Kind:
    """Which kind of workbook the content is, whatever the name says.

    Raises:
        BadInputError: empty, encrypted, cut off, an archive bomb, or no workbook at all; `fix` says what to do with it.
    """
    with path.open("rb") as file:
        start = file.read(LOOK)
    if not start:
        raise BadInputError("the file is empty", where=str(path), fix="export it again")
    if start.startswith(olefile.MAGIC):
        return _ole_kind(path)
    if start.startswith(b"PK"):
        return _zip_kind(path)
    plain = start.replace(b"\0", b"") if start.startswith((b"\xff\xfe", b"\xfe\xff")) else start
    for mark, name, fix in _OTHERS:
        if mark in plain:
            raise BadInputError(f"this is {name}, not a workbook", where=str(path), fix=fix)
    if _HTML.search(plain[:1024]):
        return "html"
    if _BINARY.search(plain):
        raise damaged(path)
    raise BadInputError(
        "this is plain text, not a workbook", where=str(path), fix="write format: csv (with its delimiter and encoding) in the input"
    )


def _zip_kind(path: Path) -> Kind:
    if not zipfile.is_zipfile(path):
        raise damaged(path)
    with damage_named(path), zipfile.ZipFile(path) as archive:
        refuse_bomb(path, DEFAULT_LIMITS)
        names = archive.namelist()
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise BadInputError(
        "this is an archive, not an .xlsx or .ods workbook", where=str(path), fix="open it in a spreadsheet program and save it as .xlsx"
    )


def _ole_kind(path: Path) -> Kind:
    try:
        with olefile.OleFileIO(str(path)) as container:
            if container.exists("EncryptedPackage"):
                raise encrypted(path)
            if not (container.exists("Workbook") or container.exists("Book")):
                raise BadInputError("this is an Office document without sheets", where=str(path), fix="name the right file")
    except (OSError, ValueError) as error:
        raise damaged(path) from error
    return "xls"
