"""A Merkle tree as in RFC 6962: a leaf and a node can never be taken for each other.

Belongs here: hashing leaves, nodes and whole trees, as rows come. Does not belong here: what the leaves are (`layout.py`).
"""

import hashlib
from collections.abc import Iterable, Sequence

_LEAF, _NODE = b"\x00", b"\x01"
_AT_ONCE = 1 << 12


def leaf(data: bytes) -> bytes:
    """SHA-256 over 0x00 and the data."""
    return hashlib.sha256(_LEAF + data).digest()


def leaves(rows: Iterable[bytes]) -> list[bytes]:
    """The leaf of each row."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + row).digest() for row in rows]


class OneLeaf:
    """The tree of one leaf, of data that comes in pieces."""

    def __init__(self) -> None:
        self._digest, self.size = hashlib.sha256(_LEAF), 0

    def add(self, data: bytes) -> None:
        """One piece more."""
        self._digest.update(data)
        self.size += len(data)

    def root(self) -> bytes:
        """Hash of the leaf."""
        return self._digest.digest()


class Tree:
    """A tree over any number of leaves; keeps one hash per level, and at most 4,096 leaves."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._whole: list[tuple[int, bytes]] = []
        self.count = 0

    def add(self, hashes: Sequence[bytes]) -> None:
        """More leaves (their hashes), in order."""
        self.count += len(hashes)
        self._waiting.extend(hashes)
        while len(self._waiting) >= _AT_ONCE:
            self._keep(_AT_ONCE, _folded(self._waiting[:_AT_ONCE]))
            del self._waiting[:_AT_ONCE]

    def _keep(self, size: int, root: bytes) -> None:
        while self._whole and self._whole[-1][0] == size:
            root = _node(self._whole.pop()[1], root)
            size *= 2
        self._whole.append((size, root))

    def root(self) -> bytes:
        """Hash of the whole; of no leaves that of no data."""
        if not self.count:
            return hashlib.sha256(b"").digest()
        parts = [root for _, root in self._whole] + ([_folded(self._waiting)] if self._waiting else [])
        root = parts.pop()
        while parts:
            root = _node(parts.pop(), root)
        return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _folded(hashes: list[bytes]) -> bytes:
    """The root over some leaves: pairs from the left, an odd one goes up as it is, which is RFC 6962's split at a power of two."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return hashes[0]
