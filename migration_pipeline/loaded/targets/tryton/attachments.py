"""What Tryton's standard models have no place for: attachments with the row as text, one per row, at the store or the company.

Sales history is one attachment per ticket, with its lines and payments. It is kept word for word and can be read and searched in
Tryton, but it is no sale there: it moves no stock and no account, and no report of sales counts it. (A posted sale takes a third of a
second and would book the past a second time.)

Belongs here: the tables `item_pack`, `coupon_item`, `ticket`, `ticket_line`, `payment`. Does not belong here: other tables.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Group, Key, Row, by_key, canonical, written
from migration_pipeline.loaded.targets.tryton.rpc import READ_AT_ONCE, Record, parts

_MODEL = "ir.attachment"
_TICKET = ("ticket", "ticket_line", "payment")
Content = dict[str, list[dict[str, str | None]]]
"""Table -> its rows in this attachment, values as text."""


def _read(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    stores: Iterable[str | None] = place.some_stores(store) if ERP_TABLES[table].per_store else (None,)
    wanted = None if keys is None else set(keys)
    rows: list[Row] = []
    for code in stores:
        own = None if keys is None else sorted({_name(table, key) for key in keys if code is None or key[0] == code})
        rows += [row for record in _held(place, table, code, own) for row in _content(record).get(table, ())]
    found = by_key(table, [_typed(table, row) for row in rows])
    return found if wanted is None else {key: row for key, row in found.items() if key in wanted}


def read_tickets(place: Place, store: str, numbers: Sequence[str]) -> dict[str, dict[Key, Row]]:
    """ERP table -> rows of some tickets by key."""
    names = sorted({_name("ticket", (store, number)) for number in numbers})
    contents = [_content(record) for record in _held(place, "ticket", store, names)]
    return {table: by_key(table, [_typed(table, row) for held in contents for row in held.get(table, ())]) for table in _TICKET}


def _put(place: Place, changes: Sequence[Change]) -> None:
    """Read the attachments of these rows, change the rows in them, write them back; one without rows is deleted."""
    of_store: dict[str | None, list[Change]] = defaultdict(list)
    for change in changes:
        of_store[change.key[0] if ERP_TABLES[change.table].per_store else None].append(change)
    for store, part in of_store.items():
        _put_store(place, store, part)


def _put_store(place: Place, store: str | None, changes: Sequence[Change]) -> None:
    names = sorted({_name(change.table, change.key) for change in changes})
    held = {row["name"]: row for row in _held(place, changes[0].table, store, names)}
    contents: dict[str, dict[str, dict[Key, Row]]] = {
        name: {table: by_key(table, [_typed(table, row) for row in rows]) for table, rows in _content(held[name]).items()}
        if name in held
        else {}
        for name in names
    }
    for change in changes:
        rows = contents[_name(change.table, change.key)].setdefault(change.table, {})
        rows.pop(change.key, None)
        if change.after is not None:
            rows[change.key] = change.after
    texts = {name: _text(content) for name, content in contents.items()}
    resource = _resource(place, changes[0].table, store)
    client = place.client
    new = [
        {"name": name, "type": "data", "resource": resource, "description": text}
        for name, text in texts.items()
        if text and name not in held
    ]
    client.create(_MODEL, new)
    client.write(_MODEL, [([held[name]["id"]], {"description": text}) for name, text in texts.items() if text and name in held])
    client.delete(_MODEL, [held[name]["id"] for name, text in texts.items() if not text and name in held])


def _held(place: Place, table: str, store: str | None, names: Sequence[str] | None) -> list[Record]:
    ours, fields = ["resource", "=", _resource(place, table, store)], ["name", "description"]
    if names is None:
        return place.client.rows(_MODEL, [ours, ["name", "like", f"{_kind(table)}/%"]], fields)
    return [row for part in parts(names, READ_AT_ONCE) for row in place.client.rows(_MODEL, [ours, ["name", "in", list(part)]], fields)]


def _resource(place: Place, table: str, store: str | None) -> str:
    if ERP_TABLES[table].per_store:
        return f"stock.location,{place.store(store or '').warehouse}"
    return f"company.company,{place.company['id']}"


def _kind(table: str) -> str:
    return "ticket" if table in _TICKET else table


def _name(table: str, key: Key) -> str:
    """One attachment per ticket, else per row; a slash in a code is written %2F, so that names stay unique."""
    own = key[1:] if ERP_TABLES[table].per_store else key
    shown = own[:1] if table in _TICKET else own
    return "/".join([_kind(table), *(str(part).replace("%", "%25").replace("/", "%2F") for part in shown)])


def _content(record: Record) -> Content:
    content: Content = json.loads(record["description"] or "{}")
    return content


def _text(content: Mapping[str, Mapping[Key, Row]]) -> str:
    """Rows by key as JSON, values as text; empty without rows."""
    told = {
        table: [{name: written(value) for name, value in rows[key].items()} for key in sorted(rows)]
        for table, rows in content.items()
        if rows
    }
    return json.dumps(told, ensure_ascii=False) if told else ""


def _typed(table: str, row: Mapping[str, str | None]) -> dict[str, Any]:
    return {column.name: canonical(column, row.get(column.name)) for column in ERP_TABLES[table].columns}


ATTACHED = (Group(("item_pack",), _read, _put), Group(("coupon_item",), _read, _put), Group(_TICKET, _read, _put))
"""Packs, coupons' items, sales history."""
