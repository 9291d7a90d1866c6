"""A column whose long codes all end in the zeros of a spreadsheet is flagged; codes that only may end so are not."""

import pytest

from migration_pipeline.cleaned.digits_lost import digits_lost
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, text

CUT = ["102066793346170000", "102066793346171000", "102066793346172000"]


def test_cut_codes_are_counted_and_kept() -> None:
    output = cleaned("products", {"products": {"product_code": [*CUT, "12"], "name": ["a", "b", "c", "d"]}})
    assert hits(output, "digits_lost.product_code") == 3
    assert output.tables["products"]["product_code"].tolist() == [*CUT, "12"]


@pytest.mark.parametrize(
    "codes",
    [
        CUT[:2],
        [CUT[0]] * 3,
        [*CUT, "102066793346170331"],
        ["690102807583000", "690102807584000", "690102807585000"],
        [None],
        ["A" * 20] * 3,
    ],
)
def test_two_codes_one_whole_code_or_fifteen_digits_prove_nothing(codes: list[str | None]) -> None:
    assert not digits_lost(text(*codes)).any()
