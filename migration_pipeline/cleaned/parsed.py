"""What reading one column gives.

Belongs here: the result every reader of a type returns. Does not belong here: reading (`parsing.py`, `parsing_numbers.py`,
`parsing_dates.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

BLANKS = "\\x00-\\x20\\x7f-\\xa0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
"""Inside a character class: blanks of any kind and width, control characters, marks nobody sees; as in `control_totals/macros.sql`."""
BLANK_SIGNS = "".join(re.findall(f"[{BLANKS}]", "".join(map(chr, range(0x10000)))))
"""The same, one by one."""
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0xFFE5: 0xA5, 0xFFE1: 0xA3, 0x2212: 0x2D}
"""Full-width forms of ASCII, ¥ and £, and the minus sign; wider foldings (NFKC) would turn `12²` into 122."""


@dataclass(frozen=True)
class Parsed:
    """One typed column.

    Attributes:
        values: missing where there was nothing and where it could not be read.
        bad: what could not be read.
        changed: what was read as something slightly else (digits beyond the scale, line breaks in a code).
        reasons: reason code -> rows for which it says more than `bad` and `changed` do; `REASONS` tells whether it rejects.
    """

    values: "pd.Series[Any]"
    bad: "pd.Series[bool]"
    changed: "pd.Series[bool]"
    reasons: Mapping[str, "pd.Series[bool]"] = field(default_factory=dict)


def none(text: "pd.Series[str]") -> "pd.Series[bool]":
    """A mask of nothing."""
    return pd.Series(False, index=text.index, dtype=bool)
