"""A person is asked once about two groups, and not again about what was answered."""

from collections.abc import Sequence

from migration_pipeline.mapped.matching.questions import questions

A, B, C, D = "A/1", "B/1", "C/1", "D/1"
PAIRS = [(A, B), (C, D), (A, C), (B, C), (A, D)]
MERGED = [True, True, False, False, False]


def asked(same: Sequence[tuple[str, str]] = (), apart: Sequence[tuple[str, str]] = (), always: Sequence[tuple[str, str]] = ()) -> set[str]:
    """What is asked about the groups A+B and C+D, as `AC`."""
    found = questions(PAIRS, MERGED, always=[pair in always for pair in PAIRS], same=same, apart=apart)
    return {left[0] + right[0] for (left, right), one in zip(PAIRS, found, strict=True) if one}


def test_two_groups_are_one_question_the_surest_pair() -> None:
    assert asked() == {"AC"}


def test_what_was_answered_is_shown_again_and_nothing_more_is_asked_about_the_two_groups() -> None:
    assert asked(same=[(B, C)]) == {"BC"}
    assert asked(apart=[(D, A)]) == {"AD"}, "an answer counts for both groups, whichever pair was asked"


def test_an_answer_about_records_that_are_gone_says_nothing_about_others() -> None:
    assert asked(same=[("X/1", C)], apart=[("X/1", "Y/1")]) == {"AC"}


def test_an_answer_about_a_record_counts_for_its_twin() -> None:
    assert asked(same=[("X/1", C), ("X/1", A)]) == set()
    assert asked(same=[("X/1", A)], apart=[("X/1", C)]) == set()


def test_an_equal_identifier_of_two_goods_is_always_shown() -> None:
    assert asked(always=[(B, C)]) == {"AC", "BC"}


def test_records_that_are_one_already_are_not_asked_about() -> None:
    assert questions([(A, B), (B, C), (A, C)], [True, True, False], always=[False] * 3) == [False] * 3
