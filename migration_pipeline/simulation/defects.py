"""Defects planted in master data and stock, each with the outcome it must have.

Belongs here: what is wrong with suppliers, products, members and stock. Does not belong here: sales (`ticket_defects.py`).
"""

from random import Random

from migration_pipeline.simulation.catalogue import GoldenProduct, code_of, product_row
from migration_pipeline.simulation.identifiers import bad_ean13, credit_code
from migration_pipeline.simulation.model import CSV_MASTERS, DERIVES_TICKETS, Row, StoreData, fixed, quantity_text

DAMAGED = "6.90E+12"
_OLD = "2019-05-06 07:08:09"


def plant_in_suppliers(data: StoreData) -> None:
    """Missing name, bad number, a ragged row, the same code twice, a wrong tax id (kept, but recognised by name only)."""
    rows, plan = data.suppliers, data.plan

    def new(place: int, reason: str, **fields: str) -> Row:
        name = f"{plan.name_zh}本地供应商{place}"
        base = {
            "supplier_code": code_of(plan, "supplier", 60 + place),
            "name": name,
            "contact": "",
            "phone": "",
            "address": "",
            "tax_id": "",
        }
        return Row({**base, "balance": "0.00", "updated_at": _OLD, **fields}, reason=reason)

    older = rows[1].but("duplicate_key", balance="0.00", updated_at=_OLD, address="旧址")
    older.money = 0
    rows.insert(1 if plan.number % 2 else 3, older)
    wrong = credit_code(5000 + plan.number)
    rows.append(new(1, "loaded", tax_id=wrong[:-1] + ("0" if wrong[-1] != "0" else "1")))
    rows.append(new(2, "missing_required", name=""))
    rows.append(new(3, "bad_number", balance="1.200.00"))
    if plan.system in CSV_MASTERS:
        ragged = new(4, "ragged_row")
        ragged.shape = 1
        rows.insert(4, ragged)


def plant_in_products(rng: Random, data: StoreData, golden: list[GoldenProduct]) -> None:
    """Second codes of one item, doubtful barcodes, zero price, unknown supplier (all kept); repeated and rejected rows."""
    rows, plan = data.products, data.plan
    good = [row for row in rows if row.identity]
    by_id = {item.id: item for item in golden}
    for place, row in enumerate(good[:2]):
        rows.append(_second_code(rng, data, by_id[row.identity], row, len(golden) + place))
    for row in good[2:4]:
        row.fields["barcode"], row.identity = bad_ean13(row.fields["barcode"][:12]), ""
    good[4].fields.update(sell_price="0.00", member_price="0.00", x_price="0")
    good[5].fields["supplier_code"] = "ZZ999"
    if plan.system != "workbook":
        for place, row in enumerate(good[6:8]):
            older = row.but("duplicate_key", updated_at=_OLD, name=f"{row.fields['name']}旧", sell_price="1.00", member_price="")
            rows.insert(rows.index(row) + place, older)
    rows.extend(_rejected_products(rng, data, golden))
    if plan.system == "workbook":
        rows.append(Row({"product_code": "合计", "name": f"共 {len(rows)} 行"}, reason="footer_row"))


def _second_code(rng: Random, data: StoreData, item: GoldenProduct, first: Row, place: int) -> Row:
    second = product_row(rng, data.plan, item, place, {})
    cost = item.cost // 100 * 100
    for row in (first, second):
        row.fields.update(x_cost=str(cost), cost_price=fixed(cost, 4))
    return second


def _rejected_products(rng: Random, data: StoreData, golden: list[GoldenProduct]) -> list[Row]:
    wrong: list[tuple[str, dict[str, str]]] = [
        ("missing_required", {"name": ""}),
        ("bad_number", {"sell_price": "12.3.4"}),
        ("unmapped_value", {"unit": "坛"}),
        ("damaged_code", {"product_code": DAMAGED}),
    ]
    base = [item for item in golden if not item.barcode and not item.weighed]
    made = []
    for place, (reason, fields) in enumerate(wrong):
        row = product_row(rng, data.plan, base[place % len(base)], len(golden) + 10 + place, {})
        made.append(row.but(reason, **fields))
    return made


def plant_in_members(data: StoreData) -> None:
    """Pre-opened cards, placeholder phones and nameless cards (kept); repeated and rejected rows."""
    rows, plan = data.members, data.plan
    start = len(rows) + 100

    def new(place: int, reason: str, centi: int = 0, principal: int = 0, **fields: str) -> Row:
        base = {"member_code": code_of(plan, "member", start + place), "name": "", "phone": "", "email": "", "gender": "", "birthday": ""}
        balances = {"points": fixed(centi, 2), "stored_principal": fixed(principal, 2), "stored_bonus": "0.00"}
        rest = {"address": "", "tier": "普通卡", "opened_on": "2024-02-29", "status": "active", "updated_at": _OLD}
        return Row({**base, **balances, **rest, **fields}, money=principal, points=centi, reason=reason)

    older = rows[2].but("duplicate_key", points="0.00", stored_principal="0.00", stored_bonus="0.00", updated_at=_OLD)
    older.money = older.points = 0
    rows.insert(2 if plan.number % 2 else 5, older)
    rows.append(new(1, "dummy_card", name="预开卡", birthday="1990-01-01"))
    rows.append(new(2, "dummy_card", name="预开卡", birthday="1990-01-01"))
    rows.append(new(3, "loaded", 5000, 10000, name="预开卡", birthday="1990-01-01"))
    rows.append(new(4, "loaded", 120, name="陈测试", phone="13800138000"))
    rows.append(new(5, "loaded", 340, name="陈测试", phone="13800138000"))
    rows.append(new(6, "loaded", 77, 0, phone="13700000077"))
    rows.append(new(7, "bad_number", 0, 4500, name="卡七", points="12.3.4"))
    rows.append(new(8, "bad_date", 900, name="卡八", opened_on="2024-02-30"))
    rows.append(new(9, "missing_required", 250, 300, name="卡九", member_code=""))
    rows.append(new(10, "damaged_code", 100, 2000, name="卡十", member_code="8.52E+11"))
    rows.append(new(11, "unmapped_value", 60, 0, name="卡十一", status="冻结中"))
    if plan.system in CSV_MASTERS:
        ragged = new(12, "ragged_row", name="卡十二")
        ragged.shape = -1
        rows.append(ragged)


def plant_in_stock(data: StoreData) -> None:
    """Stock of an unknown item, a quantity that is no number, a missing quantity, a ragged row; in the workbook, the footer's totals."""
    plan = data.plan
    warehouse = next(iter(plan.warehouses)) if plan.system != "poslog" else ""
    if plan.system == "workbook":
        footer = next(row for row in data.products if row.reason == "footer_row")
        for code in plan.warehouses:
            total = sum(row.quantity for row in data.stock if row.fields["warehouse"] == code)
            fields = {"product_code": footer.fields["product_code"], "warehouse": code, "quantity": quantity_text(total), "unit_cost": ""}
            data.stock.append(Row(fields, quantity=total, reason="footer_row"))
        return

    def new(place: int, reason: str, **fields: str) -> Row:
        base = {"product_code": code_of(plan, "product", 9000 + place), "warehouse": warehouse, "quantity": "3", "unit_cost": "2.5000"}
        return Row({**base, **fields}, money=750, quantity=3000, reason=reason)

    data.stock.insert(3, new(1, "unknown_product"))
    known = data.stock[7].fields["product_code"]
    for place, (reason, text) in enumerate((("bad_number", "1.2.3"), ("missing_required", ""))):
        bad = new(2 + place, reason, product_code=known, quantity=text)
        bad.money = bad.quantity = 0
        data.stock.append(bad)
    if plan.system in CSV_MASTERS:
        ragged = new(4, "ragged_row")
        ragged.money = ragged.quantity = 0
        ragged.shape = 1 if plan.system == "csv_zh" else -1
        data.stock.insert(5, ragged)


def is_derived(data: StoreData) -> bool:
    """True if the store's system has no ticket table."""
    return data.plan.system in DERIVES_TICKETS
