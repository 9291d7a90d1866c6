"""Every reason that keeps a row or an amount from the ERP has one class, with words and a hint in both languages."""

from itertools import product

import pytest

from migration_pipeline.contracts.break_classes import (
    BREAK_CLASSES,
    BREAK_REASONS,
    CLASS_OF_REASON,
    TEXT_CHANGED,
    UNCLASSED,
    class_of,
    weight_of,
)
from migration_pipeline.contracts.policies import RULES
from migration_pipeline.contracts.reasons import REASONS, Outcome


def test_every_reason_that_ends_a_row_has_a_class() -> None:
    ends = {code for code, reason in REASONS.items() if reason.outcome not in {None, Outcome.LOADED}}
    assert ends - CLASS_OF_REASON.keys() == set()
    assert BREAK_REASONS.keys() <= CLASS_OF_REASON.keys()


def test_what_policies_change_has_a_class() -> None:
    zeroed = {f"{rule.reason}_zeroed" for rule in RULES.values() if rule.zeroes}
    assert zeroed
    assert {CLASS_OF_REASON[code] for code in zeroed} == {"policy"}


@pytest.mark.parametrize(
    ("reason", "classed"),
    [
        ("duplicate_key", "duplicate_merged"),
        ("voided_ticket", "excluded_by_rule"),
        ("bad_number", "rejected"),
        ("refused_by_target", "refused_by_target"),
        ("excluded_by_correction", "corrected"),
        ("correction", "corrected"),
        ("negative_stock_zeroed", "policy"),
        ("negative_stock_rejected", "policy"),
        ("within_tolerance", "rounding"),
        ("unit_conversion", "pack_conversion"),
        ("undone", "undone"),
        ("late_ticket", "late_ticket"),
        ("erp_row_changed", "changed_in_erp_since"),
        ("erp_row_deleted", "deleted_in_erp_since"),
        ("erp_row_added", "added_in_erp"),
        ("loaded_otherwise", "unexplained"),
        ("unexplained", "unexplained"),
        ("nobody_wrote_this", UNCLASSED),
    ],
)
def test_reasons_and_their_classes(reason: str, classed: str) -> None:
    assert class_of(reason).code == classed


def test_classes_speak_both_languages_and_what_nobody_can_explain_cannot_be_accepted() -> None:
    assert [one.code for one, name in product(BREAK_CLASSES.values(), ("en", "zh", "hint_en", "hint_zh")) if not getattr(one, name)] == []
    assert {code for code, one in BREAK_CLASSES.items() if one.weight == "fatal"} == {UNCLASSED, "unexplained", "erp_changed_shape"}
    assert set(CLASS_OF_REASON.values()) <= BREAK_CLASSES.keys()


def test_a_changed_text_only_warns_and_a_changed_amount_fails() -> None:
    assert (weight_of(TEXT_CHANGED), weight_of("erp_row_changed"), weight_of("nobody_wrote_this")) == ("fails", "fails", "fatal")
