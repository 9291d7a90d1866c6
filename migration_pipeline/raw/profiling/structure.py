"""The tables hidden in XML and JSON: which elements repeat, and which values each of them has.

Belongs here: finding `rows:` and `fields:` of an input. Does not belong here: reading the rows (`raw/readers/xml_rows.py`, `json_rows.py`).
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from migration_pipeline.raw.profiling.formats import HEAD, Refusal, head_text

ELEMENTS = 200_000
"""So many elements of an XML file are looked at; the rest is taken to be like them."""
RECORDS = 200
"""So many records of a JSON file are looked at for their fields."""
WHOLE_JSON = 256 << 20
Tables = list[tuple[str, Mapping[str, object]]]


@dataclass
class _Element:
    """What is known of all elements of one path."""

    count: int = 0
    most_in_parent: int = 0
    attributes: Counter[str] = field(default_factory=Counter)
    leaf: bool = True


def xml_tables(path: Path) -> Tables | Refusal:
    """Each repeating element with values of its own; nested ones get those of the elements around them by `../`."""
    try:
        seen = _elements(path)
    except etree.XMLSyntaxError as error:
        return Refusal(f"XML that is malformed or cut off ({error.msg})")
    repeating = [place for place, about in seen.items() if about.count > 1 and len(place) > 1 and _repeats(place, seen)]
    found: Tables = []
    for place in repeating:
        if own := _own_fields(place, seen, repeating):
            outer = {_free_name(name, place, own): way for name, way in _outer_fields(place, seen, repeating).items()}
            fields = {**outer, **own}
            found.append(("/".join(place[1:]), {"rows": "/" + "/".join(place), "fields": fields}))
    return found or Refusal("XML without repeating elements")


def _elements(path: Path) -> dict[tuple[str, ...], _Element]:
    seen: dict[tuple[str, ...], _Element] = {}
    place: list[str] = []
    counts: list[Counter[str]] = [Counter()]
    looked = 0
    events = etree.iterparse(path, events=("start", "end"), resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    for event, element in events:
        if event == "end":
            place.pop()
            counts.pop()
            element.clear()
            continue
        name = etree.QName(element).localname
        place.append(name)
        counts[-1][name] += 1
        about = seen.setdefault(tuple(place), _Element())
        about.count += 1
        about.most_in_parent = max(about.most_in_parent, counts[-1][name])
        about.attributes.update(etree.QName(attribute).localname for attribute in element.attrib)
        if len(place) > 1:
            seen[tuple(place[:-1])].leaf = False
        counts.append(Counter())
        looked += 1
        if looked >= ELEMENTS:
            break
    return seen


def _repeats(place: tuple[str, ...], seen: Mapping[tuple[str, ...], _Element]) -> bool:
    about = seen[place]
    return about.most_in_parent > 1 and (not about.leaf or bool(about.attributes))


def _own_fields(place: tuple[str, ...], seen: Mapping[tuple[str, ...], _Element], repeating: list[tuple[str, ...]]) -> dict[str, str]:
    """Attributes and single values at or below an element, down to where something repeats."""
    fields: dict[str, str] = {}
    for other, about in seen.items():
        if other[: len(place)] != place or _repeated_below(place, other, repeating, seen):
            continue
        below = other[len(place) :]
        for attribute in about.attributes:
            _add(fields, attribute, "/".join([*below, f"@{attribute}"]), below)
        if about.leaf and below:
            _add(fields, below[-1], "/".join(below), below[:-1])
    return fields


def _repeated_below(
    place: tuple[str, ...], other: tuple[str, ...], repeating: list[tuple[str, ...]], seen: Mapping[tuple[str, ...], _Element]
) -> bool:
    steps = [other[:length] for length in range(len(place) + 1, len(other) + 1)]
    return any(step in repeating or seen[step].most_in_parent > 1 for step in steps)


def _outer_fields(place: tuple[str, ...], seen: Mapping[tuple[str, ...], _Element], repeating: list[tuple[str, ...]]) -> dict[str, str]:
    """Values of the repeating element around this one that come before it, so that a line knows its ticket."""
    around = [other for other in repeating if len(other) < len(place) and place[: len(other)] == other]
    if not around:
        return {}
    parent = max(around, key=len)
    order = list(seen)
    own = _own_fields(parent, seen, repeating)
    before = {name: path for name, path in own.items() if _comes_first(parent, path, place, order)}
    return {name: _from(place, (*parent, *path.split("/"))) for name, path in before.items()}


def _from(place: tuple[str, ...], target: tuple[str, ...]) -> str:
    """The way from a row to a value above it: up to where their paths part, then down."""
    shared = next((n for n, (a, b) in enumerate(zip(place, target, strict=False)) if a != b), min(len(place), len(target)))
    return "../" * (len(place) - shared) + "/".join(target[shared:])


def _free_name(name: str, place: tuple[str, ...], own: Mapping[str, str]) -> str:
    return f"{place[-2]}_{name}" if name in own else name


def _comes_first(parent: tuple[str, ...], path: str, place: tuple[str, ...], order: list[tuple[str, ...]]) -> bool:
    steps = tuple(step for step in path.split("/") if not step.startswith("@"))
    whole = (*parent, *steps)
    return order.index(whole) < order.index(place)


def _add(fields: dict[str, str], name: str, path: str, above: tuple[str, ...]) -> None:
    """Name a field by its last step, or by more of its path where that is taken."""
    free = next((n for n in (name, "_".join([*above[-1:], name]), "_".join([*above, name])) if n not in fields), None)
    if free is not None:
        fields[free] = path


def json_tables(path: Path) -> Tables | Refusal:
    """The lists of records in a JSON file (or its lines), with their fields; nested lists become tables that know their parent's values."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    text = head_text(head) or ""
    try:
        document = _document(path, text)
    except (ValueError, RecursionError):
        return Refusal("JSON that is malformed or cut off")
    found = list(_lists(document, "", {}))
    return [(rows, {"rows": rows, "fields": fields} if rows else {"fields": fields}) for rows, fields in found] or Refusal(
        "JSON without lists of records"
    )


def _document(path: Path, text: str) -> object:
    """The document; or of lines the first records as a list."""
    lines = [line for line in text.splitlines()[: RECORDS + 1] if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines[:-1]):
        return [json.loads(line) for line in lines[:-1]]
    if path.stat().st_size > WHOLE_JSON:
        raise ValueError("too large to look at as a whole")
    whole = head_text(path.read_bytes())
    return json.loads(whole or "")


def _lists(value: object, rows: str, outer: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """`rows:` and `fields:` of every list of objects in a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lists(inner, f"{rows}.{name}".lstrip("."), outer)
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value[:RECORDS]):
        records = [item for item in value[:RECORDS] if isinstance(item, dict)]
        fields = dict(_leaves(records, ""))
        here = f"{rows}[]" if rows else ""
        if fields:
            yield here, {**outer, **fields}
        yield from _nested(records, rows, fields)


def _leaves(records: list[dict[str, object]], above: str) -> Iterator[tuple[str, str]]:
    names = dict.fromkeys(name for record in records for name in record)
    for name in names:
        values = [record[name] for record in records if record.get(name) is not None]
        objects = [value for value in values if isinstance(value, dict)]
        if objects:
            yield from _leaves(objects, f"{above}{name}.")
        elif not any(isinstance(value, list) for value in values):
            yield f"{above}{name}".replace(".", "_"), f"{above}{name}"


def _nested(records: list[dict[str, object]], rows: str, fields: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for name in dict.fromkeys(name for record in records for name in record):
        items = [item for record in records if isinstance(record.get(name), list) for item in _as_list(record[name])]
        if items and all(isinstance(item, dict) for item in items):
            taken = {inner for item in items if isinstance(item, dict) for inner in item}
            outer = {f"parent_{column}" if column in taken else column: f"../{path}" for column, path in fields.items()}
            yield from _lists(items, f"{rows}[].{name}" if rows else f"[].{name}", outer)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
