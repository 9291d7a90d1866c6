"""Date patterns are found, and days and months that cannot be told apart are said."""

from typing import Any

import pytest

from migration_pipeline.raw.profiling.dates import patterns_of


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        (["2026-01-02 10:11:12.997"], "%Y-%m-%d %H:%M:%S.%f"),
        (["2026-01-02T10:11:12"], "%Y-%m-%dT%H:%M:%S"),
        (["31/12/2025", "01/02/2026"], "%d/%m/%Y"),
        (["12/31/2025", "01/02/2026"], "%m/%d/%Y"),
        (["2026年1月2日"], "%Y年%m月%d日"),
        (["31-Dec-2025"], "%d-%b-%Y"),
        (["20260102101112"], "%Y%m%d%H%M%S"),
    ],
)
def test_the_pattern_is_the_one_every_value_follows(counted: Any, values: list[str], pattern: str) -> None:
    found = counted({"c": values})["c"].date
    assert found is not None
    assert (found.pattern, found.ambiguous) == (pattern, False)


def test_day_and_month_that_cannot_be_told_apart_are_said_to_be_so(counted: Any) -> None:
    """A silent guess would move sales into other months."""
    found = counted({"c": ["01/02/2026", "03/04/2026"]})["c"].date
    assert found is not None
    assert found.ambiguous
    assert {found.pattern, found.other} == {"%d/%m/%Y", "%m/%d/%Y"}


def test_eight_digits_that_are_no_days_are_no_dates(counted: Any) -> None:
    assert counted({"c": ["20261301", "99887766", "12345678"]})["c"].date is None


def test_days_that_do_not_exist_are_outliers(counted: Any) -> None:
    column = counted({"c": [*(f"2026-01-{n:02d}" for n in range(1, 31)), "2026-02-30", "soon"]})["c"]
    assert column.kind == "date"
    assert column.outlier_rows == 2


def test_every_shape_has_its_patterns() -> None:
    assert "%Y/%m/%d %H:%M" in patterns_of("9/9/9 9:9")
    assert patterns_of("A9") == ()
