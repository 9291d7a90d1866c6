"""Words for units of measure reach the ERP's only where they mean the same in every shop."""

from decimal import Decimal

import pytest

from migration_pipeline.contracts.units import UNIT_WORDS, folded, known_ratio
from migration_pipeline.contracts.vocabularies import VOCABULARIES


def test_every_word_is_folded_and_leads_to_a_unit_of_the_erp() -> None:
    assert all(folded(word) == word for word in UNIT_WORDS)
    assert set(UNIT_WORDS.values()) == set(VOCABULARIES["unit"])


@pytest.mark.parametrize(("word", "unit"), [("瓶", "BOTTLE"), ("Btl.", "BOTTLE"), ("ＫＧ", "KG"), (" Each ", "PCS")])
def test_width_case_and_a_dot_do_not_matter(word: str, unit: str) -> None:
    assert UNIT_WORDS[folded(word)] == unit


@pytest.mark.parametrize("word", ["件", "条", "提", "斤", "两", "打", "6瓶", "bottlex"])
def test_words_that_shops_use_differently_need_a_value_map(word: str) -> None:
    assert folded(word) not in UNIT_WORDS


@pytest.mark.parametrize(
    ("word", "unit", "ratio"),
    [
        ("斤", "KG", "0.5"), ("市斤", "G", "500"), ("两", "KG", "0.05"), ("克", "KG", "0.001"), ("公斤", "KG", "1"), ("升", "ML", "1000"),
        ("打", "PCS", "12"), ("箱", "PCS", None), ("斤", "PCS", None), ("件", "PCS", None),
    ],
)  # fmt: skip
def test_what_measures_are_of_each_other_is_exact_and_nothing_else_is_known(word: str, unit: str, ratio: str | None) -> None:
    """斤 is half a kilogram: taking it for KG doubles the stock."""
    assert known_ratio(word, unit) == (None if ratio is None else Decimal(ratio))
