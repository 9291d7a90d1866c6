"""Defects planted many times in a clean store of the chain, each in rows of its own, each with what must be found there.

Belongs here: taking free rows, and planting whatever `defect_kinds.py` describes by cells of one row. Does not belong here: kinds whose
cells depend on other rows (`chain_plants_own.py`), which kinds go to which store (`defect_chain.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.simulation.clean_chain import quiet
from migration_pipeline.simulation.clean_extras import with_ledger
from migration_pipeline.simulation.defect_kinds import Defect
from migration_pipeline.simulation.identifiers import ean13
from migration_pipeline.simulation.model import Row, StoreData, Ticket
from migration_pipeline.simulation.one_defect import DATASET_OF, Fields, clean_tables

_KEYS = {"suppliers": "supplier_code", "products": "product_code", "members": "member_code"}
_ALIKE = ("weighed", "kind", "status")
_KNOWN_BY = {"products": ("barcode",), "members": ("phone", "name"), "suppliers": ("tax_id", "name")}
_SAME_MEANING = {"trimmed", "rewritten", "width_folded", "emoji"}
_OLDER = "2019-05-06 07:08:09"
_OF_TICKETS = ("tickets", "lines", "payments")
SAME_TICKET = ", same ticket"
"""Behind the kind, for the other rows of a ticket: reasons that follow from the defect may show there."""
Fits = Callable[[Row], bool]


@dataclass
class Hand:
    """The rows of one store that are still free.

    Attributes:
        free: suppliers, products, members, stock and the extra tables -> rows that nothing but stock refers to.
        cards: members with ledgers of points and stored value.
        sales, returns: whole tickets.
    """

    rng: Random
    data: StoreData
    free: dict[str, list[Row]] = field(default_factory=dict)
    sales: list[Ticket] = field(default_factory=list)
    returns: list[Ticket] = field(default_factory=list)
    cards: list[Row] = field(default_factory=list)
    _fresh: int = 0
    _strays: int = 0

    def __post_init__(self) -> None:
        self.cards = with_ledger(quiet(self.data.members)) if self.data.extra else []
        still = {row.fields["product_code"] for row in quiet(self.data.products)}
        self.free = {
            "suppliers": [row for row in self.data.suppliers if not row.identity],
            "products": quiet(self.data.products),
            "members": quiet(self.data.members)[len(self.cards) :],
            "stock": [row for row in self.data.stock if row.fields["product_code"] not in still],
            **{table: list(rows) for table, rows in self.data.extra.items()},
        }
        self.sales = [ticket for ticket in self.data.tickets if ticket.victim]
        self.returns = [ticket for ticket in self.data.tickets if ticket.header.fields["kind"] == "return"]
        for rows in (*self.free.values(), self.cards):
            self.rng.shuffle(rows)
        for tickets in (self.sales, self.returns):
            self.rng.shuffle(tickets)

    def row(self, table: str, fits: Fits = lambda _row: True) -> Row | None:
        """A free row of a table other than sales."""
        found = next((row for row in self.free[table] if fits(row)), None)
        if found is not None:
            self.free[table] = [row for row in self.free[table] if row is not found]
        return found

    def ticket(self, fits: Callable[[Ticket], bool] = lambda _ticket: True, *, back: bool = False) -> Ticket | None:
        """A free sale, or return."""
        pool = self.returns if back else self.sales
        found = next((ticket for ticket in pool if fits(ticket)), None)
        if found is not None:
            pool[:] = [ticket for ticket in pool if ticket is not found]
        return found

    def rows(self, table: str, count: int) -> list[Row]:
        """So many free rows of a table, or none."""
        taken, self.free[table] = self.free[table][:count], self.free[table][count:]
        return taken if len(taken) == count else []

    def fresh(self) -> int:
        """A number nobody in this store has."""
        self._fresh += 1
        return self._fresh

    def stray(self) -> str:
        """A ticket number far from all others, so that it leaves no gap."""
        self._strays += 1
        return f"99{self.data.plan.number:03d}{self._strays * 10_000 + 9999:06d}"

    def fresh_ean(self) -> str:
        """A valid EAN-13 that nobody in the chain has."""
        return ean13(f"6977{self.data.plan.number:03d}{self.fresh():05d}")

    def append(self, table: str, row: Row) -> None:
        """Put a row at the end of its table."""
        rows: Mapping[str, list[Row]] = {
            "suppliers": self.data.suppliers, "products": self.data.products, "members": self.data.members, "stock": self.data.stock,
            "lines": self.data.orphan_lines, "payments": self.data.orphan_payments, **self.data.extra,
        }  # fmt: skip
        if table == "tickets":
            self.data.tickets.append(Ticket(row, [], [], victim=False))
        else:
            rows[table].append(row)


Maker = Callable[[Hand, Defect], bool]
"""Plants a defect once; False if the store has no free row for it."""


def mark(row: Row, defect: Defect, ticket: Ticket | None = None) -> None:
    """Say what must become of a row, and of the rest of its ticket."""
    for other in ticket.rows() if ticket else ():
        other.defect = defect.kind + SAME_TICKET
    row.defect, row.finds = defect.kind, defect.reason
    outcome = REASONS[defect.reason].outcome if defect.reason else None
    if outcome is None:
        return
    if ticket is not None:
        ticket.mark("ticket_rejected" if outcome is Outcome.REJECTED else defect.reason)
    row.reason = defect.reason


def cells(table: str, made: Callable[[Hand, Row], dict[str, str]]) -> Maker:
    """A maker that changes cells of one free row."""

    def plant(hand: Hand, defect: Defect) -> bool:
        row = hand.row(table)
        if row is None:
            return False
        change(row, table, made(hand, row))
        mark(row, defect)
        return True

    return plant


def is_plain(defect: Defect) -> bool:
    """Whether the defect is a matter of some cells of one row."""
    plant = defect.plant
    if plant is None or plant.rewrite or plant.drops or plant.reading or plant.elsewhere or plant.encode is not str.encode:
        return False
    return len(plant.changes) + len(plant.copies) == 1 and plant.table in DATASET_OF


def plant_plain(hand: Hand, defect: Defect) -> bool:
    """Plant such a defect once; False if no free row of the store can take it."""
    assert defect.plant is not None  # noqa: S101 - the caller asked `is_plain`
    table, small = defect.plant.table, clean_tables()[defect.plant.table]
    if defect.plant.copies:
        ((place, cells),) = defect.plant.copies
        return _copy(hand, defect, table, small[place], cells)
    ((place, cells),) = defect.plant.changes.items()
    if table in _OF_TICKETS:
        return _change_in_ticket(hand, defect, table, small[place], cells)
    row = hand.row(table, lambda row: _alike(row, small[place], cells))
    if row is None:
        return False
    identity = row.identity
    change(row, table, _adapted(hand, row, small[place], cells))
    row.identity = identity if defect.reason in _SAME_MEANING else row.identity
    mark(row, defect)
    return True


def change(row: Row, table: str, cells: Mapping[str, str]) -> None:
    """Other texts in a row; if they were what other stores recognise it by, they no longer do."""
    row.fields.update(cells)
    if set(cells) & set(_KNOWN_BY.get(table, ())):
        row.identity = ""


def _change_in_ticket(hand: Hand, defect: Defect, table: str, small: Fields, cells: Fields) -> bool:
    back = small.get("kind") == "return"
    ticket = hand.ticket(lambda ticket: any(_alike(row, small, cells) for row in _part(ticket, table)), back=back)
    if ticket is None:
        return False
    row = next(row for row in _part(ticket, table) if _alike(row, small, cells))
    row.fields.update(_adapted(hand, row, small, cells))
    mark(row, defect, ticket)
    return True


def _part(ticket: Ticket, table: str) -> list[Row]:
    return {"tickets": [ticket.header], "lines": ticket.lines, "payments": ticket.payments}[table]


def _copy(hand: Hand, defect: Defect, table: str, small: Fields, cells: Fields) -> bool:
    if table in _OF_TICKETS:
        return _copy_of_sale(hand, defect, table, cells)
    row = hand.row(table, lambda row: _alike(row, small, cells))
    if row is None:
        return False
    twin = _twin(hand, row, _KEYS.get(table, ""), cells, _adapted(hand, row, small, cells))
    if twin is None:
        return False
    hand.append(table, twin)
    mark(twin, defect)
    return True


def _twin(hand: Hand, row: Row, key: str, cells: Fields, fields: Fields) -> Row | None:
    """A copy under a key of its own, or an older one of the same key; None where both keys would be the same by chance."""
    if not key:
        return row.but(row.reason, **fields)
    if key not in cells:
        return row.but("duplicate_key", **{**fields, "updated_at": _OLDER})
    if fields[key] == row.fields[key]:
        return None
    if fields[key] == cells[key]:
        fields[key] = f"{row.fields[key]}9{hand.fresh():02d}"
    twin = row.but("loaded", **fields)
    twin.identity = ""
    return twin


def _copy_of_sale(hand: Hand, defect: Defect, table: str, cells: Fields) -> bool:
    ticket = hand.ticket(lambda ticket: ticket.header.fields["rounding"] == "0.00")
    if ticket is None:
        return False
    alone = {"ticket_no": hand.stray()} if "ticket_no" in cells else {}
    twin = _part(ticket, table)[0].but("loaded", **{**cells, **alone})
    hand.append(table, twin)
    mark(twin, defect, None if alone else ticket)
    return True


def _alike(row: Row, small: Fields, cells: Fields) -> bool:
    """Rows of the kind the defect was made for, with something where it changes something."""
    same = all(row.fields.get(name, "") == small[name] for name in _ALIKE if name in small)
    return same and all(bool(row.fields.get(name)) or not small.get(name) or name not in row.fields for name in cells)


def _adapted(hand: Hand, row: Row, small: Fields, cells: Fields) -> Fields:
    """The cells of the small store, where they are made of what stood there, made of what stands here."""
    return {name: _one(hand, name, text, small.get(name, ""), row.fields.get(name, "")) for name, text in cells.items()}


def _one(hand: Hand, name: str, text: str, small: str, here: str) -> str:
    if len(small) > 2 and text != small and small in text:
        return text.replace(small, here)
    if text == f"-{small}":
        return f"-{here}"
    if small and text != small and text.lower() == small.lower():
        return here.lower()
    if name == "barcode" and text.startswith("69") and len(text) == 13 and ean13(text[:12]) == text:
        return hand.fresh_ean()
    return text
