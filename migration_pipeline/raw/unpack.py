"""Files packed as .gz or .zip, opened as if they were not, within limits.

Belongs here: unpacking into a temporary folder, archive bombs, cut-off archives. Does not belong here: file formats (`readers/`).
"""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from migration_pipeline.runtime.errors import BadInputError

PACKED = (".gz", ".zip")
CHUNK = 1 << 20
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)


@dataclass(frozen=True)
class Limits:
    """What an archive may unpack to.

    Attributes:
        most: bytes, whatever the archive's size.
        ratio: unpacked bytes per packed byte, looked at beyond `free` bytes.
    """

    most: int = 32 << 30
    ratio: int = 300
    free: int = 64 << 20

    def refuse(self, unpacked: int, packed: int, path: Path) -> None:
        """Raise BadInputError if so many unpacked bytes are more than an honest archive of that size holds."""
        if unpacked > self.most or (unpacked > self.free and unpacked > packed * self.ratio):
            raise BadInputError(
                f"the archive unpacks to more than {unpacked} bytes from {packed}",
                where=str(path),
                fix="unpack it by hand, if you trust it",
            )


DEFAULT_LIMITS = Limits()


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@contextmanager
def unpacked(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[Path]:
    """A path to the unpacked file, valid inside the `with`; the path itself if it is not packed.

    Raises:
        BadInputError: cut-off, damaged, encrypted or hostile archive, or a .zip with more or less than one file.
    """
    if path.suffix.lower() not in PACKED:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="store2erp-") as folder:
        yield _extract(path, Path(folder), limits)


def refuse_bomb(path: Path, limits: Limits) -> None:
    """Raise BadInputError if a zip file (a workbook, say) declares to unpack to more than the limits allow."""
    try:
        with zipfile.ZipFile(path) as archive:
            declared = sum(member.file_size for member in archive.infolist())
    except _BROKEN as error:
        raise _truncated(path) from error
    limits.refuse(declared, path.stat().st_size, path)


def _extract(path: Path, folder: Path, limits: Limits) -> Path:
    if path.stat().st_size == 0:
        raise _truncated(path)
    try:
        if path.suffix.lower() == ".gz":
            target = folder / path.stem
            with gzip.open(path) as source:
                _copy(source, target, path, limits)
            return target
        with zipfile.ZipFile(path) as archive:
            member = _only_member(archive, path)
            target = folder / PurePosixPath(member.filename).name
            with archive.open(member) as source:
                _copy(source, target, path, limits)
            return target
    except _BROKEN as error:
        raise _truncated(path) from error


def _copy(source: _Readable, target: Path, path: Path, limits: Limits) -> None:
    packed, written = path.stat().st_size, 0
    with target.open("wb") as sink:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            limits.refuse(written, packed, path)
            sink.write(chunk)


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise BadInputError("the archive names a file outside of itself", where=str(path), fix="do not use it; ask for a clean export")
    if len(members) != 1:
        raise BadInputError(f"the archive holds {len(members)} files, not one", where=str(path), fix="unpack it into the store's folder")
    if members[0].flag_bits & 1:
        raise BadInputError("the archive is encrypted", where=str(path), fix="unpack it by hand, or pack it without a password")
    return members[0]


def _truncated(path: Path) -> BadInputError:
    return BadInputError("truncated archive: it is damaged or cut off", where=str(path), fix="copy or export it again")
