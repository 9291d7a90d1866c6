"""The table of defects is complete and honest: what is not planted says why, and every code in it exists."""

import pytest

from migration_pipeline.contracts.policies import RULES
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.simulation.defect_kinds import DEFECTS, MEANT, UNREADABLE, Defect

EACH = pytest.mark.parametrize("defect", DEFECTS.values(), ids=lambda defect: defect.kind)


@EACH
def test_a_defect_is_planted_or_says_why_not(defect: Defect) -> None:
    assert (defect.plant is None) == bool(defect.note)
    assert defect.reason in {*REASONS, MEANT, UNREADABLE}
    assert set(defect.also) <= set(REASONS)
    assert defect.policy in {"fix", "flag", "exclude", "reject", "block", "none"}


def test_every_built_in_rule_has_a_defect_that_shows_it() -> None:
    shown = {defect.reason for defect in DEFECTS.values()}
    assert {rule.reason for rule in RULES.values()} <= shown


def test_the_kinds_are_as_many_as_the_facts_list() -> None:
    assert len(DEFECTS) >= 75
    assert sum(defect.plant is not None for defect in DEFECTS.values()) >= 60
