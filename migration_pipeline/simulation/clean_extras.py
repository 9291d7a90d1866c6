"""What only some systems have: taxes of sales, packs, coupons, ledgers of points and stored value, and what the general ledger owes.

Belongs here: such rows and cells of a store without defects, fitting to its products and members. Does not belong here: the store itself
(`clean_chain.py`).
"""

from collections.abc import Iterable

from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.simulation.identifiers import gtin14
from migration_pipeline.simulation.model import Row, StoreData, Ticket, fixed, half_away, money_of

_MANY = 40
_CARDS = 20
_NOT_OWED = {Outcome.EXCLUDED, Outcome.MERGED}


def extras(products: Iterable[Row], cards: list[Row]) -> dict[str, list[Row]]:
    """Table -> rows: a pack and a coupon each of some products, two entries each of some cards."""
    packed = [row for row in products if row.fields["barcode"]][:_MANY]
    return {
        "packs": [_pack(row) for row in packed],
        "coupons": [_coupon(place, row) for place, row in enumerate(packed)],
        "point_entries": [entry for card in cards[:_CARDS] for entry in _points(card)],
        "stored_value_entries": [entry for card in cards[:_CARDS] for entry in _values(card)],
    }


def with_ledger(cards: list[Row]) -> list[Row]:
    """The cards that `extras` made entries for."""
    return cards[:_CARDS]


def owed(data: StoreData) -> Row:
    """What the general ledger says: the sum of all cards that are not excluded or merged, rejected ones too."""
    cards = [row for row in data.members if REASONS[row.reason].outcome not in _NOT_OWED]
    sums = {name: fixed(sum(money_of(row, f"stored_{name}") for row in cards), 2) for name in ("principal", "bonus")}
    return Row({"account": "2203", **sums}, reason="kept_as_evidence")


def add_taxes(tickets: Iterable[Ticket]) -> None:
    """13 % in every amount, on lines and tickets."""
    for ticket in tickets:
        taxes = [half_away(line.money * 13, 113) for line in ticket.lines]
        for line, tax in zip(ticket.lines, taxes, strict=True):
            line.fields.update(tax_rate="13", tax_amount=fixed(tax, 2))
        ticket.header.fields["tax"] = fixed(sum(taxes), 2)


def _pack(product: Row) -> Row:
    barcode = gtin14(f"1{product.fields['barcode'][:12]}")
    return Row({"product_code": product.fields["product_code"], "unit": "CASE", "ratio": "24", "barcode": barcode, "sell_price": "80.00"})


def _coupon(place: int, product: Row) -> Row:
    valid = {"status": "issued", "valid_from": "2025-01-01", "valid_until": "2099-12-31 23:59:59.997"}
    return Row({"coupon_code": f"C{place + 1:03d}", "product_code": product.fields["product_code"], "campaign": "A1", **valid})


def _points(card: Row) -> list[Row]:
    parts = [money_of(card, "points") + 500, -500]
    return [_entry(card, day, points=fixed(part, 2)) for day, part in enumerate(parts, 1)]


def _values(card: Row) -> list[Row]:
    principal, bonus = money_of(card, "stored_principal"), money_of(card, "stored_bonus")
    parts = [(principal + 3000, bonus), (-3000, 0)]
    return [_entry(card, day, principal=fixed(one, 2), bonus=fixed(other, 2)) for day, (one, other) in enumerate(parts, 1)]


def _entry(card: Row, day: int, **amounts: str) -> Row:
    fields = {"member_code": card.fields["member_code"], "at": f"2026-01-0{day} 10:00:00", **amounts}
    return Row(fields, reason="kept_as_evidence")
