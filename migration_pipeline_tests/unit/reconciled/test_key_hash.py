"""Equal keys have equal numbers whatever batch they come in; other keys have others as good as always."""

import datetime

import numpy as np
import pyarrow as pa
import pytest

from migration_pipeline.reconciled.key_hash import key_hash


@pytest.mark.parametrize(
    "values",
    [
        pa.array(["", "a", "aa", "ab", "ba", None, "é", "长" * 600, "长" * 601]),
        pa.array(["1", "10", "100"], pa.large_string()),
        pa.array([0, 1, -1, None, 2**40], pa.int64()),
        pa.array([datetime.date(2026, 1, 1), None, datetime.date(1970, 1, 1)]),
    ],
)
def test_each_value_has_a_number_of_its_own_in_any_batch(values: pa.Array) -> None:
    found = key_hash([values])
    assert len(set(found.tolist())) == len(values)
    assert [int(key_hash([values.slice(n, 1)])[0]) for n in range(len(values))] == found.tolist()
    assert key_hash([values[:0]]).tolist() == []


def test_what_stands_in_which_part_of_a_key_matters() -> None:
    left, right = pa.array(["a", "b", None]), pa.array(["b", "a", "b"])
    assert (key_hash([left, right]) != key_hash([right, left])).all()


def test_a_hundred_thousand_running_keys_do_not_meet_and_spread_over_all_parts() -> None:
    numbers = key_hash([pa.array(["S1"] * 100_000), pa.array([f"T{n // 3:08d}" for n in range(100_000)]), pa.array(np.arange(100_000) % 3)])
    assert len(np.unique(numbers)) == 100_000
    shares = np.bincount((numbers >> np.uint64(58)).astype(np.int64), minlength=64)
    assert shares.min() > 1_300
    assert shares.max() < 1_850
