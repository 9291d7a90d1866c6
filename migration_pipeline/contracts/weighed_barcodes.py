"""What a scale printed into a barcode: item, weight, amount.

Belongs here: the layout of such codes and reading it. Does not belong here: which store prints which layout (the migration project), what
follows for a row (`cleaned/weighed_barcodes.py`). Without a layout nothing can be read: 2000123004563 is 0.456 kg or 4.56 yuan.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import Literal

import pandas as pd
import pyarrow as pa
from stdnum import ean

from migration_pipeline.contracts.money import decimal_dtype

LENGTHS = (13, 18)
_LOOKS_WEIGHED = r"2(?:[0-9]{12}|[0-9]{17})"
_RANGE = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")
_GRAM, _FEN = 3, 2


@dataclass(frozen=True)
class WeighedLayout:
    """Where a scale puts what.

    Attributes:
        prefixes: first digits of such codes, as the store sets them at its scales.
        pattern: one letter per digit: F prefix, P item, W grams, A fen, C check digit, X anything else: `FFPPPPPWWWWWC`.
        item: the item's number is P alone, or F and P together.
        strip_zeros: leading zeros of the item's number do not belong to it.
        checked: the last digit is GS1's check digit; of another scale's own arithmetic nothing is asked.
        grams: how many of them are one of what the store counts (1000 where it counts kilograms).
    """

    prefixes: tuple[str, ...]
    pattern: str = "FFPPPPPWWWWWC"
    item: Literal["plu", "prefix_plu"] = "plu"
    strip_zeros: bool = False
    checked: bool = True
    grams: int = 1000

    def reads(self, code: str) -> bool:
        """Whether a code is one of this layout."""
        if len(code) != len(self.pattern) or not code.startswith(self.prefixes) or not (code.isascii() and code.isdigit()):
            return False
        return not self.checked or ean.calc_check_digit(code[:-1]) == code[-1]

    def part(self, code: str, letter: str) -> str | None:
        """The digits of a code that stand where the pattern has a letter; None where it has none."""
        start = self.pattern.find(letter)
        return None if start < 0 else code[start : self.pattern.rfind(letter) + 1]

    def item_of(self, code: str) -> str:
        """The item's number."""
        number = self.part(code, "P") or ""
        number = (number.lstrip("0") or "0") if self.strip_zeros else number
        return (self.part(code, "F") or "") + number if self.item == "prefix_plu" else number


def prefixes_of(written: str) -> tuple[str, ...]:
    """The prefixes that `20` or the range `20-24` stands for.

    Raises:
        ValueError: it is neither.
    """
    if written.isascii() and written.isdigit():
        return (written,)
    found = _RANGE.fullmatch(written)
    if not found or len(found[1]) != len(found[2]) or found[1] > found[2]:
        raise ValueError(f"{written!r} is neither a prefix such as 20 nor a range such as 20-24")
    return tuple(str(number).zfill(len(found[1])) for number in range(int(found[1]), int(found[2]) + 1))


def pattern_problem(pattern: str, prefixes: Sequence[str]) -> str | None:
    """What is wrong with a pattern, in a sentence; None if nothing is."""
    runs = [letter for letter, _ in groupby(pattern) if letter != "X"]
    if len(pattern) not in LENGTHS:
        return f"{pattern!r} has {len(pattern)} digits; such codes have {' or '.join(map(str, LENGTHS))}"
    if set(pattern) - set("FPWACX") or len(runs) != len(set(runs)):
        return f"{pattern!r} must be made of F, P, W, A, C and X, each letter (but X) in one place only"
    if pattern[0] != "F" or pattern[-1] != "C" or pattern.count("C") != 1 or "P" not in runs or not {"W", "A"} & set(runs):
        return f"{pattern!r} must begin with F, end with one C, and have P and at least one of W and A"
    if any(len(prefix) != pattern.count("F") for prefix in prefixes):
        return f"{pattern!r} has {pattern.count('F')} F, and the prefix has another number of digits"
    return None


def in_both(one: WeighedLayout, other: WeighedLayout) -> bool:
    """Whether some code could be read by both: same length, and a prefix that begins with one of the other's."""
    pairs = product(one.prefixes, other.prefixes)
    return len(one.pattern) == len(other.pattern) and any(a.startswith(b) or b.startswith(a) for a, b in pairs)


def weighed_items(codes: "pd.Series[str]", layouts: Sequence[WeighedLayout]) -> pd.DataFrame:
    """What the layouts read from codes; all missing for any other code.

    Returns:
        item (text); weight (of what the store counts, decimal of scale 3: kilograms, unless `grams` says otherwise) and amount (yuan, of
        scale 2), each missing where the layout has none.
    """
    read = {code: _read(code, layouts) for code in codes.dropna().unique()}
    rows = [read.get(code, (None, None, None)) for code in codes]
    items, weights, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    return pd.DataFrame(
        {
            "item": pd.Series(items, index=codes.index, dtype="str"),
            "weight": _number(weights, _GRAM, codes.index),
            "amount": _number(amounts, _FEN, codes.index),
        }
    )


def looks_weighed(codes: "pd.Series[str]") -> "pd.Series[bool]":
    """13 or 18 digits that begin with 2: some shop's own number, often a scale's."""
    return codes.str.fullmatch(_LOOKS_WEIGHED, na=False)


def _read(code: str, layouts: Sequence[WeighedLayout]) -> tuple[str | None, int | None, int | None]:
    """Item, thousandths of what the store counts, fen."""
    layout = next((layout for layout in layouts if layout.reads(code)), None)
    if layout is None:
        return None, None, None
    weight, amount = layout.part(code, "W"), layout.part(code, "A")
    return layout.item_of(code), None if weight is None else int(weight) * 1000 // layout.grams, None if amount is None else int(amount)


def _number(values: Sequence[int | None], scale: int, index: pd.Index) -> "pd.Series[pd.ArrowDtype]":
    """Whole numbers of the last decimal place as exact decimals."""
    text = [None if value is None else f"{value:0{scale + 1}d}" for value in values]
    points = [None if value is None else f"{value[:-scale]}.{value[-scale:]}" for value in text]
    array = pa.array(points, pa.string()).cast(pa.decimal128(18, scale))
    return pd.Series(array, index=index, dtype=decimal_dtype(scale))
