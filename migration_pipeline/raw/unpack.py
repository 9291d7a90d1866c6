"""Files packed as .gz or .zip, opened as if they were not, within limits.

Belongs here: unpacking into a temporary folder, archive bombs, cut-off archives. Does not belong here: file formats (`readers/`).
"""

import errno
import gzip
import lzma
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from migration_pipeline.runtime.errors import BadInputError

PACKED = (".gz", ".zip")
CHUNK = 1 << 20
LONGEST_NAME = 60
_BROKEN = (
    *(EOFError, ValueError, IndexError, OverflowError, struct.error, zlib.error, lzma.LZMAError),
    *(gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError),
)
_ARCHIVES = (*PACKED, ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$)")
_UTF8 = 0x800
_SHOWN = 10


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
def unpacked(path: Path, member: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Iterator[Path]:
    """A path to the unpacked file, valid inside the `with`; the path itself if it is not packed.

    `member` is a pattern for the name of a file in a .zip, with or without its folders; what macOS adds (`__MACOSX/`) does not count.

    Raises:
        BadInputError: cut-off, damaged, encrypted or hostile archive, an archive in an archive, or not exactly one such file in a .zip.
    """
    if path.suffix.lower() not in PACKED:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="store2erp-") as folder:
        yield _extract(path, Path(folder), member, limits)


def refuse_bomb(path: Path, limits: Limits) -> None:
    """Raise BadInputError if a zip file (a workbook, say) declares to unpack to more than the limits allow."""
    with _damage_named(path), zipfile.ZipFile(path) as archive:
        declared = sum(member.file_size for member in archive.infolist())
    limits.refuse(declared, path.stat().st_size, path)


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Whatever the libraries say of a damaged archive comes as one error; what the disk says goes on as it is."""
    try:
        yield
    except _BROKEN as error:
        raise _truncated(path) from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):  # bzip2 gives none, a place before the start of the file is EINVAL
            raise
        raise _truncated(path) from error


def _extract(path: Path, folder: Path, member: str | None, limits: Limits) -> Path:
    if path.stat().st_size == 0:
        raise _truncated(path)
    with _damage_named(path):
        return _extract_gz(path, folder, limits) if path.suffix.lower() == ".gz" else _extract_zip(path, folder, member, limits)


def _extract_gz(path: Path, folder: Path, limits: Limits) -> Path:
    target = folder / path.stem
    _refuse_nested(target.name, path)
    with gzip.open(path) as source:
        _copy(source, target, path, limits)
    return target


def _extract_zip(path: Path, folder: Path, member: str | None, limits: Limits) -> Path:
    with zipfile.ZipFile(path) as archive:
        name, found = _member(archive, member, path)
        target = folder / PurePosixPath(name).name[-LONGEST_NAME:]
        with archive.open(found) as source:
            _copy(source, target, path, limits)
    return target


def _copy(source: _Readable, target: Path, path: Path, limits: Limits) -> None:
    packed, written = path.stat().st_size, 0
    with target.open("wb") as sink:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            limits.refuse(written, packed, path)
            sink.write(chunk)


def _member(archive: zipfile.ZipFile, pattern: str | None, path: Path) -> tuple[str, zipfile.ZipInfo]:
    """Name and entry of the file that is meant."""
    files = [(_name(info), info) for info in archive.infolist() if not info.is_dir()]
    for name, info in files:
        _refuse_outside(name, info, path)
    there = [(name, info) for name, info in files if not _JUNK.search(name)]
    found = [(name, info) for name, info in there if pattern is None or PurePosixPath(name).match(_composed(pattern))]
    if len(found) != 1:
        raise _not_one(len(found), [name for name, _ in there], pattern, path)
    name, info = found[0]
    _refuse_nested(name, path)
    if info.flag_bits & 1:
        raise BadInputError("the archive is encrypted", where=str(path), fix="unpack it by hand, or pack it without a password")
    return name, info


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: without the UTF-8 flag Chinese Windows writes GBK, macOS UTF-8; Python takes both for cp437."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        written = name.encode("cp437", "replace")
        for codec in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                name = written.decode(codec)
                break
    return _composed(name.replace("\\", "/"))


def _composed(name: str) -> str:
    """Accents put together; macOS takes them apart."""
    return unicodedata.normalize("NFC", name)


def _refuse_outside(name: str, info: zipfile.ZipInfo, path: Path) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or ":" in parts[0]:
        raise BadInputError("the archive names a file outside of itself", where=str(path), fix="do not use it; ask for a clean export")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadInputError("the archive holds a symbolic link", where=str(path), fix="pack the files themselves")


def _refuse_nested(name: str, path: Path) -> None:
    if name.lower().endswith(_ARCHIVES):
        raise BadInputError("there is an archive in the archive", where=str(path), fix="unpack the outer one")


def _not_one(found: int, there: Sequence[str], pattern: str | None, path: Path) -> BadInputError:
    listed = ", ".join(map(repr, there[:_SHOWN])) + (f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else "")
    if pattern is None:
        what = f"the archive holds {len(there)} files, not one" + (f": {listed}" if there else "")
        fix = "say in member: of the input which one it is" if there else "pack it again"
    else:
        what = f"member {pattern!r} fits {found} files of the archive, not one; there is {listed or 'none'}"
        fix = "correct member: of the input"
    return BadInputError(what, where=str(path), fix=fix)


def _truncated(path: Path) -> BadInputError:
    return BadInputError("truncated archive: it is damaged or cut off", where=str(path), fix="copy or export it again")
