"""Reading one address from left to right: divisions that contain each other, then zone, street or town.

Belongs here: one text. Does not belong here: columns (`addresses.py`), names of divisions (`divisions.py`).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from migration_pipeline.contracts.divisions import CURRENT, MUNICIPALITIES, Division, Named, above, names, parents

_BEFORE = re.compile(r"^(?:[\s,，、:;/|\-]|(?:收货|联系|详细|公司|家庭|通讯|门店)?地址|邮编|\d{6}(?=\D)|中华人民共和国|中国(?!\())*")
_BETWEEN = re.compile(
    r"(?:[\s,，.。、/|\\;:·•\-—_>~]|市辖区|省直辖县级行政区划|自治区直辖县级行政区划|市直辖行政区划|"
    r"生产建设兵团(?:农?第?[一二三四五六七八九十\d]{1,3}师)?)*"
)
_ROAD = r"路|街(?!道)|大街|大道|道|巷|弄|胡同|桥"
_SHORT_IS_ROAD = re.compile(rf"[东西南北中上下前后大小新老一二三四五六七八九十]{{0,2}}(?:{_ROAD})")
_SHORT_IS_NAME = re.compile(r"(?:新区|开发区|高新区|工业|广场|公园|大厦|花园|小区|新村|大学|医院|酒店|宾馆|饭店|商场|超市|村)")
_ZONE = re.compile(
    r"(?:中国\([一-龥]{2,4}\))?([^路街号巷弄区县市镇乡\W\d]{0,8}?(?:经济技术开发区|高新技术产业开发区|高新技术开发区|高新技术产业园区|经济开发区|"
    r"自由贸易试验区|工业园区|产业园区|高新区|经开区|开发区|自贸区|保税港区|保税区|示范区|管理区|度假区|风景名胜区|风景区|合作区|新区))"
)
_DISTRICT = re.compile(r"([^路街号巷弄\W\d]{1,5}?(?:区|县|旗))(?<![小社园校厂片库]区)(?<!住宅区)(?<!家属区)(?<!生活区)")
_OUTSIDE = re.compile(r"([^路街号道\W\d]{1,4}?[市县])?(?:九龙(?!城)|新界|香港岛|港岛)?([^路街号道\W\d]{1,4}?区)?")
_STREET = re.compile(
    r"([^号弄巷村\W\d](?:(?!号|弄|巷|大道|社区|小区|村(?!镇|乡|街道)|路(?!街道)|街(?!道|街道))[^\W\d]){0,8}?(?:街道|镇|乡|苏木))"
    rf"(?!{_ROAD}|口|[东西南北中]{{1,2}}(?:{_ROAD})|企业|中学|小学)(?:办事处|办)?"
)
_DOUBLED_TOWN = re.compile(r"[古乌]镇镇")
_NUMBER = re.compile(r"(?<!兵团)(?<!兵团第)(?<!兵团农)(?<!兵团农第)\d")
_FURTHER = re.compile(r"[^\W\d]{2,8}?(?:省|自治区|市)")


@dataclass(frozen=True)
class AddressParts:
    """One address, taken apart; a part that was not found is empty. `confidence` is a key of `addresses.CONFIDENCE`."""

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    rest: str = ""
    division_code: str = ""
    division_vintage: str = ""
    confidence: str = "0.00"


class _Path(NamedTuple):
    """How far the reading got, through which divisions, and how many characters they explain."""

    end: int
    taken: tuple[Named, ...] = ()
    chars: int = 0

    @property
    def last(self) -> Division | None:
        return self.taken[-1].division if self.taken else None

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """The best reading explains most, needs least of the past, and then the nearest past."""
        former = [way.division.until for way in self.taken if way.division.until]
        return self.chars, -len(former), [way.full for way in self.taken].count(True), max(former, default="")


def read_address(address: str) -> AddressParts:
    """The parts of one address."""
    text = unicodedata.normalize("NFKC", address).strip()
    start = _BEFORE.match(text)
    text = text[start.end() :] if start else text
    number = _NUMBER.search(text)
    head = text[: number.start()] if number else text
    found = _read_words(head)
    if found.confidence != "0.00":
        return replace(found, rest=found.rest + text[len(head) :])
    return _read_further(text) or AddressParts(rest=text)


@lru_cache(maxsize=65_536)
def _read_words(text: str) -> AddressParts:
    """What the words before the first number say; many addresses share them."""
    paths = _best(text, 0)
    return _parts(text, paths) if paths else AddressParts()


def _read_further(text: str) -> AddressParts | None:
    """An address that begins with something else (the road, a room): with the first province or city written in full."""
    for hit in _FURTHER.finditer(text):
        for place in range(hit.start(), hit.end() - 1):
            if paths := [path for path in _best(text, place) if path.taken[0].full and path.taken[0].division.level < 3]:
                parts = _parts(text, paths)
                return replace(parts, confidence=min(parts.confidence, "0.80"))
    return None


def _best(text: str, begin: int) -> list[_Path]:
    """The equally good readings of the divisions from a place on; none if nothing is a division."""
    paths = [path for path in _paths(text, _Path(begin)) if path.taken]
    most = max((path.chars for path in paths), default=0)
    paths = [path for path in paths if path.chars == most]  # the rank begins with it
    if len(paths) < 2:
        return paths
    top = max(path.rank for path in paths)
    return [path for path in paths if path.rank == top]


def _paths(text: str, path: _Path) -> Iterator[_Path]:
    between = _BETWEEN.match(text, path.end) if path.taken else None
    place = between.end() if between else path.end
    further = False
    for way in names().get(text[place : place + 2], ()):
        if text.startswith(way.written, place) and _fits(way, path, text[place + len(way.written) :][:6]):
            further = True
            yield from _paths(text, _next(path, way, place))
    if path.taken and not further and (zone := _skipped_zone(text, path, place)):
        yield from zone
    if not further:
        yield path


def _next(path: _Path, way: Named, place: int) -> _Path:
    end, chars = place + len(way.written), path.chars + len(way.written)
    return _Path(end, path.taken, chars) if _repeats(way, path.last) else _Path(end, (*path.taken, way), chars)


def _repeats(way: Named, last: Division | None) -> bool:
    return last is not None and way.full and last.code.startswith(way.division.stem)


def _skipped_zone(text: str, path: _Path, place: int) -> list[_Path]:
    """Readings that find a county behind a zone (雄安新区容城县)."""
    zone = _ZONE.match(text, place) if path.taken[-1].division.level < 3 else None
    if zone is None:
        return []
    behind = [one for one in _paths(text, _Path(zone.end(), path.taken, path.chars)) if one.chars > path.chars]
    return [one for one in behind if one.taken[-1].full]


def _fits(way: Named, path: _Path, after: str) -> bool:
    last, division = path.last, way.division
    if not way.full and not _short_holds(way, last, after):
        return False
    if last is None:
        return way.full or division.level < 3 or division.name.endswith(("市", "县"))
    if _repeats(way, last):
        return True
    return division.level > last.level and division.code.startswith(last.stem)


def _short_holds(way: Named, last: Division | None, after: str) -> bool:
    """Whether a name without its suffix is one: not the beginning of a road's or a building's name."""
    if _SHORT_IS_ROAD.match(after) or (way.division.level == 3 and _SHORT_IS_NAME.match(after)):
        return False
    return not (last is None and way.division.until)


def _parts(text: str, paths: list[_Path]) -> AddressParts:
    path = _one_place(paths)
    if path is None:
        return _unsure(text, paths[0])
    division, rest = path.taken[-1].division, _rest(text, path.end)
    upper = {one.division.level: one.division.name for one in path.taken}
    found = AddressParts(
        province=upper.get(1) or above(division, 1),
        city=upper.get(2) or (above(division, 2) if division.level > 1 or division.code[:2] in MUNICIPALITIES else ""),
        district=upper.get(3, ""),
        rest=rest,
        division_code=division.code,
        division_vintage=max((one.division.until for one in path.taken if one.division.until), default=CURRENT),
        confidence=_confidence(path),
    )
    if division.level < 3:
        found = _with_unknown_district(found, division)
    return _with_street(found)


def _one_place(paths: list[_Path]) -> _Path | None:
    """The one place all readings mean, the wider one of two that hold each other; None if they mean several."""
    wide = min(paths, key=lambda path: path.taken[-1].division.level)
    one = wide.taken[-1].division.stem
    if any(not path.taken[-1].division.code.startswith(one) for path in paths):
        return None
    return None if wide.taken[0].division.level == 3 and _was_elsewhere(wide.taken[0]) else wide


def _was_elsewhere(way: Named) -> bool:
    """Whether a county, named without its province, could be one that another place once had.

    Districts: of another city; the others only where the name is of the past altogether.
    """
    alike = {one.division.code for one in names()[way.written[:2]] if one.written == way.written}
    if way.written.endswith("区"):
        return len({code[:4] for code in alike}) > 1
    return bool(way.division.until) and len({code[:2] for code in alike}) > 1


def _unsure(text: str, path: _Path) -> AddressParts:
    """A name that several places have: what is sure, and the word."""
    known = [one.division for one in path.taken[:-1]]
    upper = {one.level: one.name for one in known}
    city = upper.get(2) or (above(known[0], 2) if known and known[0].code[:2] in MUNICIPALITIES else "")
    way = path.taken[-1]
    found = AddressParts(upper.get(1) or (above(known[0], 1) if known else ""), city, rest=_rest(text, path.end), confidence="0.30")
    return _with_street(replace(found, district=way.division.name if way.full else way.written))


def _confidence(path: _Path) -> str:
    division, first = path.taken[-1].division, path.taken[0].division
    if any(way.division.until for way in path.taken):
        return "0.70"
    if division.level == 1 or (division.level == 2 and division.code in parents()):
        return "0.60"
    if first.level == 3:
        return "0.80"
    levels = {way.division.level for way in path.taken}
    whole = 1 in levels and (division.level == 2 or 2 in levels or not _has_prefecture(division))
    return "1.00" if whole and all(way.full for way in path.taken) else "0.90"


def _has_prefecture(division: Division) -> bool:
    return division.code[:2] not in MUNICIPALITIES and division.code[2:4] != "90"


def _with_unknown_district(found: AddressParts, division: Division) -> AddressParts:
    """A zone or a district that is not in the table: its word, the code of what holds it; of another place, no code."""
    if division.code[:2] in {"71", "81", "82"}:
        outside = _OUTSIDE.match(found.rest)
        city, district = (outside[1] or "", outside[2] or "") if outside else ("", "")
        return replace(found, city=city, district=district, rest=_rest(found.rest, outside.end() if outside else 0))
    if _elsewhere(found.rest):
        word = _DISTRICT.match(found.rest) if division.level == 2 or division.code[:2] in MUNICIPALITIES else None
        without = replace(found, division_code="", division_vintage="", confidence="0.30")
        return replace(without, district=word[1], rest=_rest(found.rest, word.end())) if word else without
    unknown = _ZONE.match(found.rest) or (_DISTRICT.match(found.rest) if found.city else None)
    if unknown is None:
        return found
    return replace(found, district=unknown[1], rest=_rest(found.rest, unknown.end()), confidence=min(found.confidence, "0.60"))


def _elsewhere(rest: str) -> bool:
    """Whether the text goes on with the full name of a division that does not belong here."""
    return any(
        way.full and rest.startswith(way.written) and not _SHORT_IS_ROAD.match(rest[len(way.written) :])
        for way in names().get(rest[:2], ())
    )


def _with_street(found: AddressParts) -> AddressParts:
    if not (found.division_code or found.district):
        return found
    street = _DOUBLED_TOWN.match(found.rest) or _STREET.match(found.rest)
    if street is None:
        return found
    word = street[0] if street.re is _DOUBLED_TOWN else street[1]
    return replace(found, street=word, rest=_rest(found.rest, street.end()))


def _rest(text: str, place: int) -> str:
    between = _BETWEEN.match(text, place)
    return text[between.end() if between else place :]
