"""One barcode for two goods is seen."""

import pandas as pd

from migration_pipeline.mapped.matching.shared_codes import other_goods


def test_records_of_one_barcode_that_differ_in_size_or_in_every_sign_are_marked() -> None:
    code = "6901028000017"
    rows = [["可乐330ml", code], ["330毫升可乐", code], ["可乐2L", code], ["毛巾", code], ["毛巾", None], ["可乐", code], ["乐可", code]]
    frame = pd.DataFrame(rows, columns=["name", "barcode"], dtype="str").assign(brand=None, spec=None)
    assert other_goods(frame).ne("").tolist() == [False, False, True, True, False, False, False], "a size that is not told is no other size"
