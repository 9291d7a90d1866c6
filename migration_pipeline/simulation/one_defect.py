"""A tiny store without a single defect, and the same store with exactly one.

Belongs here: its rows, and how one defect changes its files. Does not belong here: which defects there are (`defect_kinds.py`), the chain.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migration_pipeline.simulation.identifiers import credit_code, ean13, mobile

Fields = dict[str, str]
DATASET_OF = {
    "suppliers": "suppliers", "products": "products", "members": "members", "stock": "inventory", "tickets": "sales", "lines": "sales",
    "payments": "sales",
}  # fmt: skip
_NAMES = ("矿泉水", "绿茶饮料", "纯牛奶", "方便面", "东北大米", "酱油王", "薯片大包", "洗衣液")
_PEOPLE = ("王小明", "李四海", "张三丰", "赵六一", "孙七巧", "周八方")


@dataclass(frozen=True)
class Plant:
    """How one defect gets into the files of one table.

    Attributes:
        changes: row (from 0) -> the cells that become something else.
        copies: rows that are repeated at the end, each with other cells.
        drops: rows that are left out.
        rewrite: what happens to the text of the file at last.
        encode: text of the file -> its bytes.
        reading: keys of the input that tell how such a file is read.
    """

    table: str
    changes: Mapping[int, Fields] = field(default_factory=dict)
    copies: tuple[tuple[int, Fields], ...] = ()
    drops: tuple[int, ...] = ()
    rewrite: Callable[[str], str] | None = None
    encode: Callable[[str], bytes] = str.encode
    reading: Mapping[str, object] = field(default_factory=dict)


def clean_tables() -> dict[str, list[Fields]]:
    """The rows of a store in which no rule finds anything, by table."""
    return {
        "suppliers": [_supplier(n) for n in range(4)],
        "products": [_product(n) for n in range(len(_NAMES))],
        "members": [_member(n) for n in range(len(_PEOPLE))],
        "stock": [{"product_code": _code(n), "warehouse": "MAIN", "quantity": "12", "unit_cost": "2.1000"} for n in range(6)],
        **_sales(),
    }


def write_store(folder: Path, plant: Plant | None = None) -> None:
    """Write `<table>.csv` of every table into a folder, with one defect if there is one to plant."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in clean_tables().items():
        mine = plant if plant and plant.table == name else Plant(name)
        text = _csv(_planted(rows, mine))
        text = mine.rewrite(text) if mine.rewrite else text
        (folder / f"{name}.csv").write_bytes(mine.encode(text))


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
        "unit": "KG" if weighed else "BOTTLE",
        "sell_price": "3.50",
        "cost_price": "2.10",
        "member_price": "3.30",
        "supplier_code": "V01",
        "weighed": "1" if weighed else "0",
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


def _sales() -> dict[str, list[Fields]]:
    """Six sales of 19.00 each, two lines and one payment to each, and a return of one line of the first."""
    tickets, lines, payments = [], [], []
    for number in range(1, 8):
        back = number == 7
        parts = [("P001", "-1" if back else "2", "-3.50" if back else "7.00", "3.50"), ("P002", "1", "12.00", "12.00")][: 1 if back else 2]
        total = "-3.50" if back else "19.00"
        head = {"ticket_no": f"T{number}", "sold_at": f"2025-06-0{number} 10:00:00", "member_code": f"M000{number % 6 + 1}"}
        kind = {"kind": "return", "original_ticket_no": "T1"} if back else {"kind": "sale", "original_ticket_no": ""}
        tickets.append({**head, **kind, "status": "normal", "total": total, "rounding": "0"})
        payments.append({"ticket_no": f"T{number}", "payment_no": "1", "method": "cash", "amount": total})
        for place, (code, quantity, amount, price) in enumerate(parts, 1):
            line = {"ticket_no": f"T{number}", "line_no": str(place), "product_code": code, "quantity": quantity, "unit_price": price}
            lines.append({**line, "discount_rate": "0", "amount": amount})
    return {"tickets": tickets, "lines": lines, "payments": payments}
