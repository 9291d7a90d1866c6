"""Sizes are read however a shop writes them; what differs is two items, what cannot be read is missing."""

import pandas as pd
import pytest

from migration_pipeline.mapped.matching.sizes import size_of, sizes


@pytest.mark.parametrize(
    ("text", "measure", "pack"),
    [
        ("可乐330ml罐装", "ml:330", 1),
        ("可乐 330毫升", "ml:330", 1),
        ("可乐0.33l*1", "ml:330", 1),
        ("6*330ml", "ml:330", 6),
        ("330ml×6罐", "ml:330", 6),
        ("330mlx24", "ml:330", 24),
        ("330ml 6罐装", "ml:330", 6),
        ("250ml*12盒/箱", "ml:250", 12),
        ("500g(250g*2)", "g:250", 2),
        ("1*500g", "g:500", 1),
        ("大米10斤", "g:5000", 1),
        ("抽纸100抽*3包", "抽:100", 3),
        ("1*24", None, 24),
        ("五粮液52度500ml", "ml:500", 1),
        ("3.6g乳蛋白纯牛奶250ml*12", "ml:250", 12),
        ("奶粉12个月900g", "g:900", 1),
        ("散装苹果", None, None),
    ],
)
def test_one_size_written_in_many_ways_is_read_the_same(text: str, measure: str | None, pack: int | None) -> None:
    assert size_of(text)[:2] == (measure, pack)


def test_a_pack_in_the_spec_is_kept_apart_from_the_single_piece_in_the_name() -> None:
    """The six-pack is another item than the can, wherever it is said."""
    read = sizes(pd.Series(["可乐330ml", "可乐", "可乐330ml", None]), pd.Series([None, "330ml", "330ml*6", None]))
    assert (read["measure"] + "*" + read["pack"]).tolist()[:3] == ["ml:330*1", "ml:330*1", "ml:330*6"]
    assert read[["measure", "pack"]].isna().all(axis=1).tolist() == [False, False, False, True]
