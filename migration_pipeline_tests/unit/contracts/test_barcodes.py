"""Barcodes: kinds, one canonical form, and what a scale printed into them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from migration_pipeline.contracts.barcodes import GTINS, WeighedLayout, barcode_kind, canonical_gtin, weighed_item
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


def test_weighed_goods_carry_item_and_weight() -> None:
    found = weighed_item(text("2012345012349", "6901028075831", "2012345012340", None), WeighedLayout(("20",)))
    assert found["item"].fillna("-").tolist() == ["12345", "-", "-", "-"]
    assert found["quantity"][0] == Decimal("1.234")
    assert found["quantity"].isna().tolist() == [False, True, True, True]
    assert found["amount"].isna().all()


def test_weighed_goods_may_carry_the_amount_instead() -> None:
    found = weighed_item(text("2012345012349"), WeighedLayout(("20", "22"), unit="fen"))
    assert (found["amount"][0], found["quantity"].isna()[0]) == (Decimal("12.34"), True)


def test_a_code_is_weighed_only_where_the_store_says_so() -> None:
    codes = text("2012345012349")
    assert barcode_kind(codes).tolist() == ["in_store"]
    assert barcode_kind(codes, WeighedLayout(("21",))).tolist() == ["in_store"]
    assert barcode_kind(codes, WeighedLayout(("20",))).tolist() == ["weighed"]
