"""What a pack is made of: names, the statement that is signed, the hash of a file.

Belongs here: the format. Does not belong here: writing (`write.py`), reading (`read.py`), judging (`verify.py`).

A table is one JSON object per line; each line is a leaf, the file's tree is over them, and beside it lies `<name>.rows` with the first
eight bytes of every leaf, so that a change is found to the row. Any other file is one leaf. The root is over all files by name: a leaf of
netstrings of path, kind, number of rows and the file's own root. The signature is over `SIGNED` and the bytes of `evidence.json`.
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from migration_pipeline.reconciled.evidence.keys import fingerprint
from migration_pipeline.reconciled.evidence.merkle import Tree, leaf

FORMAT = "store2erp-evidence/1"
STATEMENT, SIGNATURE, AUDIT = "evidence.json", "signature.json", "audit/audit_entry.jsonl"
ROWS_SUFFIX = ".rows"
ROW_BYTES = 8
SIGNED = b"store2erp evidence pack 1\n"
"""Before what is signed, so that no other signature of the key can be passed off as one of these."""
TABLE, BLOB = "table", "blob"


@dataclass(frozen=True)
class FileEntry:
    """One file of a pack.

    Attributes:
        kind: `table` or `blob`.
        rows: lines of a table; 1 of a blob.
        root: hex digits of its tree.
        key: columns that name a row of a table.
    """

    path: str
    kind: str
    size: int
    rows: int
    root: str
    key: tuple[str, ...] = ()

    def leaf(self) -> bytes:
        """Its leaf in the tree of all files."""
        texts = [self.path.encode(), self.kind.encode(), str(self.rows).encode(), self.root.encode()]
        return leaf(b"".join(b"%d:%b," % (len(text), text) for text in texts))

    def as_json(self) -> dict[str, Any]:
        """Its line in the statement."""
        return {"path": self.path, "kind": self.kind, "size": self.size, "rows": self.rows, "root": self.root, "key": list(self.key)}

    @classmethod
    def of(cls, line: dict[str, Any]) -> "FileEntry":
        """The other way round; raises KeyError, TypeError or ValueError for what is none."""
        return cls(str(line["path"]), str(line["kind"]), int(line["size"]), int(line["rows"]), str(line["root"]), tuple(line["key"]))


def root_of(entries: Iterable[FileEntry]) -> str:
    """Root over files by name, as hex digits."""
    tree = Tree()
    tree.add([entry.leaf() for entry in sorted(entries, key=lambda entry: entry.path.encode())])
    return tree.root().hex()


def signature_file(public: bytes, signature: bytes) -> bytes:
    """What stands in `signature.json`, to the byte."""
    said = {
        "algorithm": "Ed25519",
        "public_key": base64.b64encode(public).decode(),
        "fingerprint": fingerprint(public),
        "signature": base64.b64encode(signature).decode(),
    }
    return (json.dumps(said, indent=1) + "\n").encode()
