"""Defects planted in sales, one per ticket, each with the outcome of every row of that ticket.

Belongs here: what is wrong with tickets. Does not belong here: master data (`defects.py`).
"""

from collections.abc import Callable
from random import Random

from migration_pipeline.simulation.defects import is_derived
from migration_pipeline.simulation.model import Row, StoreData, Ticket, fixed
from migration_pipeline.simulation.tickets import line_row, payment_row

Plant = Callable[[Ticket], None]


def plant_in_sales(rng: Random, data: StoreData) -> None:
    """Break some good tickets; more in larger stores."""
    plants = [*_EVERYWHERE, *(_DERIVED if is_derived(data) else _WITH_HEADER)] * max(1, data.plan.tickets // 1000)
    victims = rng.sample([ticket for ticket in data.tickets if ticket.victim], k=len(plants))
    for plant, ticket in zip(plants, victims, strict=True):
        plant(ticket)
    if not is_derived(data):
        _void_and_broken(data)
    if data.plan.system in {"csv_zh", "workbook"}:
        _repeat_header(data)
        _orphans(data)
    if data.plan.system == "siss_dump":
        data.orphan_payments.append(_ended(payment_row("99010126010199999", 1, "cash", 1990), "orphan_line"))


def _ended(row: Row, reason: str) -> Row:
    row.reason = reason
    return row


def _break(ticket: Ticket, row: Row, reason: str, **fields: str) -> None:
    """One row ends with its own reason, all others of the ticket with `ticket_rejected`."""
    ticket.mark("ticket_rejected")
    row.fields.update(fields)
    row.reason = reason


def _unknown_product(ticket: Ticket) -> None:
    _break(ticket, ticket.lines[-1], "unknown_product", product_code="777777")


def _damaged_code(ticket: Ticket) -> None:
    _break(ticket, ticket.lines[0], "damaged_code", product_code="6.90E+12")


def _bad_amount(ticket: Ticket) -> None:
    _break(ticket, ticket.lines[0], "bad_number", amount="12.3.4")
    ticket.lines[0].money = 0


def _bad_quantity(ticket: Ticket) -> None:
    _break(ticket, ticket.lines[-1], "bad_number", quantity="1.2.3")
    ticket.lines[-1].quantity = 0


def _scientific_amount(ticket: Ticket) -> None:
    _break(ticket, ticket.payments[0], "bad_number", amount="8.52E+11")
    ticket.payments[0].money = 0


def _no_product(ticket: Ticket) -> None:
    _break(ticket, ticket.lines[0], "missing_required", product_code="")


def _unknown_method(ticket: Ticket) -> None:
    _break(ticket, ticket.payments[0], "unmapped_value", method="比特币")


def _bad_header_date(ticket: Ticket) -> None:
    _break(ticket, ticket.header, "bad_date", sold_at="2026-02-30 10:00:00")


def _bad_line_date(ticket: Ticket) -> None:
    _break(ticket, ticket.lines[0], "bad_date")
    ticket.lines[0].fields["x_sold_at"] = "2026-02-30 10:00:00"


def _header_not_lines(ticket: Ticket) -> None:
    """Header and payments agree with each other, but not with the lines."""
    last = ticket.payments[-1]
    last.money += 100
    ticket.header.money += 100
    _break(ticket, ticket.header, "header_not_lines", total=fixed(ticket.header.money, 2))
    last.fields["amount"] = fixed(last.money, 2)


def _payments_not_total(ticket: Ticket) -> None:
    last = ticket.payments[-1]
    last.money -= 50
    _break(ticket, ticket.header, "payments_not_total")
    last.fields["amount"] = fixed(last.money, 2)


def _payments_not_lines(ticket: Ticket) -> None:
    """Where there is no header row, the payments themselves carry the reason."""
    last = ticket.payments[-1]
    last.money -= 50
    last.fields["amount"] = fixed(last.money, 2)
    ticket.mark("ticket_rejected")
    for payment in ticket.payments:
        payment.reason = "payments_not_total"


_EVERYWHERE: tuple[Plant, ...] = (
    _unknown_product,
    _unknown_product,
    _damaged_code,
    _bad_amount,
    _bad_quantity,
    _no_product,
    _unknown_method,
)
_DERIVED: tuple[Plant, ...] = (_bad_line_date, _payments_not_lines)
_WITH_HEADER: tuple[Plant, ...] = (
    _header_not_lines,
    _header_not_lines,
    _payments_not_total,
    _payments_not_total,
    _bad_header_date,
    _scientific_amount,
)


def _void_and_broken(data: StoreData) -> None:
    """A voided ticket that also sells an unknown item and does not add up: excluded, its defects do not matter."""
    void = next(ticket for ticket in data.tickets if ticket.header.fields["status"] == "void")
    void.lines[0].fields["product_code"] = "777778"
    void.header.money += 700
    void.header.fields["total"] = fixed(void.header.money, 2)


def _repeat_header(data: StoreData) -> None:
    """The same ticket header twice: the second is rejected, and the ticket with it."""
    ticket = next(t for t in data.tickets if t.victim and t.header.reason == "loaded")
    ticket.mark("ticket_rejected")
    twin = Row(dict(ticket.header.fields), money=ticket.header.money, reason="duplicate_ticket")
    data.tickets.append(Ticket(twin, [], [], victim=False))


def _orphans(data: StoreData) -> None:
    """Lines and payments whose header the export lost."""
    code = next(row.fields["product_code"] for row in data.products if row.reason == "loaded")
    number = f"{data.plan.number:02d}990126010188888"
    data.orphan_lines += [_ended(line_row(number, place, code, 1000, 450, 450), "orphan_line") for place in (1, 2)]
    data.orphan_payments.append(_ended(payment_row(number, 1, "wechat", 900), "orphan_line"))
