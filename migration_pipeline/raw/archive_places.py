"""Where archived files lie: a folder, or a bucket of an S3-compatible store. Each holds files by key and shows whole ones only.

Belongs here: reading, writing, permissions of one place. Does not belong here: keys, encryption and which file goes where (`archive.py`).
"""

import os
import shlex
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from pyarrow import fs

from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.file_hash import CHUNK, HashedSource, Source, file_hash

BUCKET = "s3://"
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
_INCOMING = ".incoming-"
_DAY = 86_400


class Place(Protocol):
    """One place; every method raises InfrastructureError if it cannot be reached."""

    def demand_fit(self) -> None:
        """Raise BadInputError if others than the owner can read, list or write it."""
        ...

    def size(self, key: str) -> int | None:
        """Bytes of the file under a key, None if there is none."""
        ...

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Read the file under a key."""
        ...

    def write(self, key: str, source: Source, sha256: str) -> None:
        """Put a file in, or in the place of a damaged one; it is read back, and there as a whole or not at all."""
        ...


@dataclass(frozen=True)
class Folder:
    """A folder; its own folders are 0700, its files 0400."""

    root: Path

    def demand_fit(self) -> None:
        """See `Place`; the folder must be there, for a missing one may be a disk that is not mounted."""
        with reachable(self.root):
            mode = self.root.resolve(strict=True).stat().st_mode
        if mode & _OTHERS:
            raise BadInputError(
                f"the archive holds personal data, and others than its owner can read, list or write it ({stat.filemode(mode)})",
                where=str(self.root),
                fix=f"chmod 700 {shlex.quote(str(self.root.resolve()))}",
            )

    def size(self, key: str) -> int | None:
        """See `Place`."""
        with reachable(self.root):
            path = self.root / key
            return path.stat().st_size if path.is_file() else None

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """See `Place`."""
        with reachable(self.root):
            file = (self.root / key).open("rb")
        with file:
            yield file

    def write(self, key: str, source: Source, sha256: str) -> None:
        """See `Place`."""
        with reachable(self.root), incoming(self.root) as sink:
            shutil.copyfileobj(source, sink, CHUNK)
            if written_hash(sink) != sha256:
                raise OSError("what was written is not what was read")
            self.keep(sink, key)

    def keep(self, sink: IO[bytes], key: str) -> None:
        """Give a file that was written here its key."""
        final = self.root / key
        final.parent.mkdir(mode=0o700, exist_ok=True)
        Path(sink.name).chmod(0o400)
        Path(sink.name).replace(final)


@dataclass(frozen=True)
class Bucket:
    """`s3://bucket/prefix`; region, endpoint and credentials come from the usual AWS_* variables or files."""

    url: str

    def demand_fit(self) -> None:
        """See `Place`; who may read a bucket is for its owner to say, it cannot be seen from here."""
        with reachable(self.url):
            bucket = self.url.removeprefix(BUCKET).split("/")[0]
            if self._files.get_file_info(bucket).type != fs.FileType.Directory:
                raise FileNotFoundError(f"there is no bucket {bucket!r}")

    def size(self, key: str) -> int | None:
        """See `Place`."""
        with reachable(self.url):
            found = self._files.get_file_info(self._path(key))
        return int(found.size) if found.type == fs.FileType.File else None

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """See `Place`."""
        with reachable(self.url):
            file = self._files.open_input_stream(self._path(key))
        with file:
            yield cast("BinaryIO", file)

    def write(self, key: str, source: Source, sha256: str) -> None:
        """See `Place`; S3 shows an object when its upload is complete, and one that ended early is deleted again."""
        whole = False
        with reachable(self.url):
            try:
                with self._files.open_output_stream(self._path(key)) as sink:
                    shutil.copyfileobj(source, sink, CHUNK)
                with self._files.open_input_stream(self._path(key)) as stored:
                    whole = content_hash(stored) == sha256
                if not whole:
                    raise OSError("what was written is not what was read")
            finally:
                if not whole and self.size(key) is not None:
                    self._files.delete_file(self._path(key))

    def _path(self, key: str) -> str:
        return f"{self.url.removeprefix(BUCKET).rstrip('/')}/{key}"

    @cached_property
    def _files(self) -> fs.S3FileSystem:
        endpoint = next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), None)
        return fs.S3FileSystem(endpoint_override=endpoint, connect_timeout=10, request_timeout=60)


def place_at(place: str) -> Place:
    """A bucket by its `s3://` address, or a folder by its path."""
    return Bucket(place) if place.startswith(BUCKET) else Folder(Path(place))


def content_hash(source: Source) -> str:
    """SHA-256 of all that is left to read, as hex digits."""
    hashed = HashedSource(source)
    while hashed.read(CHUNK):
        pass
    return hashed.sha256


@contextmanager
def incoming(folder: Path) -> Iterator[IO[bytes]]:
    """A new file in `folder`, readable by its owner only, removed at the end unless it was renamed; old ones of killed processes too."""
    for left in folder.glob(f"{_INCOMING}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _DAY:
                left.unlink()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=_INCOMING, delete=False) as sink:
        try:
            yield sink
        finally:
            Path(sink.name).unlink(missing_ok=True)


def written_hash(sink: IO[bytes]) -> str:
    """SHA-256 of a file as it is found on the disk after writing it."""
    sink.flush()
    os.fsync(sink.fileno())
    return file_hash(Path(sink.name))[0]


@contextmanager
def reachable(place: object) -> Iterator[None]:
    """Turn what the disk or the network says into an InfrastructureError."""
    try:
        yield
    except OSError as error:
        raise InfrastructureError(
            f"the archive cannot be reached or written ({error.strerror or error})",
            where=str(place),
            fix="check the disk or the network, and the permissions",
        ) from error
