"""The lake in a bucket: what several machines hand to each other, `STORE2ERP_LAKE=s3://bucket/prefix`.

The bucket is the truth; the local lake is a copy of what this machine wrote or read. A folder of an output is never written twice, so a
local file is either absent or right, and hashes prove it as they do without a bucket. Only pointers change: an object appears as a whole.
Belongs here: objects. Does not belong here: what lies in a folder and what points to it (`lake.py`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

from pyarrow import fs

from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

LAKE_VARIABLE = "STORE2ERP_LAKE"
_SCHEME = "s3://"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_SANDBOX = "sandbox"


@dataclass(frozen=True)
class LakeBucket:
    """A prefix of a bucket, and the local lake that copies it; methods raise InfrastructureError if it cannot be reached."""

    url: str
    root: Path

    def put(self, path: Path, data: bytes | None = None) -> None:
        """Upload a file of the local lake, or `data` in its place."""
        with _reachable(self.url), _files(self.url).open_output_stream(self._key(path)) as sink:
            sink.write(path.read_bytes() if data is None else data)

    def get(self, path: Path) -> bytes | None:
        """The object that belongs to a local path; None if there is none."""
        with _reachable(self.url):
            try:
                with _files(self.url).open_input_stream(self._key(path)) as source:
                    return bytes(source.read())
            except FileNotFoundError:
                return None

    def fetch(self, path: Path) -> None:
        """Make a local file from its object, if there is one and the file is absent; never seen half-written."""
        if path.is_file() or (data := self.get(path)) is None:
            return
        with _reachable(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            scratch = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
            scratch.write_bytes(data)
            scratch.replace(path)
            written = _files(self.url).get_file_info(self._key(path)).mtime_ns
            if written:  # reports and exports go by when an output was made, not by when it came here
                os.utime(path.parent, ns=(written, written))

    def remove(self, folder: Path) -> None:
        """Delete the objects of a folder; it may be gone."""
        with _reachable(self.url):
            chosen = fs.FileSelector(self._key(folder), allow_not_found=True, recursive=True)
            for found in _files(self.url).get_file_info(chosen):
                if found.is_file:
                    _files(self.url).delete_file(found.path)

    def _key(self, path: Path) -> str:
        return f"{self.url.removeprefix(_SCHEME).rstrip('/')}/{path.relative_to(self.root).as_posix()}"


def bucket_of(root: Path) -> LakeBucket | None:
    """The bucket behind a local lake; None without `STORE2ERP_LAKE`, and for a sandbox, whose lake is nobody else's.

    Raises:
        BadInputError: the variable is no `s3://` address.
    """
    url = os.environ.get(LAKE_VARIABLE)
    if not url or root.parent.name == _SANDBOX:
        return None
    if not url.startswith(_SCHEME) or not url.removeprefix(_SCHEME).strip("/"):
        raise BadInputError("not the address of a bucket", where=LAKE_VARIABLE, fix="write s3://bucket/prefix, or unset it")
    return LakeBucket(url, root)


@cache
def _files(url: str) -> fs.S3FileSystem:
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), None)
    return fs.S3FileSystem(endpoint_override=endpoint, connect_timeout=10, request_timeout=60)


@contextmanager
def _reachable(place: object) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InfrastructureError(
            f"the lake cannot be reached or written ({error.strerror or error})",
            where=str(place),
            fix="check the network, the credentials and the rights on the bucket",
        ) from error
