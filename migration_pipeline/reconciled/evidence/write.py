"""Writing a pack: members in, one signed file out.

Belongs here: hashing while writing, the statement, the signature. Does not belong here: which files (`orchestration/evidence.py`).
The same members in the same order with the same statement make the same bytes.
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from migration_pipeline.reconciled.evidence.container import member
from migration_pipeline.reconciled.evidence.keys import Signer
from migration_pipeline.reconciled.evidence.layout import (
    BLOB,
    FORMAT,
    ROW_BYTES,
    ROWS_SUFFIX,
    SIGNATURE,
    SIGNED,
    STATEMENT,
    TABLE,
    FileEntry,
    root_of,
    signature_file,
)
from migration_pipeline.reconciled.evidence.merkle import OneLeaf, Tree, leaves
from migration_pipeline.runtime.errors import InfrastructureError

_AT_ONCE = 1 << 13


@dataclass
class PackWriter:
    """A pack that is being written; `entries` are its members so far."""

    archive: zipfile.ZipFile
    entries: list[FileEntry] = field(default_factory=list)

    def add_table(self, path: str, rows: Iterable[bytes], key: tuple[str, ...]) -> FileEntry:
        """One JSON object per row without its line break; rows are hashed as they come, none is kept."""
        tree, size = Tree(), 0
        with tempfile.TemporaryFile() as beginnings:
            with self.archive.open(member(path), "w", force_zip64=True) as out:
                for lines in _batches(rows):
                    hashes = leaves(lines)
                    tree.add(hashes)
                    beginnings.write(b"".join(one[:ROW_BYTES] for one in hashes))
                    content = b"".join(lines)
                    size += len(content)
                    out.write(content)
            entry = FileEntry(path, TABLE, size, tree.count, tree.root().hex(), key)
            self.entries.append(entry)
            beginnings.seek(0)
            self.add_blob(path + ROWS_SUFFIX, iter(lambda: beginnings.read(_AT_ONCE), b""))
        return entry

    def add_blob(self, path: str, content: Iterable[bytes]) -> FileEntry:
        """Any file, in pieces."""
        tree = OneLeaf()
        with self.archive.open(member(path), "w", force_zip64=True) as out:
            for piece in content:
                tree.add(piece)
                out.write(piece)
        self.entries.append(FileEntry(path, BLOB, tree.size, 1, tree.root().hex()))
        return self.entries[-1]

    def finish(self, about: Mapping[str, object], signer: Signer) -> str:
        """Write statement and signature; returns the root.

        Args:
            about: what the statement says besides files and root.
            signer: whose key signs.
        """
        files = sorted(self.entries, key=lambda entry: entry.path.encode())
        root = root_of(files)
        said = {"format": FORMAT, **about, "root": root, "files": [entry.as_json() for entry in files]}
        statement = (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
        signature = signature_file(signer.public, signer.sign(SIGNED + statement))
        for name, content in ((STATEMENT, statement), (SIGNATURE, signature)):
            with self.archive.open(member(name), "w", force_zip64=True) as out:
                out.write(content)
        return root


def _batches(rows: Iterable[bytes]) -> Iterator[list[bytes]]:
    ended = (row + b"\n" for row in rows)
    while lines := list(islice(ended, _AT_ONCE)):
        yield lines


@contextmanager
def new_pack(path: Path) -> Iterator[PackWriter]:
    """A pack that comes into being when all is written; readable by its owner only, never seen half-written.

    Raises:
        InfrastructureError: it cannot be written.
    """
    scratch: Path | None = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        scratch = Path(name)
        with os.fdopen(descriptor, "w+b") as out, _archive(out) as archive:
            yield PackWriter(archive)
        scratch.replace(path)
    except OSError as error:
        what = f"the evidence pack cannot be written: {error.strerror}"
        raise InfrastructureError(what, where=str(path), fix="make room or mend the folder") from error
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


def _archive(out: IO[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
