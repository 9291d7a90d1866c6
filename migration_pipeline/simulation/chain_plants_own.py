"""Defects of the chain whose cells depend on other rows: how to plant each once.

Belongs here: one function per kind. Does not belong here: kinds that some cells of one row describe (`chain_plants.py`).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from migration_pipeline.simulation.chain_plants import Hand, Maker, cells, change, mark
from migration_pipeline.simulation.chain_plants_extras import OF_EXTRAS
from migration_pipeline.simulation.clean_chain import add_money
from migration_pipeline.simulation.clean_extras import add_taxes
from migration_pipeline.simulation.defect_kinds import Defect
from migration_pipeline.simulation.identifiers import ean13, gtin14
from migration_pipeline.simulation.model import Row, Ticket, fixed, money_of, quantity_text

_FEWEST = 10


def _broken(code: str) -> str:
    return f"{code[:3]}\n{code[3:]}"


def _prices(_hand: Hand, row: Row) -> dict[str, str]:
    return {name: fixed(money_of(row, name) * 100, 2) for name in ("sell_price", "member_price")}


def _header(hand: Hand, defect: Defect) -> bool:
    """The total says another sum than lines and payments."""
    ticket = hand.ticket()
    if ticket is None:
        return False
    mark(ticket.header, defect, ticket)
    add_money(ticket.header, "total", 1)
    return True


def _tender(hand: Hand, defect: Defect) -> bool:
    """A payment lacks a cent; the header bears the reason."""
    ticket = hand.ticket()
    if ticket is None:
        return False
    mark(ticket.header, defect, ticket)
    add_money(ticket.payments[-1], "amount", -1)
    return True


def _method(hand: Hand, defect: Defect) -> bool:
    ticket = hand.ticket()
    if ticket is None:
        return False
    mark(ticket.payments[0], defect, ticket)
    ticket.payments[0].fields["method"] = "比特币"
    return True


def _orphan_customer(hand: Hand, defect: Defect) -> bool:
    ticket = hand.ticket()
    if ticket is None:
        return False
    mark(ticket.header, defect)
    ticket.header.fields["member_code"] = f"9999{hand.fresh():05d}"
    return True


def _more_than_sold(hand: Hand, defect: Defect) -> bool:
    ticket = hand.ticket(back=True)
    if ticket is None:
        return False
    mark(ticket.header, defect, ticket)
    line = ticket.lines[0]
    more = 2 * line.money
    line.quantity *= 3
    line.fields["quantity"] = quantity_text(line.quantity)
    for row, column in ((line, "amount"), (ticket.header, "total"), (ticket.payments[0], "amount")):
        add_money(row, column, more)
    if "tax" in ticket.header.fields:
        add_taxes([ticket])
    return True


def _well_sold(hand: Hand) -> Counter[str]:
    """Lines per product, of free and taken tickets alike."""
    return Counter(line.fields["product_code"] for ticket in hand.data.tickets for line in ticket.lines)


def _fen_for_yuan(hand: Hand, defect: Defect) -> bool:
    sold = _well_sold(hand)
    return _in_line(hand, defect, lambda line: sold[line.fields["product_code"]] >= _FEWEST, _a_hundredfold)


def _a_hundredfold(line: Row) -> None:
    line.fields["unit_price"] = fixed(money_of(line, "unit_price") * 100, 2)


def _fraction(hand: Hand, defect: Defect) -> bool:
    sold = _well_sold(hand)
    odd = {line.fields["product_code"] for ticket in hand.data.tickets for line in ticket.lines if line.quantity % 1000}

    def fits(line: Row) -> bool:
        code = line.fields["product_code"]
        return sold[code] >= _FEWEST and code not in odd

    return _in_line(hand, defect, fits, _a_half_more)


def _a_half_more(line: Row) -> None:
    line.quantity += 500
    line.fields["quantity"] = quantity_text(line.quantity)


def _in_line(hand: Hand, defect: Defect, fits: Callable[[Row], bool], spoil: Callable[[Row], None]) -> bool:
    ticket = hand.ticket(lambda ticket: any(fits(line) for line in ticket.lines))
    if ticket is None:
        return False
    line = next(line for line in ticket.lines if fits(line))
    spoil(line)
    mark(line, defect, ticket)
    return True


def _repeated_line(hand: Hand, defect: Defect) -> bool:
    """The second line becomes like the first, and the ticket still adds up."""

    def fits(ticket: Ticket) -> bool:
        return len(ticket.lines) > 1 and len(ticket.payments) == 1 and ticket.lines[0].money > ticket.lines[1].money

    ticket = hand.ticket(fits)
    if ticket is None:
        return False
    first, second = ticket.lines[:2]
    more = first.money - second.money
    second.fields.update({**first.fields, "line_no": second.fields["line_no"]})
    second.money, second.quantity = first.money, first.quantity
    add_money(ticket.header, "total", more)
    add_money(ticket.payments[-1], "amount", more)
    if "tax" in ticket.header.fields:
        add_taxes([ticket])
    mark(second, defect)
    return True


def _gap(hand: Hand, defect: Defect) -> bool:
    """All tickets from one on have the next number, so that one is missing before it."""
    own = [other for other in hand.data.tickets if other.lines]
    middle = {id(other) for other in own[_FEWEST:-_FEWEST]}
    ticket = hand.ticket(lambda ticket: id(ticket) in middle)
    if ticket is None:
        return False
    later = own[next(place for place, other in enumerate(own) if other is ticket) :]
    old = [other.header.fields["ticket_no"] for other in later]
    numbers = {number: f"{number[:-5]}{int(number[-5:]) + 1:05d}" for number in old}
    for row in (row for other in hand.data.tickets for row in other.rows()):
        for name in ("ticket_no", "original_ticket_no"):
            if row.fields.get(name) in numbers:
                row.fields[name] = numbers[row.fields[name]]
    mark(ticket.header, defect)
    return True


def _tax_off(hand: Hand, defect: Defect) -> bool:
    ticket = hand.ticket()
    if ticket is None:
        return False
    ticket.header.fields["tax"] = fixed(money_of(ticket.header, "tax") + 100, 2)
    mark(ticket.header, defect, ticket)
    return True


def _earlier(hand: Hand, table: str, fits: Callable[[Row, Row], bool]) -> tuple[Row, Row] | None:
    """Two free rows, the earlier one first."""
    places = {id(row): place for place, row in enumerate(getattr(hand.data, table))}
    for one in hand.free[table]:
        later = hand.row(table, lambda row, one=one: row is not one and places[id(one)] < places[id(row)] and fits(one, row))  # type: ignore[misc]
        if later is not None:
            hand.free[table] = [row for row in hand.free[table] if row is not one]
            return one, later
    return None


def _shared_barcode(hand: Hand, defect: Defect) -> bool:
    """The ERP takes both for one product, as it is told; the rule is what makes somebody look."""

    def strangers(one: Row, other: Row) -> bool:
        return bool(one.identity and other.identity) and not set(one.fields["name"]) & set(other.fields["name"])

    pair = _earlier(hand, "products", strangers)
    return pair is not None and _as(pair, "products", defect, "barcode")


def _written_plainly(card: Row) -> bool:
    return not card.fields["phone"].startswith("+")


def _shared_phone(hand: Hand, defect: Defect) -> bool:
    pair = _earlier(hand, "members", lambda one, other: _written_plainly(one) and one.fields["name"] != other.fields["name"])
    return pair is not None and _as(pair, "members", defect, "phone", known=False)


def _several_cards(hand: Hand, defect: Defect) -> bool:
    def both_active(one: Row, other: Row) -> bool:
        return _written_plainly(one) and one.fields["status"] == other.fields["status"] == "active"

    pair = _earlier(hand, "members", both_active)
    return pair is not None and _as(pair, "members", defect, "phone", "name")


def _shared_tax_id(hand: Hand, defect: Defect) -> bool:
    """Two codes of one supplier: the later one is merged into the earlier."""
    pair = _earlier(hand, "suppliers", lambda _one, _other: True)
    if pair is None:
        return False
    pair[0].identity = f"tax:{pair[0].fields['tax_id']}"
    return _as(pair, "suppliers", defect, "tax_id")


def _as(pair: tuple[Row, Row], table: str, defect: Defect, *columns: str, known: bool = True) -> bool:
    one, other = pair
    change(other, table, {column: one.fields[column] for column in columns})
    other.identity = one.identity if known else ""
    mark(other, defect)
    if defect.reason == "same_record":
        other.reason = "loaded"  # settling decides which of them owns the record
    return True


def _many_barcodes(hand: Hand, defect: Defect) -> bool:
    """A second code of one product with the same barcode: one record in the ERP."""
    row = hand.row("products", lambda row: bool(row.identity))
    if row is None:
        return False
    twin = row.but("loaded", product_code=f"{row.fields['product_code']}9{hand.fresh():02d}")
    mark(twin, defect)
    hand.append("products", twin)
    return True


def _ragged(hand: Hand, defect: Defect) -> bool:
    row = hand.row("stock")
    if row is None:
        return False
    twin = row.but("ragged_row")
    twin.shape, twin.money, twin.quantity = 1, 0, 0
    mark(twin, defect)
    hand.append("stock", twin)
    return True


def _unknown_item(hand: Hand, defect: Defect) -> bool:
    row = hand.row("stock")
    if row is None:
        return False
    twin = row.but("unknown_product", product_code=f"77{hand.fresh():05d}")
    twin.identity = ""
    mark(twin, defect)
    hand.append("stock", twin)
    return True


def _cut_item_names(hand: Hand, defect: Defect) -> bool:
    return _cut(hand, defect, "products", "牌加量不加价超值家庭装大瓶洗衣液清香型", 20)


def _cut_names(hand: Hand, defect: Defect) -> bool:
    return _cut(hand, defect, "members", "阿布都热合曼江", 8)


def _cut(hand: Hand, defect: Defect, table: str, rest: str, letters: int) -> bool:
    """Six names of one length that columns have, longer than any other of the store: once per store."""
    if any(row.defect == defect.kind for row in getattr(hand.data, table)):
        return False
    rows = hand.rows(table, 6)
    for sign, row in zip("甲乙丙丁戊己", rows, strict=False):
        change(row, table, {"name": f"{sign}{rest}"[:letters]})
        mark(row, defect)
    return bool(rows)


def _pack_as_product(hand: Hand, defect: Defect) -> bool:
    """A product under the barcode of another one's case."""
    pair = _earlier(hand, "products", lambda one, _other: bool(one.identity))
    if pair is None:
        return False
    change(pair[1], "products", {"barcode": gtin14(f"2{pair[0].fields['barcode'][:12]}")})
    mark(pair[1], defect)
    return True


def _digits_lost(hand: Hand, defect: Defect) -> bool:
    """Three card numbers of 18 digits that end in zeros, where no other card has so many: once per store."""
    if any(row.defect == defect.kind for row in hand.data.members):
        return False
    rows = hand.rows("members", 3)
    for place, row in enumerate(rows):
        change(row, "members", {"member_code": f"6222{hand.data.plan.number:03d}0123456{place}000"})
        mark(row, defect)
    return bool(rows)


def _lost_zeros(hand: Hand, defect: Defect) -> bool:
    return _in_line(hand, defect, lambda line: line.fields["product_code"].startswith("0"), _without_zeros)


def _without_zeros(line: Row) -> None:
    line.fields["product_code"] = line.fields["product_code"].lstrip("0")


def _scale_unknown(hand: Hand, defect: Defect) -> bool:
    def spoil(line: Row) -> None:
        line.fields["product_code"] = ean13(f"20{hand.fresh():05d}00456")

    return _in_line(hand, defect, lambda line: bool(line.fields), spoil)


def _scale_differs(hand: Hand, defect: Defect) -> bool:
    """A line with the barcode a scale printed for another weight; its item stands in the store's products."""
    item = hand.row("products", lambda row: row.fields["weighed"] == "1")
    if item is None:
        return False
    number = f"{hand.fresh():05d}"
    twin = item.but("loaded", product_code=number)
    hand.append("products", twin)

    def spoil(line: Row) -> None:
        line.fields["product_code"] = ean13(f"20{number}{line.quantity % 90_000 + 7:05d}")

    return _in_line(hand, defect, lambda line: bool(line.quantity % 1000), spoil)


OWN: Mapping[str, tuple[str, Maker]] = MappingProxyType(
    {
        **OF_EXTRAS,
        "line break in a code": ("products", cells("products", lambda _hand, row: {"product_code": _broken(row.fields["product_code"])})),
        "ragged row": ("stock", _ragged),
        "one barcode on two items": ("products", _shared_barcode),
        "one item, many barcodes": ("products", _many_barcodes),
        "price 100 times too high": ("products", cells("products", _prices)),
        "digits lost beyond 15": ("members", _digits_lost),
        "lost leading zeros": ("lines", _lost_zeros),
        "pack sold as a product of its own": ("products", _pack_as_product),
        "scale's barcode without a layout": ("lines", _scale_unknown),
        "scale's barcode against its line": ("lines", _scale_differs),
        "truncated item names": ("products", _cut_item_names),
        "unit synonym": ("products", cells("products", lambda _hand, _row: {"unit": "坛"})),
        "orphan supplier": ("products", cells("products", lambda hand, _row: {"supplier_code": f"ZZ{hand.fresh():04d}"})),
        "one tax id on two suppliers": ("suppliers", _shared_tax_id),
        "shared phone": ("members", _shared_phone),
        "several cards of one person": ("members", _several_cards),
        "truncated names": ("members", _cut_names),
        "unknown status": ("members", cells("members", lambda _hand, _row: {"status": "冻结中"})),
        "stock without item": ("stock", _unknown_item),
        "orphan customer": ("tickets", _orphan_customer),
        "header is not lines": ("tickets", _header),
        "tender is not total": ("tickets", _tender),
        "return of more than was sold": ("tickets", _more_than_sold),
        "fen for yuan": ("lines", _fen_for_yuan),
        "fraction of piece goods": ("lines", _fraction),
        "gap in ticket numbers": ("tickets", _gap),
        "tax is not lines": ("tickets", _tax_off),
        "repeated line": ("tickets", _repeated_line),
        "unknown payment method": ("payments", _method),
    }
)
"""Kind -> a table that its stores must have, and how to plant it once (False if the store has no free row for it)."""
