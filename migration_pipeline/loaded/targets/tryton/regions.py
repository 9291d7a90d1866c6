"""Provinces and districts as Tryton's subdivisions of China, made on first use; the code stands on the innermost one.

Belongs here: words to ids and back. Does not belong here: the rest of an address (`parties.py`).
"""

from typing import Any

from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Row
from migration_pipeline.loaded.targets.tryton.rpc import Record

_LEVELS = ("province", "district")
_CHINA = {"code": "CN", "code3": "CHN", "code_numeric": "156", "name": "China"}


def region_id(place: Place, words: Row) -> Record:
    """`country` and `subdivision` of an address with these words (province, district, division_code); {} without any."""
    named = [(level, words[level]) for level in _LEVELS if words[level] is not None]
    code: str | None = words["division_code"]
    if not named and code is None:
        return {}
    country = _china(place)
    parent: int | None = None
    for number, (level, name) in enumerate(named, 1):
        parent = _node(place, country, parent, {"type": level, "name": name, "code": code if number == len(named) else None})
    if not named:
        parent = _node(place, country, None, {"type": None, "name": code, "code": code})
    return {"country": country, "subdivision": parent}


def region_words(place: Place, subdivision: int | None) -> Row:
    """The words of a subdivision: province, district, division_code."""
    found: dict[str, Any] = {}
    known = _known(place)
    node = known.get(subdivision) if subdivision else None
    while node is not None:
        if node["type"] in _LEVELS:
            found[node["type"]] = node["name"]
        found.setdefault("division_code", node["code"])
        node = known.get(node["parent"])
    return found


def _china(place: Place) -> int:
    if "country" not in place.memory:
        found = place.client.rows("country.country", [["code", "=", "CN"]], ["id"])
        place.memory["country"] = found[0]["id"] if found else place.client.create("country.country", [_CHINA])[0]
    return int(place.memory["country"])


def _known(place: Place) -> dict[int | None, Record]:
    if "regions" not in place.memory:
        rows = place.client.rows("country.subdivision", [["country", "=", _china(place)]], ["name", "type", "code", "parent"])
        place.memory["regions"] = {row["id"]: row for row in rows}
    known: dict[int | None, Record] = place.memory["regions"]
    return known


def _node(place: Place, country: int, parent: int | None, wanted: Record) -> int:
    known = _known(place)
    node = wanted | {"parent": parent}
    index: dict[tuple[object, ...], int] = place.memory.setdefault("region index", {})
    if not index:
        index.update({_place_in_tree(row): number for number, row in known.items() if number is not None})
    if _place_in_tree(node) not in index:
        made = place.client.create("country.subdivision", [node | {"country": country}])[0]
        known[made] = node | {"id": made}
        index[_place_in_tree(node)] = made
    return index[_place_in_tree(node)]


def _place_in_tree(node: Record) -> tuple[object, ...]:
    return node["parent"], node["type"], node["name"], node["code"]
