"""Items: product templates with one variant each; words as categories, the tax rate as an accounting category, spec as description.

Belongs here: the tables `item`, `item_barcode`. Does not belong here: prices (`prices.py`), stock (`opening_stock.py`).
"""

from collections.abc import Sequence
from types import MappingProxyType

from stdnum import ean

from migration_pipeline.loaded.targets.tryton.names import BRAND, CATEGORY, KIND, WEIGHED
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Group, Key, Row, by_key, swapped
from migration_pipeline.loaded.targets.tryton.rpc import Record
from migration_pipeline.loaded.targets.tryton.taxes import tax_category, tax_rates

_WORDS = MappingProxyType({"category": CATEGORY, "brand": BRAND, "kind": KIND})
_TEMPLATE = ("name", "type", "default_uom", "categories", "account_category")
_BARCODE = "product.identifier"


def _read_items(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    del store  # shared by all stores
    found = _products(place, None if keys is None else [key[0] for key in keys])
    templates = {row["id"]: row for row in place.client.rows_among("product.template", "id", [r["template"] for r in found], _TEMPLATE)}
    makers = place.client.rows_among("purchase.product_supplier", "template", list(templates), ["template", "party.code"])
    supplier = {row["template"]: row["party."]["code"] for row in reversed(makers)}
    words, rates = _words(place), tax_rates(place)
    unit = {number: code for code, number in place.units.items()}
    marked = place.category("product.category", WEIGHED)
    return by_key(
        table,
        [
            {
                "item_code": row["code"],
                "name": template["name"],
                "spec": row["description"],
                "unit_code": unit.get(template["default_uom"]),
                "weighed": marked in template["categories"],
                "status": "active" if row["active"] else "inactive",
                "tax_rate": rates.get(template["account_category"]),
                "supplier_code": supplier.get(template["id"]),
            }
            | dict(words[category] for category in template["categories"] if category in words)
            for row in found
            for template in [templates[row["template"]]]
        ],
    )


def _put_items(place: Place, changes: Sequence[Change]) -> None:
    client = place.client
    held = {row["code"]: row for row in _products(place, [change.key[0] for change in changes])}
    kept = {change.key[0]: change for change in changes if change.after is not None}
    suppliers = place.demanded("party.party", [c.after["supplier_code"] for c in kept.values() if c.after and c.after["supplier_code"]])
    client.create("product.template", [_new(place, c.after or {}, suppliers) for code, c in kept.items() if code not in held])
    again = {code: change for code, change in kept.items() if code in held}
    makers = client.rows_among("purchase.product_supplier", "template", [held[code]["template"] for code in again], ["template"])
    templates = [
        ([held[code]["template"]], _changed(place, c, suppliers, [m["id"] for m in makers if m["template"] == held[code]["template"]]))
        for code, c in again.items()
    ]
    variants = [([held[code]["id"]], _variant(c.after or {})) for code, c in again.items()]
    client.write("product.template", templates, despite_warnings=True)  # a store may still have what is no longer sold
    client.write("product.product", variants, despite_warnings=True)
    client.delete("product.template", [held[code]["template"] for code in held if code not in kept])


def _products(place: Place, codes: Sequence[str] | None) -> list[Record]:
    ours = ["template.categories", "child_of", [place.category("product.category", KIND)], "parent"]
    fields = ["code", "description", "active", "template"]
    if codes is None:
        return place.client.rows("product.product", [ours], fields)
    return place.client.rows_among("product.product", "code", codes, fields, ours)


def _words(place: Place) -> dict[int, tuple[str, str]]:
    above = {place.category("product.category", name): column for column, name in _WORDS.items()}
    found = place.client.rows_among("product.category", "parent", list(above), ["name", "parent"])
    return {row["id"]: (above[row["parent"]], row["name"]) for row in found}


def _variant(row: Row) -> Record:
    return {"description": row["spec"], "active": row["status"] == "active"}


def _common(place: Place, row: Row) -> Record:
    unit = place.unit(row["unit_code"])
    return {
        "name": row["name"],
        "type": "goods" if row["kind"] == "goods" else "service",
        "default_uom": unit,
        "sale_uom": unit,
        "purchase_uom": unit,
        "active": row["status"] == "active",
        "account_category": None if row["tax_rate"] is None else tax_category(place, row["tax_rate"]),
    }


def _new(place: Place, row: Row, suppliers: dict[str, int]) -> Record:
    return _common(place, row) | {
        "code": row["item_code"],
        "salable": True,
        "purchasable": True,
        "categories": [["add", _categories(place, row)]],
        "product_suppliers": [["create", _makers(row, suppliers, place)]],
        "products": [["create", [_variant(row)]]],
    }


def _changed(place: Place, change: Change, suppliers: dict[str, int], makers: list[int]) -> Record:
    """Only what differs: Tryton refuses the unit of a product that has stock moves, even if it is the same."""
    before, row = change.before, change.after or {}
    left = _categories(place, before) if before else []
    was = _common(place, before) if before else {}
    values = {name: value for name, value in _common(place, row).items() if name not in was or was[name] != value}
    values["categories"] = swapped(left, _categories(place, row))
    if before is None or before["supplier_code"] != row["supplier_code"]:
        values["product_suppliers"] = [["delete", makers[:1]], ["create", _makers(row, suppliers, place)]]
    return values


def _makers(row: Row, suppliers: dict[str, int], place: Place) -> list[Record]:
    code = row["supplier_code"]
    return [{"party": suppliers[code], "company": place.company["id"], "currency": place.company["currency"]}] if code else []


def _categories(place: Place, row: Row) -> list[int]:
    named = [place.category("product.category", row[column], above) for column, above in _WORDS.items() if row[column] is not None]
    return [*named, *([place.category("product.category", WEIGHED)] if row["weighed"] else [])]


def _read_barcodes(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    del store
    fields, types = ["code", "product.code"], ["type", "in", [None, "ean"]]
    found = (
        place.client.rows(_BARCODE, [types], fields)
        if keys is None
        else place.client.rows_among(_BARCODE, "code", [key[0] for key in keys], fields, types)
    )
    return by_key(table, [{"barcode": row["code"], "item_code": row["product."]["code"]} for row in found if row["product."]["code"]])


def _put_barcodes(place: Place, changes: Sequence[Change]) -> None:
    client = place.client
    held = {row["code"]: row["id"] for row in client.rows_among(_BARCODE, "code", [change.key[0] for change in changes], ["code"])}
    kept = {change.key[0]: change.after for change in changes if change.after is not None}
    products = place.demanded("product.product", [row["item_code"] for row in kept.values()])
    client.create(
        _BARCODE,
        [
            {
                "product": products[row["item_code"]],
                "code": code,
                "type": "ean" if ean.is_valid(code) and ean.compact(code) == code else None,
            }
            for code, row in kept.items()
            if code not in held
        ],
    )
    client.write(_BARCODE, [([held[code]], {"product": products[row["item_code"]]}) for code, row in kept.items() if code in held])
    client.delete(_BARCODE, [number for code, number in held.items() if code not in kept])


ITEMS = Group(("item",), _read_items, _put_items)
"""Items."""
BARCODES = Group(("item_barcode",), _read_barcodes, _put_barcodes)
"""Barcodes: Tryton lets several products have the same one, so the rows that are there are looked up first."""
