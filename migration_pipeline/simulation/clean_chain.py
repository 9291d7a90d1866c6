"""A store of the chain in which no rule of cleaning finds anything, with rows that nothing else refers to, for defects to be planted in.

Belongs here: making such a store. Does not belong here: planting (`chain_plants.py`), the stores of the demo (`chain.py`).
"""

from random import Random

from migration_pipeline.simulation import catalogue, people, stock, tickets
from migration_pipeline.simulation.chain import Golden
from migration_pipeline.simulation.clean_extras import add_taxes, extras
from migration_pipeline.simulation.identifiers import credit_code
from migration_pipeline.simulation.model import Row, StoreData, StorePlan, Ticket, fixed, half_away, money_of, quantity_text

QUIET = 3
"""One product in so many is not sold, one member in so many does not buy: defects in them touch no other row."""
_OWN_SUPPLIERS = 30


def clean_store(rng: Random, plan: StorePlan, golden: Golden) -> StoreData:
    """Suppliers, products, members, stock and sales without a defect; quiet products and members come last."""
    data = StoreData(plan)
    suppliers = catalogue.store_suppliers(rng, plan, golden.suppliers)
    data.suppliers = [*suppliers.values(), *(_own_supplier(plan, place) for place in range(_OWN_SUPPLIERS))]
    data.products = catalogue.store_products(rng, plan, golden.products, suppliers)
    for row in data.products:
        row.fields.update(status="active", barcode=row.fields["barcode"] if row.identity else "")
    data.members = _one_card_each(people.store_members(rng, plan, golden.people, golden.stores))
    data.stock = [_positive(row) for row in stock.store_stock(rng, plan, data.products)]
    shelf = tickets.shelf(loud(data.products), loud(data.members))
    data.tickets = _flawless(tickets.store_tickets(rng, plan, shelf), shelf.members)
    if plan.system == "plain":
        data.extra = extras(loud(data.products), quiet(data.members))
        add_taxes(data.tickets)
    return data


def loud(rows: list[Row]) -> list[Row]:
    """The rows that other tables refer to."""
    return rows[: len(rows) - len(rows) // QUIET]


def quiet(rows: list[Row]) -> list[Row]:
    """The rows that no other table refers to (but for stock)."""
    return rows[len(rows) - len(rows) // QUIET :]


def _own_supplier(plan: StorePlan, place: int) -> Row:
    """A supplier whom no other store knows and no product names."""
    number = 100_000 + plan.number * 100 + place
    fields = {
        "supplier_code": catalogue.code_of(plan, "supplier", 300 + place),
        "name": f"{plan.name_zh}供应{place}商贸有限公司",
        "contact": f"联系人{place}",
        "phone": f"0571-8{number:07d}",
        "address": f"浙江省杭州市西湖区文三路{place + 1}号",
        "tax_id": credit_code(number),
        "balance": "10.00",
        "updated_at": "2024-05-06 07:08:09",
    }
    return Row(fields, money=1000)


def _one_card_each(rows: list[Row]) -> list[Row]:
    """Cards of different people with different phones, with true addresses."""
    seen: dict[str, Row] = {}
    for row in rows:
        row.fields["address"] = f"浙江省杭州市西湖区文三路{len(seen) + 1}号"
        seen.setdefault(row.fields["phone"][-11:], row)
    return list(seen.values())


def _positive(row: Row) -> Row:
    row.quantity, row.money = abs(row.quantity), abs(row.money)
    row.fields["quantity"] = quantity_text(row.quantity)
    return row


def _flawless(made: list[Ticket], members: list[str]) -> list[Ticket]:
    """Sales with a member and without twin lines, and returns at full price of one such sale each, that name it; numbered on."""
    kept: dict[str, Ticket] = {}
    returned: set[str] = set()
    for ticket in made:
        head = ticket.header.fields
        origin, back = head["original_ticket_no"], head["kind"] == "return"
        if ticket.header.reason != "loaded" or _has_twins(ticket):
            continue
        if back and (origin not in kept or origin in returned or not _at_full_price(ticket.lines[0])):
            continue
        if head["member_code"] not in members:
            head["member_code"] = members[len(kept) % len(members)]
        returned.add(origin)
        kept[head["ticket_no"]] = ticket
    for number, ticket in kept.items():
        ticket.victim = ticket.header.fields["kind"] == "sale" and number not in returned
    _number_on(list(kept.values()))
    return list(kept.values())


def _at_full_price(line: Row) -> bool:
    return line.money == half_away(money_of(line, "unit_price") * line.quantity, 1000)


def _number_on(made: list[Ticket]) -> None:
    """Numbers without a gap, as a store has them of which no ticket was left out."""
    numbers = {"": ""}
    for place, ticket in enumerate(made, 1):
        old = ticket.header.fields["ticket_no"]
        numbers[old] = f"{old[:-5]}{place:05d}"
        ticket.header.fields["original_ticket_no"] = numbers[ticket.header.fields["original_ticket_no"]]
        for row in ticket.rows():
            row.fields["ticket_no"] = numbers[old]


def _has_twins(ticket: Ticket) -> bool:
    return len({row.fields["product_code"] for row in ticket.lines}) < len(ticket.lines)


def add_money(row: Row, column: str, cents: int) -> None:
    """Change a money column by some cents, and the row's measure with it."""
    row.fields[column] = fixed(money_of(row, column) + cents, 2)
    row.money += cents
