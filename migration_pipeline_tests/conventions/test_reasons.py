"""Every reason code can be read in English and in Chinese, and a rejected row comes with a hint in both."""

import re

from migration_pipeline.contracts.reasons import REASONS, Outcome, Reason

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def word_problems(reason: Reason) -> list[str]:
    """What a reason lacks to be understood by both readers."""
    problems = [] if reason.en.strip() and not CHINESE.search(reason.en) else ["no English text"]
    problems += [] if CHINESE.search(reason.zh) else ["no Chinese text"]
    if bool(reason.hint_en.strip()) != bool(CHINESE.search(reason.hint_zh)):
        problems.append("a hint in one language only")
    if reason.outcome is Outcome.REJECTED and not reason.hint_en.strip():
        problems.append("rejected, but no hint what to do")
    return [f"{reason.code}: {problem}" for problem in problems]


def test_every_reason_speaks_both_languages() -> None:
    assert [problem for reason in REASONS.values() for problem in word_problems(reason)] == []
    assert len(REASONS) > 20


def test_reasons_that_lack_words_are_caught() -> None:
    assert word_problems(Reason("bad", None, "Fine", "")) == ["bad: no Chinese text"]
    assert word_problems(Reason("bad", None, " ", "好")) == ["bad: no English text"]
    assert word_problems(Reason("bad", None, "Fine", "好", hint_en="Do it.")) == ["bad: a hint in one language only"]
    assert word_problems(Reason("bad", Outcome.REJECTED, "Fine", "好")) == ["bad: rejected, but no hint what to do"]
