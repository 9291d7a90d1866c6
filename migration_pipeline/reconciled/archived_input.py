"""One archived source file and how its bytes are opened.

Belongs here: the value, decompression, decoding. Does not belong here: formats (`source_readers.py`), writing the archive.
"""

import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from migration_pipeline.runtime.errors import BadInputError


@dataclass(frozen=True)
class ArchivedInput:
    """One file of a source as it was archived.

    Attributes:
        stored: the content-addressed copy, byte for byte the source's file.
        name: the file's own name; `.gz` or `.zip` at its end says that the copy is packed.
        sha256: hex digest of the copy.
    """

    stored: Path
    name: str
    sha256: str


@contextmanager
def opened(file: ArchivedInput) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked.

    Raises:
        BadInputError: a `.zip` that does not hold exactly one file.
    """
    name = file.name.lower()
    if name.endswith(".gz"):
        with gzip.open(file.stored, "rb") as unpacked:
            yield cast("BinaryIO", unpacked)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(file.stored) as pack, pack.open(_only_member(pack, file)) as member:
            yield cast("BinaryIO", member)
    else:
        with file.stored.open("rb") as plain:
            yield plain


def _only_member(pack: zipfile.ZipFile, file: ArchivedInput) -> str:
    members = [info.filename for info in pack.infolist() if not info.is_dir()]
    if len(members) != 1:
        raise BadInputError(f"the archive holds {len(members)} files, one is expected", where=file.name, fix="pack one file per archive")
    return members[0]


@contextmanager
def opened_text(file: ArchivedInput, encoding: str) -> Iterator[TextIO]:
    """The file as text, line ends untouched, without a byte order mark."""
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
    with opened(file) as raw, io.TextIOWrapper(raw, encoding=codec, newline="") as text:
        yield text
