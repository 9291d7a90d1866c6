"""Identifiers that recognise a thing: only valid ones, and only company-wide ones."""

import pytest

from migration_pipeline.contracts.identifiers import is_gtin, is_mobile, is_personal_id, is_tax_id, plain_name, tax_id_kind
from migration_pipeline_tests.unit.cleaned.raw_tables import text


@pytest.mark.parametrize("code", ["6901028075831", "6921525200017", "96385074", "036000291452", "10614141000415"])
def test_gtins_of_all_lengths(code: str) -> None:
    assert is_gtin(text(code)).tolist() == [True]


@pytest.mark.parametrize("code", ["6901028075832", "2000123004563", "20012346", "690102807583", "x", ""])
def test_wrong_check_digits_and_in_store_codes_are_no_gtins(code: str) -> None:
    assert is_gtin(text(code)).tolist() == [False]


def test_tax_ids_with_their_check_digit() -> None:
    assert is_tax_id(text("91350100M000100Y43", "91350100M000100Y44", "350100000000001", None)).tolist() == [True, False, False, False]


def test_old_tax_ids_and_those_of_persons_are_told_apart() -> None:
    codes = text("91350100M000100Y43", "91350100M000100Y44", "350100000000001", "11010519491231002X", "11010519491231002X01", "0", None)
    assert tax_id_kind(codes).tolist() == ["uscc", "bad", "tax15", "personal", "tax20", "none", "none"]


def test_personal_ids_need_county_birthday_and_check_digit() -> None:
    """The first is the example of the standard itself."""
    codes = text("11010519491231002X", "110105194912310021", "11010519491331002X", "99010519491231002X", "110105491231002", None)
    assert is_personal_id(codes).tolist() == [True, False, False, False, False, False]


def test_mobile_numbers_that_are_no_placeholder() -> None:
    phones = text("13912345678", "13800138000", "11111111111", "10912345678", "1391234567", "１３９１２３４５６７８", None)
    assert is_mobile(phones).tolist() == [True, False, False, False, False, False, False]


def test_names_are_compared_without_width_case_blanks_and_punctuation() -> None:
    assert plain_name(text("ABC Ltd.", "ａｂｃ　ltd", "a_b-c (LTD)")).nunique() == 1
    assert plain_name(text("王 芳", "王芳")).tolist() == ["王芳", "王芳"]
    assert plain_name(text(None, "...")).fillna("-").tolist() == ["-", ""]
