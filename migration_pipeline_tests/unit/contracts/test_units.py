"""Words for units of measure reach the ERP's only where they mean the same in every shop."""

import pytest

from migration_pipeline.contracts.units import UNIT_WORDS, folded
from migration_pipeline.contracts.vocabularies import VOCABULARIES


def test_every_word_is_folded_and_leads_to_a_unit_of_the_erp() -> None:
    assert all(folded(word) == word for word in UNIT_WORDS)
    assert set(UNIT_WORDS.values()) == set(VOCABULARIES["unit"])


@pytest.mark.parametrize(("word", "unit"), [("瓶", "BOTTLE"), ("Btl.", "BOTTLE"), ("ＫＧ", "KG"), (" Each ", "PCS")])
def test_width_case_and_a_dot_do_not_matter(word: str, unit: str) -> None:
    assert UNIT_WORDS[folded(word)] == unit


@pytest.mark.parametrize("word", ["件", "条", "斤", "打", "6瓶", "bottlex"])
def test_words_that_shops_use_differently_need_a_value_map(word: str) -> None:
    assert folded(word) not in UNIT_WORDS
