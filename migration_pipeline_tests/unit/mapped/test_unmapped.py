"""Every word without a meaning is found once with its rows, whoever had to translate it."""

import pandas as pd

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.unmapped import FACT, LONGEST_WORD, MOST_WORDS, word_counts
from migration_pipeline.mapped.unmapped import TABLE, unmapped_words


def words(output: StageOutput) -> list[tuple[object, ...]]:
    """Vocabulary, word and rows of what was found."""
    return list(output.tables[TABLE][["vocabulary", "word", "rows"]].itertuples(index=False, name=None))


def payments(methods: list[str | None]) -> StageOutput:
    """A cleaned output of payments alone."""
    return StageOutput("e", {"payments": pd.DataFrame({"method": methods}, dtype="str")})


def test_words_that_no_map_names_are_counted_and_known_ones_are_not() -> None:
    found = unmapped_words("sales", payments(["cash", "刷脸", "刷脸", "微信", None]), {"payment_method": {"微信": "wechat"}})
    assert words(found) == [("payment_method", "刷脸", 2)]


def test_removing_one_entry_of_a_map_gives_exactly_one_word() -> None:
    full = {"微信": "wechat", "刷脸": "alipay", "现": "cash"}
    for gone in full:
        left = {word: meaning for word, meaning in full.items() if word != gone}
        assert words(unmapped_words("sales", payments(list(full)), {"payment_method": left})) == [("payment_method", gone, 1)]


def test_words_that_cleaning_did_not_know_are_carried_on() -> None:
    earlier = word_counts("tickets", "status", "ticket_status", pd.Series(["怪"], dtype="str")).to_dict("records")
    found = unmapped_words("sales", StageOutput("e", {}, facts={FACT: earlier}), {})
    assert words(found) == [("ticket_status", "怪", 1)]
    assert words(unmapped_words("sales", StageOutput("e", {}), {})) == []


def test_long_words_are_cut_and_many_are_bounded() -> None:
    """A wrongly mapped column must not carry a store's free text into metadata."""
    counts = word_counts("t", "c", "unit", pd.Series([f"{n}" * 70 for n in range(MOST_WORDS + 9)], dtype="str"))
    assert len(counts) == MOST_WORDS
    assert counts["word"].str.len().max() == LONGEST_WORD + 1
