"""Who owns a record: over the stores in order, the first row of a thing is loaded, later ones are merged into it.

Belongs here: ownership, golden records and the expected content of the ERP. Does not belong here: rows' own defects.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from migration_pipeline.simulation.model import Row, StoreData, fixed

_KEYS = {"products": "product_code", "suppliers": "supplier_code", "members": "member_code"}


@dataclass
class Settlement:
    """What the chain's stores came to so far; feed them in processing order."""

    golden: dict[str, dict[str, dict[str, object]]] = field(default_factory=lambda: {name: {} for name in _KEYS})
    counts: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)

    def settle(self, data: StoreData) -> None:
        """Decide loaded or merged for every row that nothing is wrong with, and count what the ERP gets."""
        self._records("suppliers", data.plan.id, data.suppliers)
        self._records("products", data.plan.id, data.products)
        self._records("members", data.plan.id, data.members)
        _fold(data.stock)
        self._count(data)

    def _records(self, kind: str, store: str, rows: list[Row]) -> None:
        records = self.golden[kind]
        for row in rows:
            if row.reason != "loaded":
                continue
            key = [store, row.fields[_KEYS[kind]]]
            name = row.identity or ":".join(key)
            if name in records:
                row.reason = "same_record"
                keys = records[name]["keys"]
                assert isinstance(keys, list)  # noqa: S101 - tells the type checker what `_records` itself wrote
                keys.append(key)
            else:
                records[name] = {"id": name, "keys": [key]}

    def _count(self, data: StoreData) -> None:
        tickets = [header for header in data.headers() if header.reason == "loaded"]
        parts = {"opening_stock": data.stock, "tickets": tickets, "ticket_lines": data.lines(), "payments": data.payments()}
        for name, rows in parts.items():
            self.counts[name] += sum(row.reason == "loaded" for row in rows)
        self.totals["supplier_balance"] += _sum(data.suppliers, "money")
        self.totals["points"] += _sum(data.members, "points")
        self.totals["stored_value"] += _sum(data.members, "money")
        self.totals["stock_value"] += _sum(data.stock, "money")
        self.totals["stock_quantity"] += _sum(data.stock, "quantity")
        self.totals["ticket_total"] += _sum(tickets, "money")
        self.totals["line_amount"] += _sum(data.lines(), "money")
        self.totals["payment_amount"] += _sum(data.payments(), "money")

    def records(self) -> dict[str, list[dict[str, object]]]:
        """Golden records per kind, in the order in which the ERP gets them."""
        return {kind: list(found.values()) for kind, found in self.golden.items()}

    def erp(self) -> dict[str, object]:
        """Expected row counts and, as decimal strings, totals of the ERP."""
        counts = {"items": "products", "suppliers": "suppliers", "members": "members"}
        rows = {name: len(self.golden[kind]) for name, kind in counts.items()} | dict(self.counts)
        return rows | {name: fixed(value, 3 if name == "stock_quantity" else 2) for name, value in self.totals.items()}


def _sum(rows: Iterable[Row], measure: str) -> int:
    return sum(getattr(row, measure) for row in rows if row.reason in {"loaded", "same_record", "folded_stock"})


def _fold(stock: list[Row]) -> None:
    """Two codes of one item in one warehouse: the first row stands, the other is added to it."""
    seen: set[tuple[str, str]] = set()
    for row in stock:
        if row.reason != "loaded" or not row.identity:
            continue
        place = (row.fields["warehouse"], row.identity)
        if place in seen:
            row.reason = "folded_stock"
        seen.add(place)
