"""Defects of tables that only some systems have: packs, ledgers of points and stored value, what the general ledger owes.

Belongs here: one function per kind. Does not belong here: kinds of the other tables (`chain_plants_own.py`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from migration_pipeline.simulation.chain_plants import Hand, Maker, cells, mark
from migration_pipeline.simulation.defect_kinds import Defect
from migration_pipeline.simulation.model import Row, fixed, money_of


def _product_of(hand: Hand, row: Row) -> Row:
    return next(product for product in hand.data.products if product.fields["product_code"] == row.fields["product_code"])


def _two_ratios(hand: Hand, defect: Defect) -> bool:
    """Both rows are doubtful, and both are rejected."""
    row = hand.row("packs")
    if row is None:
        return False
    twin = row.but("loaded", ratio="12")
    hand.append("packs", twin)
    mark(row, defect)
    mark(twin, defect)
    return True


def _points_off(hand: Hand, defect: Defect) -> bool:
    return _balance_off(hand, defect, "points")


def _value_off(hand: Hand, defect: Defect) -> bool:
    return _balance_off(hand, defect, "stored_principal")


def _balance_off(hand: Hand, defect: Defect, column: str) -> bool:
    """A card says another balance than its ledger comes to."""
    if not hand.cards:
        return False
    card = hand.cards.pop()
    card.fields[column] = fixed(money_of(card, column) + 100, 2)
    mark(card, defect)
    return True


def _liability_off(hand: Hand, defect: Defect) -> bool:
    """The general ledger owes less than the cards hold: once per store."""
    (row,) = hand.data.extra["liabilities"]
    if row.defect:
        return False
    row.fields["principal"] = fixed(money_of(row, "principal") - 100, 2)
    mark(row, defect)
    return True


OF_EXTRAS: Mapping[str, tuple[str, Maker]] = MappingProxyType(
    {
        "pack barcode on a single": ("packs", cells("packs", lambda hand, row: {"barcode": _product_of(hand, row).fields["barcode"]})),
        "pack in the base unit": ("packs", cells("packs", lambda hand, row: {"unit": _product_of(hand, row).fields["unit"]})),
        "two ratios of one pack": ("packs", _two_ratios),
        "points other than their ledger": ("point_entries", _points_off),
        "stored value other than its ledger": ("stored_value_entries", _value_off),
        "stored value without liability": ("liabilities", _liability_off),
    }
)
"""As `OWN` of `chain_plants_own.py`, which has these as well."""
