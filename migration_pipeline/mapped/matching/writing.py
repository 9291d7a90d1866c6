"""One thing written in two ways: traditional and simplified signs, and how a name sounds.

Belongs here: forms of signs and sounds, of libraries (`opencc`, `pypinyin`). Does not belong here: what is compared (`traits.py`).
"""

from functools import cache
from typing import Any

import pandas as pd

_FIRST, _LAST = 0x3400, 0x9FFF


def simplified(texts: "pd.Series[Any]") -> "pd.Series[str]":
    """Folded texts (NFKC, lower case) with every traditional sign in its simplified form."""
    plain: pd.Series[str] = texts.astype("str").str.normalize("NFKC").str.lower()
    return plain.map({text: text.translate(_signs()) for text in plain.dropna().unique()}).astype("str")


def sounds(names: "pd.Series[Any]") -> "pd.Series[str]":
    """How Chinese names sound (without tones): `张小明` and `章晓明` are both `zhang xiao ming`; other names as they are."""
    from pypinyin import lazy_pinyin

    return names.map({name: " ".join(lazy_pinyin(name)) for name in names.dropna().unique()}).astype("str")


@cache
def _signs() -> dict[int, str]:
    """Code point -> simplified sign, of all signs that have another one."""
    from opencc import OpenCC  # type: ignore[import-untyped]

    signs = "".join(map(chr, range(_FIRST, _LAST + 1)))
    changed = OpenCC("t2s").convert("\n".join(signs)).split("\n")
    return {ord(old): new for old, new in zip(signs, changed, strict=True) if old != new}
