"""Stores and limits of a project."""

import pytest
from pydantic import ValidationError

from migration_pipeline.project.models import Limits, StoreSpec, Text


def test_a_store_has_one_main_warehouse_unless_it_says_otherwise() -> None:
    assert [w.code for w in StoreSpec(id="S1", source="s").warehouses] == ["MAIN"]


def test_labels_come_from_one_or_both_languages() -> None:
    assert StoreSpec(id="S1", source="s", name="Tea").label() == "Tea"
    assert StoreSpec(id="S1", source="s", name=Text(en="Tea", zh="茶")).label() == "茶 Tea"


@pytest.mark.parametrize("bad", ["", "a b", "店", "x" * 33, "a/b", ".."])
def test_store_ids_are_safe_as_names_of_files_and_partitions(bad: str) -> None:
    with pytest.raises(ValidationError):
        StoreSpec(id=bad, source="s")


def test_limits_are_not_negative() -> None:
    assert Limits().rejected_rows == 0
    with pytest.raises(ValidationError):
        Limits(rejected_rows=-1)
