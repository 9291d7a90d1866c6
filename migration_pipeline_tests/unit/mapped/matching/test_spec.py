"""A linkage is closed data, and what it must not say it cannot say."""

from typing import Any

import pytest
from pydantic import ValidationError

from migration_pipeline.mapped.matching.levels import labels, proving
from migration_pipeline.mapped.matching.spec import Linkage, preset

GOOD: dict[str, Any] = {
    "comparisons": [{"columns": ["name"], "kind": "name"}, {"columns": ["phone"], "kind": "code"}],
    "blocks": [["name:2", "phone"]],
    "proof": {"name": "close"},
}


@pytest.mark.parametrize("name", ["persons", "organisations", "products"])
def test_every_preset_is_valid_and_its_proofs_are_levels_of_their_comparison(name: str) -> None:
    spec = preset(name)
    for comparison in spec.comparisons:
        if comparison.name in spec.proof:
            assert proving(comparison, spec.proof[comparison.name])


def test_the_columns_are_all_that_is_compared_blocked_or_strong() -> None:
    assert Linkage.model_validate({**GOOD, "strong": ["tax_id"]}).columns == ("name", "phone", "tax_id")


@pytest.mark.parametrize(
    "wrong",
    [
        {"proof": {"phone": "same"}},
        {"proof": {"name": "very close"}},
        {"proof": {"birthday": "same"}},
        {"proof": {}},
        {"alike": [{"name": "very close"}]},
        {"merge": 0.4, "review": 0.5},
        {"comparisons": [{"columns": ["a", "b"], "kind": "name"}]},
        {"thresholds": 1},
    ],
)
def test_what_is_wrong_is_refused(wrong: dict[str, Any]) -> None:
    """Above all: a phone is never proof, whatever a person writes."""
    with pytest.raises(ValidationError):
        Linkage.model_validate({**GOOD, **wrong})


def test_the_best_level_has_the_highest_number() -> None:
    words = labels(preset("persons").comparisons[0])
    assert (words[-1], words[0], words[max(words)]) == ("missing", "differs", "same")
