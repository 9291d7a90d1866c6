"""Text that went through the wrong encoding on its way: 锟斤拷, Ã©, ÖÐ¹ú, 涓浗, runs of question marks.

Belongs here: finding it. Does not belong here: mending it: what was lost cannot be guessed.
"""

import re

import pandas as pd

_LOST = r"锟斤拷|锟斤|\ufffd|烫烫烫|屯屯屯|ï»¿"
_QUESTIONS = r"\?{3,}|^\?\?+$"
_LATIN = re.compile(r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_BEYOND_ASCII = r"[^\x00-\x7f]"
_SHARE = 50
"""One in so many distinct texts must be Chinese when taken back from GB18030 to UTF-8: single ones are chance."""


def damaged_text(texts: "pd.Series[str]") -> dict[str, int]:
    """Reason code (`mojibake`, `question_marks`) -> number of cells in which it shows; without codes that show nowhere."""
    counts = texts.dropna().value_counts()
    distinct = counts.index.to_series()
    questions = distinct.str.contains(_QUESTIONS, regex=True)
    beyond = distinct[distinct.str.contains(_BEYOND_ASCII, regex=True)]
    lost = beyond[beyond.str.contains(_LOST, regex=True)]
    latin = beyond[[_is_latin_reading(text) for text in beyond]]
    chinese = beyond[[_is_gb_reading(text) for text in beyond]]
    if len(chinese) * _SHARE < len(beyond):
        chinese = chinese.iloc[:0]
    damaged = lost.index.union(latin.index).union(chinese.index)
    found = {"mojibake": int(counts[damaged].sum()), "question_marks": int(counts[questions].sum())}
    return {code: cells for code, cells in found.items() if cells}


def _is_latin_reading(text: str) -> bool:
    """UTF-8 or GB18030 that was read as Latin-1 or Windows-1252: taking that step back gives valid text."""
    for part in _LATIN.findall(text):
        if (data := _back(part, "cp1252") or _back(part, "latin-1")) and (
            _decodes(data, "utf-8") or (len(data) > 3 and _CHINESE.fullmatch(_decoded(data, "gb2312")))
        ):
            return True
    return False


def _is_gb_reading(text: str) -> bool:
    """UTF-8 that was read as GB18030: taking that step back gives valid Chinese text."""
    data = _back(text, "gb18030")
    return bool(data) and bool(_CHINESE.search(_decoded(data, "utf-8")))


def _back(text: str, codec: str) -> bytes:
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return b""


def _decoded(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return ""


def _decodes(data: bytes, codec: str) -> bool:
    return bool(_decoded(data, codec))
