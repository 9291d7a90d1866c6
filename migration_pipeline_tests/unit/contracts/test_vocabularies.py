"""Words reach the ERP through a map or not at all."""

import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.vocabularies import CANONICAL, VOCABULARIES, translate
from migration_pipeline_tests.unit.cleaned.raw_tables import text


def test_mapped_and_erp_words_are_known_all_others_are_not() -> None:
    words, unknown = translate(text("坛", "BOTTLE", "flagon", None), "unit", {"坛": "BOTTLE"})
    assert words.fillna("-").tolist() == ["BOTTLE", "BOTTLE", "-", "-"]
    assert unknown.tolist() == [False, False, True, False]


def test_usual_words_for_units_are_known_and_the_map_of_the_source_wins() -> None:
    words, unknown = translate(text("瓶", "Btl.", "'box", "盒", "件"), "unit", {"盒": "PACK"})
    assert words.fillna("-").tolist() == ["BOTTLE", "BOTTLE", "BOX", "PACK", "-"]
    assert unknown.tolist() == [False, False, False, False, True]


def test_a_source_may_use_an_erp_word_for_something_else() -> None:
    assert translate(text("active"), "item_status", {"active": "inactive"})[0].tolist() == ["inactive"]


def test_every_vocabulary_of_a_field_exists_and_its_default_is_one_of_its_words() -> None:
    fields = [field for dataset in DATASETS.values() for table in dataset.tables for field in table.fields if field.vocabulary]
    assert {field.vocabulary for field in fields} == set(VOCABULARIES)
    for field in fields:
        assert field.default is None or field.default in VOCABULARIES[field.vocabulary or ""], field.name


@pytest.mark.parametrize("name", CANONICAL)
def test_the_rules_own_vocabularies_exist(name: str) -> None:
    assert VOCABULARIES[name]
