"""Suppliers and members: parties with their contact mechanisms, address, identifiers and categories.

A contact mechanism of ours carries the column's name, so those that people add are never touched. A party's category says what it is.

Belongs here: the tables `supplier`, `member`. Does not belong here: member cards (`cards.py`), balances (`balances.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from migration_pipeline.loaded.targets.tryton.names import GENDER, MEMBER, STATUS, SUPPLIER, TIER
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.regions import region_id, region_words
from migration_pipeline.loaded.targets.tryton.rows import Change, Group, Key, Row, by_key, swapped, written
from migration_pipeline.loaded.targets.tryton.rpc import Record

_KIND = MappingProxyType({"supplier": SUPPLIER, "member": MEMBER})
_CONTACTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "supplier": {"contact": "other", "phone": "phone"},
        "member": {"phone": "mobile", "email": "email", "birthday": "other", "opened_on": "other"},
    }
)
"""Column -> the type of its contact mechanism. Tryton's party has no birthday and no day of entry of its own."""
_WORDS = MappingProxyType({"tier": TIER, "gender": GENDER, "status": STATUS})
"""Member column -> the category above its word."""
_ADDRESS = MappingProxyType({"address": "street_unstructured", "street": "street_name", "city": "city"})
_REGION = ("province", "district", "division_code")


def _read(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    del store  # shared by all stores
    client, kind = place.client, place.category("party.category", _KIND[table])
    fields = ["code", "name", "categories"]
    ours = ["categories", "in", [kind]]
    parties = (
        client.rows("party.party", [ours], fields)
        if keys is None
        else client.rows_among("party.party", "code", [key[0] for key in keys], fields, ours)
    )
    ids = [party["id"] for party in parties]
    contacts = _of_party(client.rows_among("party.contact_mechanism", "party", ids, ["party", "name", "value"]))
    addresses = _of_party(client.rows_among("party.address", "party", ids, ["party", *_ADDRESS.values(), "subdivision"]))
    numbers = (
        _of_party(client.rows_among("party.identifier", "party", ids, ["party", "code"], ["type", "=", None]))
        if table == "supplier"
        else {}
    )
    words = _words(place) if table == "member" else {}

    def row(party: Record) -> Row:
        number = party["id"]
        told = {contact["name"]: contact["value"] for contact in contacts.get(number, ()) if contact["name"] in _CONTACTS[table]}
        tax_ids = [found["code"] for found in numbers.get(number, ())]
        return {
            f"{table}_code": party["code"],
            "name": party["name"],
            "tax_id": tax_ids[0] if tax_ids else None,
            **told,
            **_address_row(place, addresses.get(number, ())),
            **dict(words[category] for category in party["categories"] if category in words),
        }

    return by_key(table, [row(party) for party in parties])


def _put(place: Place, changes: Sequence[Change]) -> None:
    for table in PARTIES.tables:
        _put_kind(place, table, [change for change in changes if change.table == table])


def _put_kind(place: Place, table: str, changes: Sequence[Change]) -> None:
    """A code that another kind of party has already is refused by Tryton itself."""
    client, ours = place.client, ["categories", "in", [place.category("party.category", _KIND[table])]]
    ids = {row["code"]: row["id"] for row in client.rows_among("party.party", "code", [c.key[0] for c in changes], ["code"], ours)}
    children = _children(place, list(ids.values()))
    kept = [change for change in changes if change.after is not None]
    client.create("party.party", [_new(place, change) for change in kept if change.key[0] not in ids])
    client.write("party.party", [([ids[c.key[0]]], _changed(place, c, children[ids[c.key[0]]])) for c in kept if c.key[0] in ids])
    client.delete("party.party", [ids[c.key[0]] for c in changes if c.after is None and c.key[0] in ids])


def _of_party(records: Sequence[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        found[record["party"]].append(record)
    return found


def _words(place: Place) -> dict[int, tuple[str, str]]:
    """Category id -> (column, word)."""
    above = {place.category("party.category", name): column for column, name in _WORDS.items()}
    found = place.client.rows_among("party.category", "parent", list(above), ["name", "parent"])
    return {row["id"]: (above[row["parent"]], row["name"]) for row in found}


def _address_row(place: Place, addresses: Sequence[Record]) -> Row:
    if not addresses:
        return {}
    first = addresses[0]
    return {column: first[field] for column, field in _ADDRESS.items()} | dict(region_words(place, first["subdivision"]))


def _children(place: Place, ids: Sequence[int]) -> dict[int, dict[str, list[Record]]]:
    found: dict[int, dict[str, list[Record]]] = {party: {"contacts": [], "addresses": [], "numbers": []} for party in ids}
    wanted = {
        "contacts": place.client.rows_among("party.contact_mechanism", "party", ids, ["party", "name"]),
        "addresses": place.client.rows_among("party.address", "party", ids, ["party"]),
        "numbers": place.client.rows_among("party.identifier", "party", ids, ["party", "code"], ["type", "=", None]),
    }
    for name, records in wanted.items():
        for record in records:
            found[record["party"]][name].append(record)
    return found


def _new(place: Place, change: Change) -> Record:
    row: Row = change.after or {}
    address = _address(place, row)
    return {
        "code": change.key[0],
        "name": row["name"],
        "active": row.get("status", "active") == "active",
        "categories": [["add", _categories(place, change.table, row)]],
        "contact_mechanisms": [["create", _contacts(change.table, row)]],
        "addresses": [["create", [address] if address else []]],
        "identifiers": [["create", [{"code": row["tax_id"]}] if row.get("tax_id") else []]],
    }


def _changed(place: Place, change: Change, children: Mapping[str, Sequence[Record]]) -> Record:
    before, row = change.before or {}, change.after or {}
    own = [contact["id"] for contact in children["contacts"] if contact["name"] in _CONTACTS[change.table]]
    left = _categories(place, change.table, before) if before else []
    values: Record = {
        "name": row["name"],
        "active": row.get("status", "active") == "active",
        "categories": swapped(left, _categories(place, change.table, row)),
        "contact_mechanisms": [["delete", own], ["create", _contacts(change.table, row)]],
    }
    if {name: before.get(name) for name in _places()} != {name: row.get(name) for name in _places()}:
        address = _address(place, row)
        values["addresses"] = [["delete", [a["id"] for a in children["addresses"][:1]]], ["create", [address] if address else []]]
    if before.get("tax_id") != row.get("tax_id"):
        held = [number["id"] for number in children["numbers"] if number["code"] == before.get("tax_id")]
        values["identifiers"] = [["delete", held], ["create", [{"code": row["tax_id"]}] if row.get("tax_id") else []]]
    return values


def _places() -> tuple[str, ...]:
    return (*_ADDRESS, *_REGION)


def _contacts(table: str, row: Row) -> list[Record]:
    return [
        {"type": kind, "name": column, "value": written(row[column])}
        for column, kind in _CONTACTS[table].items()
        if row.get(column) is not None
    ]


def _address(place: Place, row: Row) -> Record | None:
    if all(row.get(column) is None for column in _places()):
        return None
    texts: dict[str, Any] = {field: row[column] for column, field in _ADDRESS.items() if row[column] is not None}
    return texts | region_id(place, {column: row[column] for column in _REGION})


def _categories(place: Place, table: str, row: Row) -> list[int]:
    named = [(column, row.get(column)) for column in _WORDS] if table == "member" else []
    own = [place.category("party.category", word, _WORDS[column]) for column, word in named if word is not None]
    return [place.category("party.category", _KIND[table]), *own]


PARTIES = Group(("supplier", "member"), _read, _put)
"""Suppliers and members."""
