"""A sale and a return by Tryton's own documents: quoted, confirmed, processed, and its shipment done.

Nothing of it can be deleted afterwards, so this is only for a copy. No invoice is made: a test sale needs no chart of taxes.
Belongs here: those documents. Does not belong here: loading (`engine.py`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rpc import Client, Record
from migration_pipeline.runtime.errors import RefusedError

_NEXT = {
    "stock.shipment.out": {"waiting": "assign_try", "assigned": "pack", "packed": "do"},
    "stock.shipment.out.return": {"draft": "receive", "received": "do"},
}
"""Document -> its state -> the button that brings it on; nothing is picked, as our stores hand goods over where they lie (`set_up.py`)."""
_CUSTOMER = "S2E trial"


@dataclass(frozen=True)
class TrytonSale:
    """Fulfils `loaded.own_sale.OwnSale`; `inside` is the location that all of the store's lie in, `product` the item's record."""

    place: Place
    store: str
    inside: int
    product: Record

    @classmethod
    def of(cls, client: Client, store: str, item: str) -> "TrytonSale":
        """Raises RefusedError without such a store or product."""
        place = Place(client)
        found = client.rows("product.product", [["code", "=", item]], ["code", "template.default_uom"])
        if not found:
            raise RefusedError(f"Tryton has no product {item}", where="Tryton", fix="load it first")
        house = client.call("model.stock.location.read", [place.store(store).warehouse], ["storage_location"])[0]
        return cls(place, store, house["storage_location"], found[0])

    def open(self) -> Decimal:
        """The draft moves from the opening location are done."""
        inside = list(self.place.store(self.store).locations.values())
        wanted = [["product", "=", self.product["id"]], ["to_location", "in", inside], ["state", "=", "draft"]]
        moves = [move["id"] for move in self.place.client.rows("stock.move", wanted, ["id"])]
        if moves:
            self._push("stock.move.do", moves)
        return self._has()

    def sell(self, units: Decimal) -> Decimal:
        """A sale of one line at one, by a customer made for it."""
        client, place = self.place.client, self.place
        party = client.create("party.party", [{"name": _CUSTOMER, "addresses": [["create", [{"street": _CUSTOMER}]]]}])[0]
        address = client.rows("party.address", [["party", "=", party]], ["id"])[0]["id"]
        line = {"type": "line", "product": self.product["id"], "unit": self.product["template."]["default_uom"]}
        sale: Record = {
            "company": place.company["id"],
            "currency": place.company["currency"],
            "party": party,
            "invoice_address": address,
            "shipment_address": address,
            "warehouse": place.store(self.store).warehouse,
            "sale_date": datetime.now(UTC).date(),
            "invoice_method": "manual",
            "shipment_method": "order",
            "lines": [["create", [line | {"quantity": units, "unit_price": Decimal("1.0000")}]]],
        }
        made = client.call("model.sale.sale.create", [sale], context=self._context)
        for button in ("quote", "confirm", "process"):
            self._push(f"sale.sale.{button}", made)
        done = client.call("model.sale.sale.read", made, ["shipments", "shipment_returns"], context=self._context)[0]
        self._ship("stock.shipment.out", done["shipments"])
        self._ship("stock.shipment.out.return", done["shipment_returns"])
        return self._has()

    def _ship(self, model: str, ids: list[int]) -> None:
        """Button after button until it is done; one that does not bring it on is a refusal."""
        before = ""
        while ids and (state := self.place.client.call(f"model.{model}.read", ids, ["state"])[0]["state"]) != "done":
            if state == before or state not in _NEXT[model]:
                raise RefusedError(f"a shipment stays {state}", where="Tryton", fix="look whether the store has enough of the item")
            before = state
            self._push(f"{model}.{_NEXT[model][state]}", ids)

    def _push(self, button: str, ids: list[int]) -> None:
        self.place.client.confirmed(f"model.{button}", ids, context=self._context)

    def _has(self) -> Decimal:
        context = {"locations": [self.inside], "with_childs": True}
        found = self.place.client.call("model.product.product.read", [self.product["id"]], ["quantity"], context=context)
        return Decimal(found[0]["quantity"]).quantize(Decimal("0.001"))

    @property
    def _context(self) -> Record:
        return {"company": self.place.company["id"]}
