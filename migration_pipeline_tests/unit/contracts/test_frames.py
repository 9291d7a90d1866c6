"""Choosing rows of a frame column by column gives what pandas gives, or says that the mask belongs to another frame."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.frames import rows_where
from migration_pipeline.contracts.money import decimal_dtype

FRAME = pd.DataFrame(
    {
        "text": pd.Series(["a", None, "c"], dtype="str"),
        "money": pd.Series([Decimal("1.00"), None, Decimal("-2.50")], dtype=decimal_dtype(2)),
        "at": pd.to_datetime(pd.Series(["2025-01-01", None, "2025-01-03"])),
        "number": [1, 2, 3],
    }
).set_index(pd.Index([5, 3, 9]))


@pytest.mark.parametrize("chosen", [[True, False, True], [False, False, False], [True, True, True]])
def test_the_rows_of_a_mask_keep_labels_types_and_order(chosen: list[bool]) -> None:
    mask = pd.Series(chosen, index=FRAME.index)
    pd.testing.assert_frame_equal(rows_where(FRAME, mask), FRAME[mask])


def test_a_mask_that_does_not_know_a_row_does_not_choose_it() -> None:
    mask = pd.Series([True, None, False], index=FRAME.index, dtype="bool[pyarrow]")
    assert rows_where(FRAME, mask).index.tolist() == [5]


def test_a_mask_of_another_frame_is_an_error_and_chooses_nothing() -> None:
    with pytest.raises(ValueError, match="other labels"):
        rows_where(FRAME, pd.Series([True, False, True]))
