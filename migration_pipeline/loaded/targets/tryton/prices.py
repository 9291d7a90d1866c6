"""Prices per store: lines of the store's price lists, one list per column; the formula of a line is the price itself.

A store's own price that is missing is written `unit_price`: the price of the product, which is none.

Belongs here: the table `item_price`. Does not belong here: prices of packs (`attachments.py`).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from migration_pipeline.loaded.targets.tryton.names import PRICES
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Group, Key, Row, by_key, parts_by_store
from migration_pipeline.loaded.targets.tryton.rpc import Record

_MODEL = "product.price_list.line"
_NONE = "unit_price"


def _read(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    rows: list[Row] = []
    for code in place.some_stores(store):
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for line in _lines(place, code, None if keys is None else [item for of, item in keys if of == code]):
            formula = line["formula"]
            found[line["product."]["code"]].setdefault(line["column"], None if formula == _NONE else formula)
        rows += [{"store_code": code, "item_code": item, **prices} for item, prices in found.items()]
    return by_key(table, rows)


def _put(place: Place, changes: Sequence[Change]) -> None:
    for store, part in parts_by_store(changes).items():
        _put_store(place, store, part)


def _put_store(place: Place, store: str, changes: Sequence[Change]) -> None:
    lists = place.store(store).price_lists
    held = {(line["product."]["code"], line["column"]): line["id"] for line in _lines(place, store, [c.key[1] for c in changes])}
    products = place.demanded("product.product", [change.key[1] for change in changes if change.after is not None])
    wanted = {(change.key[1], column): formula for change in changes for column, formula in _formulas(change.after).items()}
    place.client.create(
        _MODEL,
        [
            {"price_list": lists[column], "product": products[item], "formula": formula}
            for (item, column), formula in wanted.items()
            if (item, column) not in held
        ],
    )
    place.client.write(_MODEL, [([held[line]], {"formula": formula}) for line, formula in wanted.items() if line in held])
    place.client.delete(_MODEL, [number for line, number in held.items() if line not in wanted])


def _formulas(row: Row | None) -> dict[str, str]:
    if row is None:
        return {}
    return {
        column: _NONE if row[column] is None else str(row[column]) for column in PRICES if column == PRICES[0] or row[column] is not None
    }


def _lines(place: Place, store: str, items: Sequence[str] | None) -> list[Record]:
    column = {number: name for name, number in place.store(store).price_lists.items()}
    fields, ours = ["price_list", "product.code", "formula"], ["price_list", "in", list(column)]
    found = (
        place.client.rows(_MODEL, [ours, ["product", "!=", None]], fields)
        if items is None
        else place.client.rows_among(_MODEL, "product.code", items, fields, ours)
    )
    return [line | {"column": column[line["price_list"]]} for line in found]


PRICES_OF_STORES = Group(("item_price",), _read, _put)
"""Prices per store."""
