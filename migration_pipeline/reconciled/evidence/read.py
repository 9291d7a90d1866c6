"""Reading a pack, also one that somebody changed.

Belongs here: opening it, its statement and signature. Does not belong here: judging it (`verify.py`).
"""

import base64
import binascii
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from migration_pipeline.reconciled.evidence.container import stored
from migration_pipeline.reconciled.evidence.layout import FORMAT, SIGNATURE, STATEMENT, FileEntry, signature_file
from migration_pipeline.runtime.errors import BadInputError

_MOST = 1 << 28
"""Bytes of a statement; no more of it is read than that."""


@dataclass(frozen=True)
class Pack:
    """An opened pack.

    Attributes:
        infos: its members in the order of the archive's directory, names perhaps twice.
        statement: the bytes of `evidence.json`; `said`: what they say.
        signature: {public_key, signature}; None: there is none, or its file is not in the one form it can have.
    """

    file: IO[bytes]
    infos: list[zipfile.ZipInfo]
    statement: bytes
    said: Mapping[str, Any]
    files: tuple[FileEntry, ...]
    signature: Mapping[str, bytes] | None

    def content(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """A member's content, as far as it can be had."""
        return stored(self.file, info)


@contextmanager
def open_pack(path: Path) -> Iterator[Pack]:
    """Open a pack.

    Raises:
        BadInputError: it is not there, or neither an archive nor a statement can be made out.
    """
    try:
        with path.open("rb") as file:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
            yield _opened(path, file, infos)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise _no_pack(path, "its archive cannot be opened: it was changed or cut off, or is none") from error
    except OSError as error:
        raise BadInputError(f"the pack cannot be read: {error.strerror}", where=str(path), fix="name the .zip file") from error


def _opened(path: Path, file: IO[bytes], infos: list[zipfile.ZipInfo]) -> Pack:
    members = {info.filename: info for info in infos}
    if STATEMENT not in members:
        raise _no_pack(path, f"there is no {STATEMENT} in it")
    statement = _all_of(file, members[STATEMENT])
    try:
        said = json.loads(statement)
        files = tuple(map(FileEntry.of, said["files"]))
        anchor = int(said["audit"]["entries"]), str(said["audit"]["head"]), str(said["root"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_pack(path, f"{STATEMENT} was changed: it cannot be read any more") from error
    if said["format"] != FORMAT or not all(anchor[1:]):
        raise _no_pack(path, f"{STATEMENT} is not of the form {FORMAT}")
    return Pack(file, infos, statement, said, files, _signature(file, members.get(SIGNATURE)))


def _all_of(file: IO[bytes], info: zipfile.ZipInfo) -> bytes:
    content = bytearray()
    for piece in stored(file, info):
        content += piece
        if len(content) > _MOST:
            break
    return bytes(content)


def _signature(file: IO[bytes], info: zipfile.ZipInfo | None) -> Mapping[str, bytes] | None:
    if info is None:
        return None
    try:
        content = _all_of(file, info)
        found = {name: base64.b64decode(json.loads(content)[name], validate=True) for name in ("public_key", "signature")}
        return found if content == signature_file(found["public_key"], found["signature"]) else None
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        return None


def _no_pack(path: Path, what: str) -> BadInputError:
    return BadInputError(f"this is no whole evidence pack: {what}", where=str(path), fix="get the pack anew from who exported it")


def anchor_of(path: Path) -> tuple[int, str]:
    """Number and hash of the last entry of the audit log that a pack was made with; raises BadInputError as `open_pack`."""
    with open_pack(path) as pack:
        return int(pack.said["audit"]["entries"]), str(pack.said["audit"]["head"])
