"""Opening stock: draft stock moves from the opening location at their unit cost, and their value as a draft opening entry.

An inventory of Tryton's takes one cost of a product for all stores; a move from outside carries its own, and the ERP averages them
when the moves are done. Negative stock is a move the other way. People do the moves and post the entry when they open for business.

Belongs here: the table `opening_stock`. Does not belong here: the entry (`entries.py`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from migration_pipeline.loaded.targets.tryton.entries import Spot, lines_of, put_lines
from migration_pipeline.loaded.targets.tryton.names import STOCK
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Group, Key, Row, by_key, parts_by_store
from migration_pipeline.loaded.targets.tryton.rpc import READ_AT_ONCE, Record, parts
from migration_pipeline.runtime.errors import RefusedError

_MODEL = "stock.move"


def _read(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    rows: list[Row] = []
    for code in place.some_stores(store):
        wanted = None if keys is None else [key for key in keys if key[0] == code]
        values = {line["description"]: -line["amount"] for line in _values(place, code, wanted)}
        for (warehouse, item), move in _moves(place, code, None if wanted is None else [key[2] for key in wanted]).items():
            figures = {"quantity": move["signed"], "unit_cost": move["unit_price"], "value": values.get(f"{warehouse}/{item}")}
            rows.append({"store_code": code, "warehouse_code": warehouse, "item_code": item, **figures})
    return by_key(table, rows)


def _moves(place: Place, store: str, items: Sequence[str] | None) -> dict[tuple[str, str], Record]:
    """(warehouse, item) -> its opening move, with `signed`: the quantity that it brings."""
    warehouse = {number: code for code, number in place.store(store).locations.items()}
    fields = ["product.code", "quantity", "unit_price", "from_location", "to_location"]
    inside, outside = list(warehouse), place.opening_location
    ours = [
        "OR",
        [["from_location", "=", outside], ["to_location", "in", inside]],
        [["from_location", "in", inside], ["to_location", "=", outside]],
    ]
    found = (
        place.client.rows(_MODEL, [ours, ["state", "!=", "cancelled"]], fields)
        if items is None
        else place.client.rows_among(_MODEL, "product.code", items, fields, ours, ["state", "!=", "cancelled"])
    )
    moves: dict[tuple[str, str], Record] = {}
    for move in found:
        comes = move["to_location"] in warehouse
        place_code = warehouse[move["to_location"] if comes else move["from_location"]]
        moves.setdefault((place_code, move["product."]["code"]), move | {"signed": move["quantity"] if comes else -move["quantity"]})
    return moves


def _values(place: Place, store: str, keys: Sequence[Key] | None) -> list[Record]:
    account = [place.accounts[STOCK]]
    if keys is None:
        return lines_of(place, store, account)
    words = [f"{warehouse}/{item}" for _, warehouse, item in keys]
    return [line for part in parts(words, READ_AT_ONCE) for line in lines_of(place, store, account, ["description", "in", list(part)])]


def _put(place: Place, changes: Sequence[Change]) -> None:
    for store, part in parts_by_store(changes).items():
        _put_moves(place, store, part)
        account = place.accounts[STOCK]
        held = {Spot(account, None, line["description"]): line for line in _values(place, store, [change.key for change in part])}
        amounts = {
            Spot(account, None, f"{change.key[1]}/{change.key[2]}"): None if change.after is None else -change.after["value"]
            for change in part
        }
        put_lines(place, store, amounts, held)


def _put_moves(place: Place, store: str, changes: Sequence[Change]) -> None:
    """A move that changes is made anew: its direction may be another."""
    held = _moves(place, store, [change.key[2] for change in changes])
    own = [change for change in changes if (change.key[1], change.key[2]) in held]
    place.client.delete(_MODEL, [held[change.key[1], change.key[2]]["id"] for change in own])
    kept = [change for change in changes if change.after is not None]
    codes = [change.key[2] for change in kept]
    products = {row["code"]: row for row in place.client.rows_among("product.product", "code", codes, ["code", "template.default_uom"])}
    place.client.create(_MODEL, [_move(place, store, change.after or {}, products) for change in kept])


def _move(place: Place, store: str, row: Row, products: dict[str, Record]) -> Record:
    locations = place.store(store).locations
    if row["warehouse_code"] not in locations or row["item_code"] not in products:
        missing = f"location {row['warehouse_code']}" if row["warehouse_code"] not in locations else f"product {row['item_code']}"
        raise RefusedError(f"Tryton has no {missing}", where="Tryton", fix="load what the row refers to first")
    ends = [place.opening_location, locations[row["warehouse_code"]]]
    source, goal = ends if row["quantity"] >= 0 else reversed(ends)
    product = products[row["item_code"]]
    return {
        "company": place.company["id"],
        "product": product["id"],
        "unit": product["template."]["default_uom"],
        "quantity": abs(row["quantity"]),
        "from_location": source,
        "to_location": goal,
        "unit_price": row["unit_cost"],
        "currency": place.company["currency"],
        "planned_date": datetime.now(UTC).date(),
    }


OPENING_STOCK = Group(("opening_stock",), _read, _put)
"""Opening stock."""
