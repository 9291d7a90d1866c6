"""Check digits of whole columns are those of python-stdnum."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean
from stdnum.cn import uscc

from migration_pipeline.contracts.check_digits import usual_ean13, usual_uscc

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
EAN = st.builds(lambda body, check: body + (check or str(ean.calc_check_digit(body))), st.from_regex("[0-9]{11,13}", fullmatch=True),
                st.sampled_from(["", "", "0", "7"]))  # fmt: skip
USCC = st.builds(
    lambda region, body, check: region + body + (check or str(uscc.calc_check_digit(region + body))),
    st.from_regex("[0-9]{8}", fullmatch=True), st.text(SIGNS, min_size=9, max_size=9), st.sampled_from(["", "", "0", "Y"]),
)  # fmt: skip


def column(values: list[str | None]) -> "pd.Series[str]":
    """A column of text."""
    return pd.Series(values, index=range(3, 3 + len(values)), dtype="str")


@given(st.lists(EAN, max_size=8))
def test_a_usual_ean13_is_one_that_the_library_finds_valid(codes: list[str]) -> None:
    expected = [len(code) == 13 and code[0] not in "02" and ean.is_valid(code) for code in codes]
    assert usual_ean13(column([*codes])).tolist() == expected


@given(st.lists(USCC, max_size=8))
def test_a_usual_uscc_is_one_that_the_library_finds_valid(codes: list[str]) -> None:
    assert usual_uscc(column([*codes])).tolist() == [uscc.is_valid(code) for code in codes]


@pytest.mark.parametrize("code", ["6901234567891", "690123456789", "６901234567892", "2012345678900", "0000000000000", "", None])
def test_what_is_not_of_the_usual_form_or_does_not_add_up_is_left_to_others(code: str | None) -> None:
    assert usual_ean13(column([code, "6901234567892"])).tolist() == [False, True]


@pytest.mark.parametrize("code", ["91110000600037341l", "9111000060003734 1L", "911100006000373410", "9111000060003734OL", None])
def test_a_uscc_written_otherwise_is_left_to_others(code: str | None) -> None:
    assert usual_uscc(column([code, "91110000600037341L"])).tolist() == [False, True]
