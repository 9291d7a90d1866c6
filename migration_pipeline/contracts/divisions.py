"""Divisions of China (GB/T 2260): codes, names, former names, and the short forms people write.

Belongs here: the table and looking names up in it. Does not belong here: taking an address apart (`addresses.py`). Streets and towns
have no table.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

CURRENT = "2024"
"""The vintage of the names that have no `until`."""
MUNICIPALITIES = ("11", "12", "31", "50")
_OWN_ALIASES = {"巴州": "652800", "博州": "652700", "克州": "653000", "昆区": "150203", "杨凌区": "610403"}
_NATIONS = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|塔吉克|怒|鄂温克|独龙|鄂伦春|普米|裕固|保安|德昂|各"
)
_AUTONOMOUS = re.compile(rf"^(..+?)(?:(?:{_NATIONS})族?)*自治([州县旗])$")
_SUFFIX = re.compile(r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|地区|新区|林区|特区|市|区|县|盟|旗)$")


@dataclass(frozen=True)
class Division:
    """One name of one division.

    Attributes:
        until: the last year whose list had this name under this code; empty for today's.
    """

    code: str
    name: str
    until: str = ""

    @cached_property
    def level(self) -> int:
        """1 province, 2 prefecture, 3 county."""
        return 1 if self.code[2:] == "0000" else 2 if self.code[4:] == "00" else 3

    @cached_property
    def stem(self) -> str:
        """The digits that the codes of all divisions inside begin with."""
        return self.code[: 2 * self.level]


@dataclass(frozen=True)
class Named:
    """A way to write a division; `full` if nothing that matters is left out of its name."""

    written: str
    division: Division
    full: bool


@lru_cache(maxsize=1)
def divisions() -> tuple[Division, ...]:
    """Every division, today's and former, by code."""
    text = (resources.files(__package__ or "") / "divisions.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(Division(row["code"], row["name"], row["until"]) for row in csv.DictReader(lines))


@lru_cache(maxsize=1)
def names() -> Mapping[str, tuple[Named, ...]]:
    """All ways to write a division, by their first two characters, longest first."""
    found: dict[str, list[Named]] = {}
    for division in divisions():
        for named in _written(division):
            found.setdefault(named.written[:2], []).append(named)
    return {start: tuple(sorted(ways, key=lambda way: -len(way.written))) for start, ways in found.items()}


@lru_cache(maxsize=1)
def parents() -> frozenset[str]:
    """Codes of the prefectures that have, or had, counties."""
    return frozenset(division.code[:4] + "00" for division in divisions() if division.level == 3)


@lru_cache(maxsize=8192)
def above(division: Division, level: int) -> str:
    """Name of the province (1) or prefecture (2) that held a division when it had this name; empty where there is none.

    A municipality is its own prefecture; counties directly under a province have none.
    """
    if level == 1 or division.code[:2] in MUNICIPALITIES:
        return _name_in(division.code[:2] + "0000", division.until)
    return _name_in(division.code[:4] + "00", division.until)


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for division in divisions():
        found.setdefault(division.code, []).append(division)
    return {code: tuple(sorted(those, key=lambda one: one.until or "9999")) for code, those in found.items()}


def _name_in(code: str, year: str) -> str:
    those = _by_code().get(code, ())
    return next((one.name for one in those if (one.until or "9999") >= (year or "9999")), those[-1].name if those else "")


def _written(division: Division) -> Iterator[Named]:
    yield Named(division.name, division, full=True)
    if nation := _AUTONOMOUS.match(division.name):
        core, kind = nation.groups()
        yield Named(core, division, full=False)
        yield Named(core + kind, division, full=True)
    elif len(core := _SUFFIX.sub("", division.name)) >= 2 and core != division.name:
        yield Named(core, division, full=False)
    for alias, code in _OWN_ALIASES.items():
        if code == division.code and not division.until:
            yield Named(alias, division, full=True)
