"""The tree is RFC 6962's, however its leaves come in."""

import hashlib

import pytest

from migration_pipeline.reconciled.evidence.merkle import OneLeaf, Tree, leaf, leaves


def by_the_book(rows: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not rows:
        return hashlib.sha256(b"").digest()
    if len(rows) == 1:
        return hashlib.sha256(b"\x00" + rows[0]).digest()
    split = 1 << ((len(rows) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + by_the_book(rows[:split]) + by_the_book(rows[split:])).digest()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 4095, 4096, 4097, 8192, 12289, 20000])
@pytest.mark.parametrize("at_once", [1000, 5000])
def test_the_root_is_the_books(count: int, at_once: int) -> None:
    rows, tree = [b"row %d" % n for n in range(count)], Tree()
    for start in range(0, count, at_once):
        tree.add(leaves(rows[start : start + at_once]))
    assert (tree.root(), tree.count) == (by_the_book(rows), count)


def test_data_in_pieces_is_one_leaf_and_a_node_never_passes_for_one() -> None:
    one = OneLeaf()
    one.add(b"ab")
    one.add(b"c")
    assert (one.root(), one.size) == (leaf(b"abc"), 3)
    tree = Tree()
    tree.add(leaves([b"a", b"b"]))
    assert tree.root() != leaf(leaf(b"a") + leaf(b"b"))
