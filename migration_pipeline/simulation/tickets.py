"""Sales of a store: tickets that add up to the cent, with mixed tender, rounding, weighed goods and returns.

Belongs here: good tickets, and those that never were a sale (voided, hung, training). Does not belong here: defects (`ticket_defects.py`).
"""

from dataclasses import dataclass
from random import Random

from migration_pipeline.simulation.model import DERIVES_TICKETS, Row, StorePlan, Ticket, fixed, half_away, quantity_text

_METHODS = ("cash", "wechat", "wechat", "alipay", "alipay", "unionpay")
_MEMBER_METHODS = (*_METHODS, "stored_value", "stored_value", "points", "voucher")
_NOT_SOLD = {"void": "voided_ticket", "hung": "hung_ticket", "training": "training_ticket"}
UNKNOWN_CARD = "99990000"


@dataclass(frozen=True)
class Shelf:
    """What a store sells and to whom: (code, price in 1/100, member price in 1/100, weighed), and member codes."""

    goods: list[tuple[str, int, int, bool]]
    members: list[str]


def shelf(products: list[Row], members: list[Row]) -> Shelf:
    """Products and members of which the ERP will have a record."""
    goods = {}
    for row in products:
        if row.reason == "loaded" and "x_price" in row.fields:
            price = int(row.fields["x_price"])
            goods[row.fields["product_code"]] = (row.fields["product_code"], price, price - price // 200 * 10, row.fields["weighed"] == "1")
    return Shelf(list(goods.values()), [row.fields["member_code"] for row in members if row.reason == "loaded"])


def store_tickets(rng: Random, plan: StorePlan, on: Shelf) -> list[Ticket]:
    """The store's tickets in order of time."""
    has_header = plan.system not in DERIVES_TICKETS
    moments = sorted(rng.randrange(90 * 14 * 3600) for _ in range(plan.tickets))
    tickets: list[Ticket] = []
    for number, moment in enumerate(moments):
        head = _head(rng, plan, number, moment, on)
        chance = rng.random()
        planned = has_header and 20 <= number < 26
        origin = _returnable(rng, tickets) if chance < 0.04 and not planned else None
        if origin is not None:
            tickets.append(_return(head, origin, linked=chance < 0.025))
            continue
        ticket = _sale(rng, head, on, rounded_off=has_header)
        if planned or (has_header and chance > 0.97):
            _not_sold(ticket, ("void", "hung", "training")[number % 3])
        tickets.append(ticket)
    return tickets


def _head(rng: Random, plan: StorePlan, number: int, moment: int, on: Shelf) -> dict[str, str]:
    day, second = divmod(moment, 14 * 3600)
    month, day_of_month = day // 28 + 1, day % 28 + 1
    hour, rest = divmod(second, 3600)
    terminal = f"{rng.randrange(1, 4):02d}"
    chance = rng.random()
    member = UNKNOWN_CARD if chance < 0.01 else rng.choice(on.members) if chance < 0.35 else ""
    return {
        "ticket_no": f"{plan.number % 100:02d}{terminal}26{month:02d}{day_of_month:02d}{number + 1:05d}",
        "sold_at": f"2026-{month:02d}-{day_of_month:02d} {8 + hour:02d}:{rest // 60:02d}:{rest % 60:02d}",
        "terminal": terminal,
        "cashier": f"{1000 + rng.randrange(1, 7)}",
        "member_code": member,
        "kind": "sale",
        "status": "normal",
        "original_ticket_no": "",
    }


def _sale(rng: Random, head: dict[str, str], on: Shelf, *, rounded_off: bool) -> Ticket:
    goods = rng.choices(on.goods, k=rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 6)))
    lines = [_line(rng, head["ticket_no"], place + 1, item, member=bool(head["member_code"])) for place, item in enumerate(goods)]
    total = sum(line.money for line in lines)
    methods = _tender(rng, total, member=head["member_code"] not in {"", UNKNOWN_CARD})
    rounding = -(total % 10) if rounded_off and methods == ["cash"] and rng.random() < 0.6 else 0
    return Ticket(header_row(head, total + rounding, rounding), lines, _payments(rng, head["ticket_no"], total + rounding, methods))


def _line(rng: Random, ticket: str, number: int, item: tuple[str, int, int, bool], *, member: bool) -> Row:
    code, price, member_price, weighed = item
    price = member_price if member else price
    quantity = rng.randrange(102, 3000) if weighed else 1000 * rng.choice((1, 1, 1, 1, 2, 2, 3, 6))
    amount = half_away(price * quantity, 1000)
    discount = amount // 10 if rng.random() < 0.05 else 0
    return line_row(ticket, number, code, quantity, price, amount - discount, discount)


def line_row(ticket: str, number: int, code: str, quantity: int, price: int, amount: int, discount: int = 0) -> Row:
    """One line; quantity in 1/1000, money in 1/100."""
    fields = {
        "ticket_no": ticket,
        "line_no": str(number),
        "product_code": code,
        "quantity": quantity_text(quantity),
        "unit_price": fixed(price, 2),
        "amount": fixed(amount, 2),
        "discount": fixed(discount, 2),
    }
    return Row(fields, money=amount, quantity=quantity)


def header_row(head: dict[str, str], total: int, rounding: int = 0) -> Row:
    """The ticket row; `total` is what was to be paid, `rounding` (抹零) is negative where money was given away."""
    return Row({**head, "total": fixed(total, 2), "rounding": fixed(rounding, 2)}, money=total)


def payment_row(ticket: str, number: int, method: str, amount: int) -> Row:
    """One payment, change already taken off."""
    return Row({"ticket_no": ticket, "payment_no": str(number), "method": method, "amount": fixed(amount, 2)}, money=amount)


def _tender(rng: Random, total: int, *, member: bool) -> list[str]:
    first = rng.choice(_MEMBER_METHODS if member else _METHODS)
    if total < 500 or rng.random() > 0.2:
        return [first]
    return [first, rng.choice([m for m in ("cash", "wechat", "alipay") if m != first])]


def _payments(rng: Random, ticket: str, total: int, methods: list[str]) -> list[Row]:
    first = total if len(methods) == 1 else rng.randrange(100, total - 100)
    parts = [first, total - first][: len(methods)]
    return [payment_row(ticket, place + 1, method, part) for place, (method, part) in enumerate(zip(methods, parts, strict=True))]


def _returnable(rng: Random, tickets: list[Ticket]) -> Ticket | None:
    drawn = rng.choices(tickets, k=12) if tickets else []
    return next((t for t in drawn if t.header.reason == "loaded" and t.header.fields["kind"] == "sale" and t.header.money > 0), None)


def _return(head: dict[str, str], origin: Ticket, *, linked: bool) -> Ticket:
    """One line of an earlier ticket comes back; without that ticket's number if the return is blind."""
    line = next(row for row in origin.lines if row.money)
    origin.victim = False
    number = head["ticket_no"]
    price, discount = (int(line.fields[name].replace(".", "")) for name in ("unit_price", "discount"))
    back = line_row(number, 1, line.fields["product_code"], -line.quantity, price, -line.money, discount)
    original = origin.header.fields["ticket_no"] if linked else ""
    head = {**head, "kind": "return", "original_ticket_no": original, "member_code": origin.header.fields["member_code"]}
    return Ticket(header_row(head, back.money), [back], [payment_row(number, 1, "cash", back.money)], victim=False)


def _not_sold(ticket: Ticket, status: str) -> None:
    ticket.header.fields["status"] = status
    ticket.mark(_NOT_SOLD[status])
    ticket.victim = False
    if status == "hung":
        ticket.payments.clear()
