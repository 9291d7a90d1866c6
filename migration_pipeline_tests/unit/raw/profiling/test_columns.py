"""Types, gaps, forms and damage of single columns are counted exactly."""

from collections.abc import Sequence
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2", "-3", "40"], "integer"),
        (["1.50", "2", "¥3.25", "1,234.50", "４"], "text"),
        (["1.50", "2", "¥3.25", "1,234.50"], "decimal"),
        (["001", "002", "010"], "code"),
        (["6901028075831", "6921525200017"], "code"),
        (["A-1", "A-2", "B-3"], "code"),
        (["1", "0", "1"], "boolean"),
        (["是", "否"], "boolean"),
        (["2026-01-02", "2026-02-03"], "date"),
        (["2026/1/2 8:03", "2026/11/12 18:03"], "datetime"),
        (["20260102", "20261231"], "date"),
        (["茶", "米"], "text"),
        (["", None, "N/A"], "empty"),
    ],
)
def test_a_column_is_what_nearly_all_its_values_are(counted: Any, values: Sequence[str | None], kind: str) -> None:
    assert counted({"c": values})["c"].kind == kind


def test_gaps_are_told_apart(counted: Any) -> None:
    column = counted({"c": ["1", None, " ", "\u3000", "-", "2"]})["c"]
    assert (column.rows, column.filled) == (6, 2)
    assert (column.counts["nulls"], column.counts["blanks"], column.counts["placeholders"]) == (1, 2, 1)


def test_values_that_break_the_form_are_counted_and_only_their_shape_is_shown(counted: Any) -> None:
    column = counted({"c": [*(f"P-{n:04d}" for n in range(40)), "0041", "P-42-ＸＹ"]})["c"]
    assert column.dominant == "A-9999"
    assert column.outlier_rows == 2
    assert {outlier.shape for outlier in column.outliers} == {"9999", "A-99-AA"}


def test_text_among_numbers_is_an_outlier(counted: Any) -> None:
    column = counted({"c": [*map(str, range(60)), "合计"]})["c"]
    assert (column.kind, column.outlier_rows, column.outliers[0].shape) == ("integer", 1, "汉汉")


def test_damage_is_counted(counted: Any) -> None:
    column = counted({"c": ["6901028075831", "8.52E+11", " 6921525200017 ", '="6901028075832"', "'6901028075833", "6901028075834\n"]})["c"]
    assert column.counts["scientific"] == 1
    assert column.counts["padded"] == 2
    assert column.counts["wrapped"] == 2
    assert counted({"c": ["锟斤拷", "茶"]})["c"].counts["mojibake"] == 1
    assert counted({"c": ["16746.0", "17850.0"]})["c"].counts["point_zero"] == 2


def test_values_that_differ_only_in_width_or_case_fold(counted: Any) -> None:
    column = counted({"c": ["AB1", "ab1", "ＡＢ１", "AB1 ", "C2"]})["c"]
    assert (column.distinct, column.folded) == (4, 2)


def test_barcodes_are_checked_by_their_last_digit(counted: Any) -> None:
    assert counted({"c": ["6901028075831", "6921525200017", "012345678905", "96385074"]})["c"].ean_percent == 100
    assert counted({"c": ["6901028075832", "6921525200018"]})["c"].ean_percent == 0


def test_least_and_most_are_by_size_and_by_time(counted: Any) -> None:
    columns = counted({"n": ["9", "10", "-2.5"], "d": ["31/12/2025", "01/02/2026", "15/06/2025"]})
    assert (columns["n"].least, columns["n"].most) == ("-2.5", "10")
    assert (columns["d"].least, columns["d"].most) == ("2025-06-15", "2026-02-01")


def test_a_table_without_rows_has_empty_columns(counted: Any) -> None:
    column = counted({"c": []})["c"]
    assert (column.kind, column.rows, column.unique) == ("empty", 0, False)
