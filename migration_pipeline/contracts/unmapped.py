"""Source words that no value map names: the frame in which they are kept until a person says what they mean.

Belongs here: its columns, counting words. Does not belong here: translating (`vocabularies.py`), what becomes of the rows (policy
`unmapped:` of a source).
"""

import pandas as pd

FACT = "unmapped_words"
"""Fact of a cleaned output: the words of vocabularies that cleaning itself translates, as records of `COLUMNS`."""
COLUMNS = ("table", "column", "vocabulary", "word", "rows")
MOST_WORDS, LONGEST_WORD = 500, 60
_CUT = "…"


def word_counts(table: str, column: str, vocabulary: str, words: "pd.Series[str]") -> pd.DataFrame:
    """`COLUMNS` for the words of one column, the most frequent first; at most `MOST_WORDS`, long ones cut with an ellipsis."""
    counts = words.dropna().value_counts().head(MOST_WORDS)
    shown = [str(word) if len(str(word)) <= LONGEST_WORD else str(word)[:LONGEST_WORD] + _CUT for word in counts.index]
    frame = pd.DataFrame({"word": pd.Series(shown, dtype="str"), "rows": pd.Series(counts.to_numpy(), dtype="int64")})
    return frame.assign(table=table, column=column, vocabulary=vocabulary).astype(dict.fromkeys(COLUMNS[:4], "str"))[list(COLUMNS)]


def no_words() -> pd.DataFrame:
    """An empty frame of `COLUMNS`."""
    return word_counts("", "", "", pd.Series([], dtype="str"))


def joined_words(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Several frames of `COLUMNS` as one."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else no_words()
