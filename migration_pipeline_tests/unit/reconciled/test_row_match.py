"""Hashes only say where to look: keys of one hash that are not the same, and keys that come twice, are told apart by themselves."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from migration_pipeline.reconciled.row_match import Block, match


def block(hashes: list[int], **columns: list[object]) -> Block:
    return Block(pa.table(columns), np.array(hashes, dtype=np.uint64))


@pytest.mark.parametrize(("left", "right"), [([1, 1, 2], [2, 1, 1]), ([1, 2, 3], [1, 1, 3]), ([1, 2, 3], [1, 2, 3])])
def test_keys_that_share_a_hash_by_chance_are_still_matched_right(left: list[int], right: list[int]) -> None:
    found = match(block(left, k=["a", "b", "c"], v=[1, 2, 3]), block(right, k=["c", "b", "a"], v=[3, 9, 1]), ["k"])
    pairs = dict(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == {0: 2, 1: 1, 2: 0}
    assert {name: mask.sum() for name, mask in found.unequal.items()} == {"v": 1}
    assert (len(found.missing), len(found.extra)) == (0, 0)


def test_a_key_twice_is_an_error_on_either_side() -> None:
    once, twice = block([1], k=["a"]), block([1, 1], k=["a", "a"])
    for sides in ((once, twice), (twice, once)):
        with pytest.raises(pd.errors.MergeError):
            match(*sides, ["k"])
