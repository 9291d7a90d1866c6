"""Barcodes: kinds and one canonical form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from migration_pipeline.contracts.barcodes import GTINS, barcode_kind, canonical_gtin, inner_gtin, lost_its_zero
from migration_pipeline_tests.unit.cleaned.raw_tables import text


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("6901028075831", "ean13"), ("96385074", "ean8"), ("036000291452", "upca"), ("10614141000415", "gtin14"),
        ("2000123004563", "in_store"), ("20012342", "in_store"), ("0200000000004", "in_store"), ("200000000004", "in_store"),
        ("6901028075832", "bad"), ("690102807583", "bad"), ("x", "bad"), ("６９０１０２８０７５８３１", "bad"),
        ("0", "none"), ("0000000000000", "none"), ("", "none"), (None, "none"),
    ],
)  # fmt: skip
def test_each_code_is_of_one_kind(code: str | None, kind: str) -> None:
    assert barcode_kind(text(code)).tolist() == [kind]


def test_one_thing_has_one_canonical_code_whatever_its_length() -> None:
    codes = text("036000291452", "0036000291452", "00036000291452", "6901028075831", "10614141000415", "96385074", "2000123004563", "x")
    assert canonical_gtin(codes).fillna("-").tolist() == [
        *["0036000291452"] * 3, "6901028075831", "10614141000415", "0000096385074", "-", "-",
    ]  # fmt: skip


@given(st.text("0123456789", min_size=7, max_size=13))
def test_a_wrong_digit_anywhere_is_never_a_gtin(body: str) -> None:
    """The check digit catches every single wrong digit."""
    code = body + ean.calc_check_digit(body)
    wrong = code[:3] + str((int(code[3]) + 1) % 10) + code[4:]
    assert barcode_kind(text(wrong))[0] not in GTINS


def test_a_upc_that_lost_its_zero_is_the_same_thing_and_is_seen() -> None:
    codes = text("36000291452", "036000291452", "36000291453", None)
    assert canonical_gtin(codes).fillna("-").tolist() == ["0036000291452", "0036000291452", "-", "-"]
    assert lost_its_zero(codes).tolist() == [True, False, False, False]


def test_a_trade_unit_tells_what_is_in_it() -> None:
    """The check digit of the inner code is its own; a GTIN-14 that is only an EAN-13 with a zero before holds nothing else."""
    codes = text("16901028075838", "06901028075831", "6901028075831", None)
    assert inner_gtin(codes).fillna("-").tolist() == ["6901028075831", "-", "-", "-"]


@pytest.mark.filterwarnings("error")
def test_a_column_without_a_single_code_needs_no_warning() -> None:
    assert barcode_kind(text(None, None)).tolist() == ["none", "none"]
    assert barcode_kind(text()).tolist() == []
