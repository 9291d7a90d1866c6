"""A tiny store without a single defect, and the same store with exactly one.

Belongs here: its rows, and how one defect changes its files. Does not belong here: which defects there are (`defect_kinds.py`), the chain.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migration_pipeline.simulation.identifiers import credit_code, ean13, gtin14, mobile

Fields = dict[str, str]
DATASET_OF = {
    "suppliers": "suppliers", "products": "products", "packs": "products", "coupons": "products", "members": "members",
    "point_entries": "members", "stored_value_entries": "members", "liabilities": "members", "stock": "inventory", "tickets": "sales",
    "lines": "sales", "payments": "sales",
}  # fmt: skip
_NAMES = ("矿泉水", "绿茶饮料", "纯牛奶", "方便面", "东北大米", "酱油王", "薯片大包", "洗衣液")
CATEGORIES = ("食品", "饮料", "日用")
_PEOPLE = ("王小明", "李四海", "张三丰", "赵六一", "孙七巧", "周八方")


@dataclass(frozen=True)
class Plant:
    """How one defect gets into the files of one table.

    Attributes:
        changes: row (from 0) -> the cells that become something else.
        copies: rows that are repeated at the end, each with other cells.
        drops: rows that are left out.
        elsewhere: the same for other tables, where one defect shows in several.
        rewrite: what happens to the text of the file at last.
        encode: text of the file -> its bytes.
        reading: keys of the input that tell how such a file is read.
    """

    table: str
    changes: Mapping[int, Fields] = field(default_factory=dict)
    copies: tuple[tuple[int, Fields], ...] = ()
    drops: tuple[int, ...] = ()
    elsewhere: "tuple[Plant, ...]" = ()
    rewrite: Callable[[str], str] | None = None
    encode: Callable[[str], bytes] = str.encode
    reading: Mapping[str, object] = field(default_factory=dict)


def clean_tables() -> dict[str, list[Fields]]:
    """The rows of a store in which no rule finds anything, by table."""
    return {
        "suppliers": [_supplier(n) for n in range(4)],
        "products": [_product(n) for n in range(len(_NAMES))],
        "packs": [_pack(n) for n in range(2)],
        "coupons": [_coupon(n) for n in range(2)],
        "members": [_member(n) for n in range(len(_PEOPLE))],
        **_ledgers(),
        "stock": [{"product_code": _code(n), "warehouse": "MAIN", "quantity": "12", "unit_cost": "2.1000"} for n in range(6)],
        **_sales(),
    }


def write_store(folder: Path, plant: Plant | None = None) -> None:
    """Write `<table>.csv` of every table into a folder, with one defect if there is one to plant."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in clean_tables().items():
        mine = next((one for one in _parts(plant) if one.table == name), Plant(name))
        text = _csv(_planted(rows, mine))
        text = mine.rewrite(text) if mine.rewrite else text
        (folder / f"{name}.csv").write_bytes(mine.encode(text))


def _parts(plant: Plant | None) -> tuple[Plant, ...]:
    return (plant, *plant.elsewhere) if plant else ()


def columns_of(table: str) -> list[str]:
    """Columns of a table's file; they are called like the canonical ones."""
    return list(clean_tables()[table][0])


def _planted(rows: list[Fields], plant: Plant) -> list[Fields]:
    changed = [{**row, **plant.changes.get(place, {})} for place, row in enumerate(rows) if place not in plant.drops]
    return changed + [{**rows[place], **fields} for place, fields in plant.copies]


def _csv(rows: list[Fields]) -> str:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(",".join(_quoted(cell) for cell in line) + "\n" for line in lines)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n\r') else cell


def _code(number: int) -> str:
    return f"P{number + 1:03d}"


def _supplier(number: int) -> Fields:
    return {
        "supplier_code": f"V{number + 1:02d}",
        "name": f"山城{'甲乙丙丁'[number]}记食品有限公司",
        "contact": f"联系人{number + 1}",
        "phone": f"0571-8123400{number}",
        "address": f"杭州市演示路{number + 1}号",
        "tax_id": credit_code(number + 1),
        "balance": f"{number + 1}00.00",
    }


def _product(number: int) -> Fields:
    weighed = number == 4
    return {
        "product_code": _code(number),
        "barcode": ean13(f"69012345{number:04d}"),
        "name": _NAMES[number],
        "category": CATEGORIES[number % len(CATEGORIES)],
        "unit": "KG" if weighed else "BOTTLE",
        "sell_price": "3.50",
        "cost_price": "2.10",
        "member_price": "3.30",
        "tax_rate": "13",
        "supplier_code": "V01",
        "weighed": "1" if weighed else "0",
    }


def _pack(number: int) -> Fields:
    return {
        "product_code": _code(number),
        "unit": "CASE",
        "ratio": "24",
        "barcode": gtin14(f"169012345{number:04d}"),
        "sell_price": "80.00",
    }


def _coupon(number: int) -> Fields:
    coupon = {"coupon_code": f"C{number + 1:03d}", "product_code": _code(number), "campaign": "A1"}
    return {**coupon, "status": "issued", "valid_from": "2025-01-01", "valid_until": "2099-12-31 23:59:59.997"}


def _ledgers() -> dict[str, list[Fields]]:
    """Two entries each of the last two cards, and what the general ledger owes to all of them."""
    cards = [(_member(n)["member_code"], n) for n in (4, 5)]
    points = [(card, f"{n + 1}5.00", "-5.00") for card, n in cards]
    values = [(card, *entry) for card, _ in cards for entry in (("80.00", "5.00"), ("-30.00", "0.00"))]
    return {
        "point_entries": [
            {"member_code": card, "at": f"2025-05-0{day} 10:00:00", "points": amount}
            for card, *amounts in points
            for day, amount in enumerate(amounts, 1)
        ],
        "stored_value_entries": [
            {"member_code": card, "at": f"2025-05-0{place % 2 + 1} 11:00:00", "principal": principal, "bonus": bonus}
            for place, (card, principal, bonus) in enumerate(values)
        ],
        "liabilities": [{"account": "2203", "principal": "300.00", "bonus": "30.00"}],
    }


def _member(number: int) -> Fields:
    return {
        "member_code": f"M{number + 1:04d}",
        "name": _PEOPLE[number],
        "phone": mobile(number + 1),
        "birthday": f"198{number}-03-0{number + 1}",
        "points": f"{number + 1}0.00",
        "stored_principal": "50.00",
        "stored_bonus": "5.00",
        "opened_on": "2024-02-29",
        "status": "active",
    }


def _tax(amount: str) -> str:
    """What 13 % of tax are in an amount that includes them."""
    return {"7.00": "0.81", "12.00": "1.38", "-3.50": "-0.40"}[amount]


def _sales() -> dict[str, list[Fields]]:
    """Six sales of 19.00 each, two lines and one payment to each, and a return of one line of the first."""
    tickets, lines, payments = [], [], []
    for number in range(1, 8):
        back = number == 7
        parts = [("P001", "-1" if back else "2", "-3.50" if back else "7.00", "3.50"), ("P002", "1", "12.00", "12.00")][: 1 if back else 2]
        total = "-3.50" if back else "19.00"
        head = {"ticket_no": f"T{number}", "sold_at": f"2025-06-0{number} 10:00:00", "member_code": f"M000{number % 6 + 1}"}
        kind = {"kind": "return", "original_ticket_no": "T1"} if back else {"kind": "sale", "original_ticket_no": ""}
        tickets.append({**head, **kind, "status": "normal", "total": total, "rounding": "0", "tax": "-0.40" if back else "2.19"})
        payments.append({"ticket_no": f"T{number}", "payment_no": "1", "method": "cash", "amount": total})
        for place, (code, quantity, amount, price) in enumerate(parts, 1):
            line = {"ticket_no": f"T{number}", "line_no": str(place), "product_code": code, "quantity": quantity, "unit_price": price}
            lines.append({**line, "discount_rate": "0", "amount": amount, "tax_rate": "13", "tax_amount": _tax(amount)})
    return {"tickets": tickets, "lines": lines, "payments": payments}
