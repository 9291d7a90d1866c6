"""Setting up a Tryton database: company and currency, units, a warehouse per store, price lists. Repeatable: what is there stays.

Belongs here: that. Does not belong here: accounts (`set_up_accounts.py`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from migration_pipeline.loaded.protocol import CompanyRow, StoreRow
from migration_pipeline.loaded.targets.tryton.names import (
    OPENING_LOCATION,
    PRICES,
    journal_code,
    lost_and_found_code,
    price_list_name,
)
from migration_pipeline.loaded.targets.tryton.place import Place, StorePlace
from migration_pipeline.loaded.targets.tryton.rpc import Client, Record
from migration_pipeline.runtime.errors import BadInputError

_SAME_DIMENSION = {"G": ("KG", "1000", "0.001"), "ML": ("L", "1000", "0.001")}
"""Unit -> the unit of the same dimension, how many of it make one, what part of one it is. A box has no size of its own."""
_QUANTITY_DIGITS = 3


def set_up_company(client: Client, company: CompanyRow) -> int:
    """The company and its currency; the only company of the database. Returns how many records that changed.

    Raises:
        BadInputError: the database belongs to another company.
    """
    found = client.rows("company.company", [], ["party", "party.code", "party.name", "currency.code"])
    if not found:
        currency = client.create("currency.currency", [_currency(company.currency)])[0]
        party = client.create("party.party", [{"code": company.company_code, "name": company.name, "addresses": []}])[0]
        made = client.create("company.company", [{"party": party, "currency": currency}])[0]
        user = client.rows("res.user", [["login", "=", client.address.user]], ["id"])[0]["id"]
        client.write("res.user", [([user], {"companies": [["add", [made]]], "company": made})])
        return 1
    party = found[0]["party."]
    if party["code"] != company.company_code or found[0]["currency."]["code"] != company.currency:
        raise BadInputError(
            "the Tryton database belongs to another company", where="Tryton", fix="use a database of its own (`store2erp erp reset`)"
        )
    if party["name"] == company.name:
        return 0
    client.write("party.party", [([found[0]["party"]], {"name": company.name})])
    return 1


def set_up_units(client: Client, place: Place, units: Sequence[str]) -> int:
    """Units with three decimals, each a dimension of its own except grams and millilitres; returns how many were made."""
    missing = [unit for unit in sorted(units, key=lambda unit: unit in _SAME_DIMENSION) if unit not in place.units]
    for unit in missing:
        base, rate, factor = _SAME_DIMENSION.get(unit, (unit, "1", "1"))
        category = _dimension(client, base)
        client.create("product.uom", [_unit(unit, category, rate, factor)])
    return len(missing)


def set_up_stores(client: Client, place: Place, stores: Sequence[StoreRow]) -> int:
    """A Tryton warehouse, opening journal, lost-and-found location and price lists per store; returns how many records changed."""
    changed = _opening_location(client)
    for store in stores:
        held = place.stores.get(store.store_code)
        changed += _store_anew(client, place, store) if held is None else _store_again(client, store, held)
    return changed


def _currency(code: str) -> Record:
    return {"code": code, "name": code, "symbol": "¥" if code == "CNY" else code, "digits": 2, "rounding": Decimal("0.01")}


def _unit(unit: str, category: int, rate: str, factor: str) -> Record:
    return {
        "name": unit,
        "symbol": unit,
        "category": category,
        "rate": Decimal(rate),
        "factor": Decimal(factor),
        "digits": _QUANTITY_DIGITS,
        "rounding": Decimal("0.001"),
    }


def _dimension(client: Client, unit: str) -> int:
    name = f"S2E {unit}"
    found = client.rows("product.uom.category", [["name", "=", name]], ["id"])
    return int(found[0]["id"] if found else client.create("product.uom.category", [{"name": name}])[0])


def _opening_location(client: Client) -> int:
    if client.rows("stock.location", [["code", "=", OPENING_LOCATION]], ["id"]):
        return 0
    client.create("stock.location", [{"code": OPENING_LOCATION, "name": "Opening balance 期初", "type": "supplier"}])
    return 1


def _store_anew(client: Client, place: Place, store: StoreRow) -> int:
    storage, lost = client.create(
        "stock.location",
        [
            {"name": f"{store.name} storage", "type": "storage"},
            {"name": f"{store.name} lost and found", "code": lost_and_found_code(store.store_code), "type": "lost_found"},
        ],
    )
    house = client.create(
        "stock.location",
        [
            {
                "name": store.name,
                "code": store.store_code,
                "type": "warehouse",
                "input_location": storage,
                "output_location": storage,
                "storage_location": storage,
                "lost_found_location": lost,
            }
        ],
    )[0]
    client.write("stock.location", [([storage], {"parent": house})])
    _locations(client, storage, store.warehouses)
    company = place.company["id"]
    names = [price_list_name(store.store_code, column) for column in PRICES]
    client.create(
        "product.price_list",
        [{"name": name, "company": company, "tax_included": True, "unit": "product_default", "price": "list_price"} for name in names],
    )
    # last: a warehouse with this journal is a store, so a store half made is made again
    client.create("account.journal", [{"name": f"{store.name} opening 期初", "code": journal_code(store.store_code), "type": "general"}])
    return 1 + len(store.warehouses)


def _store_again(client: Client, store: StoreRow, held: StorePlace) -> int:
    renamed = held.name != store.name
    if renamed:
        client.write("stock.location", [([held.warehouse], {"name": store.name})])
    new = {code: name for code, name in store.warehouses.items() if code not in held.locations}
    other = {code: name for code, name in store.warehouses.items() if held.location_names.get(code, name) != name}
    if new:
        storage = client.call("model.stock.location.read", [held.warehouse], ["storage_location"])[0]["storage_location"]
        _locations(client, storage, new)
    client.write("stock.location", [([held.locations[code]], {"name": name}) for code, name in other.items()])
    return renamed + len(new) + len(other)


def _locations(client: Client, storage: int, warehouses: Mapping[str, str]) -> None:
    records = [{"name": name, "code": code, "type": "storage", "parent": storage} for code, name in warehouses.items()]
    client.create("stock.location", records)
