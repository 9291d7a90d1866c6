"""How much of a thing is sold: `330毫升*6`, `6×330ml` and `0.33L/6罐` are six times 330 ml.

Belongs here: measure and pack count out of names and specs. Does not belong here: units of an ERP (`contracts/units.py`).

Measure and pack are compared as they stand: two that are known and differ are two items. What cannot be read is missing, never guessed.
"""

import re
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

_GRAMS = {"mg": "0.001", "毫克": "0.001", "g": "1", "克": "1", "kg": "1000", "千克": "1000", "公斤": "1000", "斤": "500", "市斤": "500"}
_MILLILITRES = {"ml": "1", "毫升": "1", "cc": "1", "cl": "10", "dl": "100", "l": "1000", "升": "1000", "公升": "1000"}
_MILLIMETRES = {"mm": "1", "毫米": "1", "cm": "10", "厘米": "10", "公分": "10", "m": "1000", "米": "1000"}
_KINDS = {"g": _GRAMS, "ml": _MILLILITRES, "mm": _MILLIMETRES}
_MEASURES = {word: (kind, Decimal(factor)) for kind, words in _KINDS.items() for word, factor in words.items()}
_COUNTS = "片粒抽张枚颗支只个条卷块包袋瓶罐听盒杯桶双入连提贴丸套根串份"
_PACKS = "包袋瓶罐听盒杯桶入连提支个只条卷"
_WORDS = "|".join(sorted(_MEASURES, key=len, reverse=True))
_TIMES = r"\s*[*x×✕]\s*"
_NUMBER = r"(?<![\d.])\d+(?:\.\d+)?"
_MEASURE = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{_WORDS})(?![a-wyz]|x(?!\d))(?!\s*(?:乳?蛋白|优质|/100))")
_AFTER = re.compile(rf"{_TIMES}(\d+)(?!\s*(?:{_WORDS})(?![a-wyz]))\s*[{_COUNTS}]?|\s*/\s*[{_COUNTS}箱件组]")
_BEFORE = re.compile(rf"(\d+)\s*[{_COUNTS}]?{_TIMES}$")
_COUNTED = re.compile(rf"(?P<number>\d+)\s*(?P<unit>[{_COUNTS}])(?!装?[月年天])")
_PACKED = re.compile(rf"(?<![\d.第])(\d+)\s*(?:[{_PACKS}](?![月年天])装?|pcs)")
_BARE = re.compile(rf"^\s*(\d+){_TIMES}(\d+)\s*[{_COUNTS}]?\s*$")
_MOST = 1000


class Size(NamedTuple):
    """What one text says: `measure` (`ml:330`, `抽:100`), how many of it, and the text without both."""

    measure: str | None
    pack: int | None
    rest: str


def size_of(text: str) -> Size:
    """The size in one folded text (see `writing.simplified`)."""
    if bare := _BARE.match(text):
        return Size(None, int(bare[1]) * int(bare[2]), "")
    measured = [_measured(text, found) for found in _MEASURE.finditer(text)]
    return max(measured, key=lambda size: size.pack or 1) if measured else _counted(text)


def _measured(text: str, found: re.Match[str]) -> Size:
    kind, factor = _MEASURES[found["unit"]]
    amount = Decimal(found["number"]) * factor
    return _packed(text, f"{kind}:{amount.normalize():f}", found.start(), found.end())


def _counted(text: str) -> Size:
    """Things that are only counted: `100抽*3包`."""
    found = _COUNTED.search(text)
    if found is None:
        return Size(None, None, text)
    unit = found["unit"]
    if unit in _PACKS and not _AFTER.match(text, found.end()):
        return Size(None, int(found["number"]), _cut(text, found.start(), found.end()))
    return _packed(text, f"{unit}:{found['number']}", found.start(), found.end())


def _packed(text: str, measure: str, start: int, end: int) -> Size:
    """Around a measure stand the counts: `6*330ml*4`, `330ml/罐 6罐装`."""
    count = 1
    while before := _BEFORE.search(text, 0, start):
        count, start = count * int(before[1]), before.start()
    while after := _AFTER.match(text, end):
        count, end = count * int(after[1] or 1), after.end()
    rest = _cut(text, start, end)
    rest = _MEASURE.sub(" ", rest)
    if count == 1 and (packed := _PACKED.search(rest)):
        count, rest = int(packed[1]), _cut(rest, packed.start(), packed.end())
    return Size(measure, count if count <= _MOST else None, rest)


def _cut(text: str, start: int, end: int) -> str:
    return f"{text[:start]} {text[end:]}"


def sizes(names: "pd.Series[str]", specs: "pd.Series[str]") -> pd.DataFrame:
    """Columns `measure`, `pack` (text; missing where nothing is said) and `rest`, the name without its size."""
    read = {text: size_of(text) for text in {*names.dropna(), *specs.dropna()}}
    nothing = Size(None, None, "")
    rows = [_both(read.get(name, nothing), read.get(spec, nothing)) for name, spec in zip(names, specs, strict=True)]
    return pd.DataFrame(rows, columns=["measure", "pack", "rest"], index=names.index, dtype="str")


def _both(name: Size, spec: Size) -> tuple[str | None, str | None, str]:
    """What name and spec say together: the one with a pack tells how its measure is meant."""
    first, second = (spec, name) if (spec.pack or 1) > (name.pack or 1) and spec.measure else (name, spec)
    measure = first.measure or second.measure
    packs = [size.pack for size in (first, second) if size.pack and size.pack > 1]
    pack = str(packs[0]) if packs else ("1" if measure else None)
    return measure, pack, name.rest
