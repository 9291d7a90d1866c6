"""One archived source file and how its bytes are opened.

Belongs here: the value, decryption, decompression, decoding. Does not belong here: formats (`source_*.py`), what the first reader settled
on (`source_layout.py`), writing the archive.
"""

import gzip
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TextIO, cast
from unicodedata import normalize

from migration_pipeline.runtime import sealed
from migration_pipeline.runtime.errors import BadInputError


@dataclass(frozen=True)
class ArchivedInput:
    """One file of a source as it was archived.

    Attributes:
        stored: the content-addressed copy of the source's file, byte for byte or encrypted.
        name: the file's own name; `.gz` or `.zip` at its end says that it is packed.
        sha256: hex digest of the source's file.
        member: pattern of the file's name inside a .zip that holds several.
        options: what the first reader settled on, from the manifest: encoding, delimiter, quote, header_row, sheet ...
        identity: the environment variable that names the key's file, should the copy be encrypted.
    """

    stored: Path
    name: str
    sha256: str
    member: str | None = None
    options: Mapping[str, object] = field(default_factory=dict, hash=False)
    identity: str = sealed.IDENTITY_VARIABLE


@contextmanager
def opened(file: ArchivedInput) -> Iterator[BinaryIO]:
    """The file's bytes, decrypted and unpacked.

    Raises:
        BadInputError: a `.zip` in which not exactly one file is meant; no key, or another one.
    """
    name = file.name.lower()
    with sealed.opened(file.stored, file.identity) as plain:
        if name.endswith(".gz"):
            with gzip.open(plain, "rb") as unpacked:
                yield cast("BinaryIO", unpacked)
        elif name.endswith(".zip"):
            with zipfile.ZipFile(plain) as pack, pack.open(_member(pack, file)) as member:
                yield cast("BinaryIO", member)
        else:
            yield plain


@contextmanager
def opened_text(file: ArchivedInput, encoding: str) -> Iterator[TextIO]:
    """The file as text, line ends untouched, without a byte order mark."""
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
    with opened(file) as raw, io.TextIOWrapper(raw, encoding=codec, newline="") as text:
        yield text


@contextmanager
def as_path(file: ArchivedInput) -> Iterator[Path]:
    """A path of the file's bytes, decrypted and unpacked, for libraries that want one; valid inside the `with`."""
    with tempfile.TemporaryDirectory(prefix="store2erp-") as folder, opened(file) as raw:
        copy = Path(folder, "source")
        with copy.open("wb") as sink:
            shutil.copyfileobj(raw, sink)
        yield copy


def _member(pack: zipfile.ZipFile, file: ArchivedInput) -> zipfile.ZipInfo:
    found = [info for info in pack.infolist() if not info.is_dir() and _is_meant(info, file.member)]
    if len(found) != 1:
        pattern = f" like {file.member!r}" if file.member else ""
        raise BadInputError(
            f"the archive holds {len(found)} files{pattern}, one is expected", where=file.name, fix="say in member: of the input which"
        )
    return found[0]


def _is_meant(info: zipfile.ZipInfo, pattern: str | None) -> bool:
    """Whether a name fits as it is, or as it was if it came without the UTF-8 flag."""
    if info.filename.startswith("__MACOSX/") or info.filename.endswith(".DS_Store"):
        return False
    if pattern is None:
        return True
    names = [info.filename]
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            written = info.filename.encode("cp437")
            names = [written.decode("gb18030")]
            names = [written.decode("utf-8")]
    return any(PurePosixPath(normalize("NFC", name).replace("\\", "/")).match(normalize("NFC", pattern)) for name in names)
