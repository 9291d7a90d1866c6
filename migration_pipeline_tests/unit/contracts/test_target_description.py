"""Differences between two descriptions of an ERP are all found and said by name."""

import pytest

from migration_pipeline.contracts.target_description import TargetDescription, differences

KEPT = {
    "target": "postgres",
    "tables": {
        "item": {"columns": {"code": {"type": "text", "required": True}, "kind": {"type": "text", "values": ["a", "b"]}}, "key": ["code"]},
        "unit": {"columns": {"code": {"type": "text"}}},
    },
}


def changed(**tables: object) -> list[str]:
    """What differs when some tables are described otherwise; None takes one away."""
    after = {name: table for name, table in {**KEPT["tables"], **tables}.items() if table is not None}  # type: ignore[dict-item]
    return differences(TargetDescription.model_validate(KEPT), TargetDescription.model_validate({"target": "postgres", "tables": after}))


def test_the_same_description_has_no_differences() -> None:
    assert changed() == []


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"unit": None}, ["table unit is gone"]),
        ({"store": {"columns": {}}}, ["table store is new"]),
        ({"unit": {"columns": {"code": {"type": "text", "length": 40}}}}, ["unit.code: length was None, is 40"]),
        ({"unit": {"columns": {}}}, ["unit.code is gone"]),
        ({"unit": {"columns": {"code": {"type": "text"}, "name": {"type": "text"}}}}, ["unit.name is new"]),
        (
            {"item": {"columns": {"code": {"type": "text"}, "kind": {"type": "text", "values": ["a"]}}, "key": ["code", "kind"]}},
            ["item.code: required was True, is False", "item.kind: values was a, b, is a", "item: key changed"],
        ),
    ],
)
def test_every_difference_is_said_by_name(tables: dict[str, object], told: list[str]) -> None:
    assert changed(**tables) == told
