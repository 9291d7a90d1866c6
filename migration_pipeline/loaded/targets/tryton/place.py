"""Where things are in one Tryton database: ids of what was set up, and of what is made on first use (categories, taxes, regions).

Belongs here: finding ids, making the small shared records that rows name by their words. Does not belong here: rows (`parties.py` ...).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from migration_pipeline.loaded.targets.tryton.names import OPENING_LOCATION, PRICES, journal_code, price_list_name
from migration_pipeline.loaded.targets.tryton.rpc import Client, Record
from migration_pipeline.runtime.errors import BadInputError, RefusedError


@dataclass(frozen=True)
class StorePlace:
    """Ids of one store: its Tryton warehouse, opening journal, storage location and price lists by code or column."""

    warehouse: int
    name: str
    journal: int
    locations: Mapping[str, int]
    location_names: Mapping[str, str]
    price_lists: Mapping[str, int]


@dataclass(frozen=True)
class Place:
    """One database, with the ids that were looked up in it so far."""

    client: Client
    _ids: dict[tuple[str, object], int] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def company(self) -> Record:
        """The company: `id`, `currency`, `party.`.

        Raises:
            BadInputError: Tryton was not set up.
        """
        found = self.client.rows("company.company", [], ["currency", "currency.code", "party.code", "party.name"])
        if not found:
            raise BadInputError("Tryton has no company yet", where="Tryton", fix="run the migration's set-up first")
        return found[0]

    @cached_property
    def stores(self) -> dict[str, StorePlace]:
        """All stores by code."""
        journals = self.client.rows("account.journal", [["code", "like", journal_code("%")]], ["code"])
        journal_of = {row["code"].removeprefix(journal_code("")): row["id"] for row in journals}
        houses = self.client.rows_among(
            "stock.location", "code", list(journal_of), ["code", "name", "storage_location"], ["type", "=", "warehouse"]
        )
        inside = self.client.rows_among(
            "stock.location", "parent", [house["storage_location"] for house in houses], ["parent", "code", "name"]
        )
        lists = {row["name"]: row["id"] for row in self.client.rows("product.price_list", [], ["name"])}
        return {house["code"]: _store(house, journal_of[house["code"]], inside, lists) for house in houses}

    def store(self, code: str) -> StorePlace:
        """One store; raises BadInputError if it was not set up."""
        if code not in self.stores:
            raise RefusedError(f"Tryton has no store {code}", where="Tryton", fix="name it in migration.yaml")
        return self.stores[code]

    def some_stores(self, code: str | None) -> dict[str, StorePlace]:
        """One store, or all without a code; a store that was never set up is none."""
        return self.stores if code is None else {code: self.stores[code]} if code in self.stores else {}

    @cached_property
    def units(self) -> dict[str, int]:
        """Our units by code."""
        return {row["symbol"]: row["id"] for row in self.client.rows("product.uom", [["category.name", "like", "S2E %"]], ["symbol"])}

    def unit(self, code: str) -> int:
        """One unit; raises BadInputError if it was not set up."""
        if code not in self.units:
            raise RefusedError(f"Tryton has no unit {code}", where="Tryton", fix="use a unit of the vocabulary")
        return self.units[code]

    @cached_property
    def opening_location(self) -> int:
        """Where opening stock comes from."""
        return self.one("stock.location", "code", OPENING_LOCATION)

    @cached_property
    def accounts(self) -> dict[str, int]:
        """Accounts by code; those without one are left out."""
        return {row["code"]: row["id"] for row in self.client.rows("account.account", [["code", "!=", None]], ["code"])}

    @cached_property
    def payable(self) -> int:
        """The account of what suppliers are owed."""
        found = self.client.call(
            "model.account.configuration.read", [1], ["default_account_payable"], context={"company": self.company["id"]}
        )
        return int(found[0]["default_account_payable"])

    def one(self, model: str, name: str, value: str) -> int:
        """The id of the record whose field has this value; raises BadInputError without one."""
        if (model, value) not in self._ids:
            found = self.client.rows(model, [[name, "=", value]], ["id"])
            if not found:
                raise RefusedError(f"Tryton has no {model} {value}", where="Tryton", fix="run the migration's set-up again")
            self._ids[model, value] = found[0]["id"]
        return self._ids[model, value]

    def category(self, model: str, name: str, above: str | None = None) -> int:
        """The id of a category by its name and that of the one above it; made on first use."""
        key = (model, (above, name))
        if key not in self._ids:
            parent = self.category(model, above) if above else None
            found = self.client.rows(model, [["name", "=", name], ["parent", "=", parent]], ["id"])
            self._ids[key] = found[0]["id"] if found else self.client.create(model, [{"name": name, "parent": parent}])[0]
        return self._ids[key]

    def ids(self, model: str, codes: Sequence[str]) -> dict[str, int]:
        """Ids by `code` of those records that are there."""
        wanted = sorted(set(codes))
        return {row["code"]: row["id"] for row in self.client.rows_among(model, "code", wanted, ["code"])}

    def demanded(self, model: str, codes: Sequence[str]) -> dict[str, int]:
        """As `ids`; raises BadInputError if one is missing: what a row names must be there."""
        found = self.ids(model, codes)
        for code in codes:
            if code not in found:
                raise RefusedError(f"Tryton has no {model} {code}", where="Tryton", fix="load what the row refers to first")
        return found


def _store(house: Record, journal: int, inside: Sequence[Record], lists: Mapping[str, int]) -> StorePlace:
    own = [row for row in inside if row["parent"] == house["storage_location"]]
    names = {column: price_list_name(house["code"], column) for column in PRICES}
    return StorePlace(
        house["id"],
        house["name"],
        journal,
        {row["code"]: row["id"] for row in own},
        {row["code"]: row["name"] for row in own},
        {column: lists[name] for column, name in names.items() if name in lists},
    )
