"""Scales' barcodes: read exactly as the layout says, by nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from migration_pipeline.contracts.weighed_barcodes import WeighedLayout, in_both, looks_weighed, pattern_problem, prefixes_of, weighed_items
from migration_pipeline_tests.unit.cleaned.raw_tables import text

BOTH = WeighedLayout(("28",), "FFPPPPPWWWWWAAAAAC")


def code(body: str) -> str:
    return body + ean.calc_check_digit(body)


def test_weighed_goods_carry_item_and_weight() -> None:
    found = weighed_items(text("2012345012349", "6901028075831", "2012345012340", None), [WeighedLayout(("20",))])
    assert found["item"].fillna("-").tolist() == ["12345", "-", "-", "-"]
    assert found["weight"][0] == Decimal("1.234")
    assert found["weight"].isna().tolist() == [False, True, True, True]
    assert found["amount"].isna().all()


def test_weighed_goods_may_carry_the_amount_instead() -> None:
    found = weighed_items(text("2012345012349"), [WeighedLayout(("20", "22"), "FFPPPPPAAAAAC")])
    assert (found["amount"][0], found["weight"].isna()[0]) == (Decimal("12.34"), True)


def test_eighteen_digits_carry_both() -> None:
    found = weighed_items(text(code("28001230045600987")), [BOTH]).iloc[0]
    assert (found["item"], found["weight"], found["amount"]) == ("00123", Decimal("0.456"), Decimal("9.87"))


def test_the_code_of_an_item_may_lack_zeros_or_have_the_prefix() -> None:
    codes = text(code("200012300456"))
    for layout, item in (
        (WeighedLayout(("20",)), "00123"),
        (WeighedLayout(("20",), strip_zeros=True), "123"),
        (WeighedLayout(("20",), item="prefix_plu"), "2000123"),
        (WeighedLayout(("20",), "FFPPPPXAAAAAC"), "0012"),
    ):
        assert weighed_items(codes, [layout])["item"].tolist() == [item]


def test_a_store_may_count_half_kilograms_or_grams() -> None:
    codes = text(code("200012300456"))
    weights = [weighed_items(codes, [WeighedLayout(("20",), grams=grams)])["weight"][0] for grams in (1000, 500, 1)]
    assert weights == [Decimal("0.456"), Decimal("0.912"), Decimal(456)]


def test_a_wrong_check_digit_is_no_barcode_of_a_scale_unless_the_scale_has_its_own_arithmetic() -> None:
    wrong = text("2012345012340")
    assert weighed_items(wrong, [WeighedLayout(("20",))])["item"].isna().all()
    assert weighed_items(wrong, [WeighedLayout(("20",), checked=False)])["item"].tolist() == ["12345"]


@given(st.integers(0, 99999), st.integers(0, 99999), st.integers(0, 99999))
def test_what_a_scale_prints_is_what_is_read(plu: int, grams: int, fen: int) -> None:
    found = weighed_items(text(code(f"28{plu:05d}{grams:05d}{fen:05d}")), [BOTH]).iloc[0]
    assert (found["item"], found["weight"] * 1000, found["amount"] * 100) == (f"{plu:05d}", grams, fen)


def test_prefixes_are_one_or_a_range() -> None:
    assert prefixes_of("20") == ("20",)
    assert prefixes_of("20-23") == ("20", "21", "22", "23")
    for bad in ("", "2x", "23-20", "2-20", "20-", "２０"):
        with pytest.raises(ValueError, match="neither a prefix"):
            prefixes_of(bad)


@pytest.mark.parametrize(
    "pattern",
    [
        "FFPPPPPWWWWC",
        "FFPPPPPWWWWWWW",
        "FFPPWWPPPWWWC",
        "FFPPPPPPPPPPC",
        "PPPPPFFWWWWWC",
        "FFPPPPPWWWWCC",
        "FFPPPPPQQQQQC",
        "FPPPPPPWWWWWC",
    ],
)
def test_a_pattern_that_cannot_be_read_says_why(pattern: str) -> None:
    assert pattern_problem(pattern, ("20",))


def test_patterns_of_every_usual_kind_can_be_read() -> None:
    for pattern in ("FFPPPPPWWWWWC", "FFPPPPPAAAAAC", "FFPPPPXAAAAAC", "FFPPPPPWWWWWAAAAAC"):
        assert pattern_problem(pattern, ("20",)) is None


def test_two_layouts_that_could_read_one_code_are_told() -> None:
    grams, fen = WeighedLayout(("20",)), WeighedLayout(("2",), "FPPPPPPAAAAAC")
    assert in_both(grams, fen)
    assert not in_both(grams, WeighedLayout(("21",)))
    assert not in_both(WeighedLayout(("28",)), BOTH)


def test_codes_that_look_like_a_scales() -> None:
    assert looks_weighed(text("2012345012340", "200123400456009871", "6901028075831", "20123", None)).tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]
