"""思迅 SISS: its tables as a SQLite file or as an SQL dump. CHAR columns are padded; there is no ticket table.

Belongs here: SISS tables and words. Does not belong here: other systems.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.simulation.model import Row, StoreData
from migration_pipeline.simulation.truth import Ledger

_METHODS = {
    "cash": "RMB", "wechat": "WXZ", "alipay": "ZFB", "unionpay": "YLK", "stored_value": "SAV", "points": "JFD", "voucher": "GIF",
}  # fmt: skip
_UNITS = {
    "PCS": "个", "KG": "千克", "BOTTLE": "瓶", "BAG": "袋", "BOX": "盒", "CAN": "罐", "PACK": "包", "SET": "套",
}  # fmt: skip
_CLASSES = ("饮料", "乳品", "粮油", "调味", "零食", "日化", "百货", "生鲜")
_WORDS = {
    "unit": _UNITS,
    "method": _METHODS,
    "gender": {"male": "男", "female": "女"},
    "kind": {"sale": "A", "return": "B"},
}
_CARD_STATUS = {"active": "0", "lost": "1", "inactive": "2"}
_ITEM_STATUS = {"active": "1", "inactive": "0"}


@dataclass(frozen=True)
class _Column:
    """One column: SQL type, and the canonical field it is filled from (empty: always NULL)."""

    name: str
    type: str
    field: str = ""


def _columns(text: str) -> tuple[_Column, ...]:
    return tuple(_Column(*part.split(":")) for part in text.split())


_ITEMS = _columns(
    "item_no:char(20):product_code item_subno:char(20):barcode item_name:varchar(40):name "
    "item_subname:varchar(40) item_clsno:char(6):x_class item_brand:varchar(20):brand item_size:varchar(20):spec unit_no:char(4):unit "
    "price:decimal(16,4):cost_price sale_price:decimal(16,4):sell_price vip_price:decimal(16,4):member_price "
    "main_supcust:char(8):supplier_code measure_flag:char(1):weighed status:char(1):x_item_status "
    "item_rem:varchar(20) modify_date:datetime:updated_at"
)
_SUPPLIERS = _columns(
    "supcust_no:char(8):supplier_code supcust_flag:char(1) sup_name:varchar(60):name sup_man:varchar(20):contact sup_tel:varchar(20):phone "
    "sup_addr:varchar(60):address sup_tax_no:char(20):tax_id sup_balance:decimal(16,4):balance modify_date:datetime:updated_at"
)
_STOCK = _columns(
    "branch_no:char(6):warehouse item_no:char(20):product_code "
    "stock_qty:decimal(16,4):quantity avg_cost:decimal(16,4):unit_cost oper_date:datetime"
)
_MEMBERS = _columns(
    "card_id:char(20):member_code card_no:char(20) card_type:varchar(8):tier vip_name:varchar(20):name vip_sex:char(2):gender "
    "birthday:datetime:birthday mobile:char(20):phone vip_tel:char(20) vip_add:varchar(60):address vip_email:varchar(40):email "
    "now_acc_num:decimal(16,4):points acc_num:decimal(16,4) use_num:decimal(16,4) residual_amt:decimal(16,4):stored_principal "
    "gift_amt:decimal(16,4):stored_bonus card_status:char(1):x_card_status vip_start_date:datetime:opened_on oper_date:datetime:updated_at"
)
_LINES = _columns(
    "flow_id:int:line_no flow_no:char(20):ticket_no branch_no:char(6):warehouse item_no:char(20):product_code "
    "source_price:decimal(16,4):unit_price sale_price:decimal(16,4):unit_price sale_qnty:decimal(16,4):quantity "
    "sale_money:decimal(16,4):amount pref_amt:decimal(16,4):discount "
    "in_price:decimal(16,4) sell_way:char(1):kind card_id:char(20):member_code oper_id:char(4):cashier posid:char(4):terminal "
    "voucher_no:char(20):original_ticket_no oper_date:datetime:sold_at"
)
_PAYMENTS = _columns(
    "flow_id:int:payment_no flow_no:char(20):ticket_no pay_way:char(4):method pay_amount:decimal(16,4):amount sell_way:char(1):kind "
    "vip_no:char(20):member_code oper_date:datetime:sold_at"
)
_CLASS = _columns("item_clsno:char(6):x_class item_clsname:varchar(20):category")

_ROWS_PER_INSERT = 200
_Record = tuple[str | None, ...]


@dataclass(frozen=True)
class _SissTable:
    """One table of the file: its rows are already in SISS words."""

    name: str
    columns: tuple[_Column, ...]
    rows: Iterable[_Record]

    def create(self) -> str:
        """The CREATE TABLE statement."""
        body = ",\n".join(f"  {column.name} {column.type}" for column in self.columns)
        return f"CREATE TABLE {self.name} (\n{body}\n)"


def write(data: StoreData, folder: Path, ledger: Ledger) -> None:
    """Write `hbpos.db` or, for a dump, `hbpos.sql` into the store's folder and record every row."""
    folder.mkdir(parents=True, exist_ok=True)
    dump = data.plan.system == "siss_dump"
    path = folder / ("hbpos.sql" if dump else "hbpos.db")
    tables = [_classes(), *(_table(data, ledger, path.name, *part) for part in _parts(data))]
    _write_dump(path, tables) if dump else _write_sqlite(path, tables)


def _parts(data: StoreData) -> Iterator[tuple[str, str, str, tuple[_Column, ...], Iterable[dict[str, str]], list[Row]]]:
    heads = {ticket.header.fields["ticket_no"]: ticket.header.fields for ticket in data.tickets}
    lines, payments = data.lines(), data.payments()
    branch = {"warehouse": next(iter(data.plan.warehouses))}
    flip: Callable[[dict[str, str]], dict[str, str]] = _positive if data.plan.positive_returns else dict
    sold = (flip({**branch, **heads.get(row.fields["ticket_no"], {}), **row.fields}) for row in lines)
    paid = (flip({**heads.get(row.fields["ticket_no"], {}), **row.fields}) for row in payments)
    yield "suppliers", "suppliers", "t_bd_supcust_info", _SUPPLIERS, (row.fields for row in data.suppliers), data.suppliers
    yield "products", "products", "t_bd_item_info", _ITEMS, (_item(row.fields) for row in data.products), data.products
    yield "members", "members", "t_rm_vip_info", _MEMBERS, (_card(row.fields) for row in data.members), data.members
    yield "inventory", "stock", "t_im_branch_stock", _STOCK, (row.fields for row in data.stock), data.stock
    yield "sales", "lines", "t_rm_saleflow", _LINES, sold, lines
    yield "sales", "payments", "t_rm_payflow", _PAYMENTS, paid, payments


def _table(
    data: StoreData, ledger: Ledger, file: str, dataset: str, table: str, name: str, columns: tuple[_Column, ...],
    fields: Iterable[dict[str, str]], rows: list[Row],
) -> _SissTable:  # fmt: skip
    for number, row in enumerate(rows, start=1):
        ledger.add(data.plan.id, dataset, table, f"{file}:{number}", row)
    return _SissTable(name, columns, (_record(columns, values) for values in fields))


def _item(fields: dict[str, str]) -> dict[str, str]:
    number = _CLASSES.index(fields["category"]) + 1
    return {**fields, "x_class": f"{number:02d}", "x_item_status": _ITEM_STATUS[fields["status"]]}


def _card(fields: dict[str, str]) -> dict[str, str]:
    return {**fields, "x_card_status": _CARD_STATUS.get(fields["status"], fields["status"])}


def _classes() -> _SissTable:
    rows = ({"x_class": f"{place:02d}", "category": name} for place, name in enumerate(_CLASSES, start=1))
    return _SissTable("t_bd_item_cls", _CLASS, (_record(_CLASS, row) for row in rows))


def _positive(fields: dict[str, str]) -> dict[str, str]:
    """This build writes returns without a sign; only `sell_way` B tells."""
    if fields.get("kind") != "return":
        return fields
    return {name: text.removeprefix("-") if name in {"quantity", "amount"} else text for name, text in fields.items()}


def _record(columns: tuple[_Column, ...], fields: dict[str, str]) -> _Record:
    return tuple(_cell(column, fields) for column in columns)


def _cell(column: _Column, fields: dict[str, str]) -> str | None:
    text = fields.get(column.field, "")
    if column.field == "sold_at":
        text = fields.get("x_sold_at", text)
    words = _WORDS.get(column.field)
    text = words.get(text, text) if words else text
    if not text:
        return None
    if column.type.startswith("char("):
        return text.ljust(int(column.type[5:-1]))
    if column.type == "datetime" and len(text) == 19:
        return f"{text}.997"
    return text


def _write_sqlite(path: Path, tables: list[_SissTable]) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        for table in tables:
            connection.execute(table.create())
            marks = ",".join("?" * len(table.columns))
            connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", table.rows)  # noqa: S608 - names are constants above
        connection.commit()
    finally:
        connection.close()


def _write_dump(path: Path, tables: list[_SissTable]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("-- Dump of hbposv7\nSET NAMES utf8mb4;\n")
        for table in tables:
            file.write(f"\nDROP TABLE IF EXISTS `{table.name}`;\n{table.create()};\n")
            _write_inserts(file.write, table)


def _write_inserts(write: Callable[[str], int], table: _SissTable) -> None:
    names = ",".join(f"`{column.name}`" for column in table.columns)
    plain = [column.type == "int" or column.type.startswith("decimal") for column in table.columns]
    start = f"INSERT INTO `{table.name}` ({names}) VALUES\n"
    for number, record in enumerate(table.rows):
        before = start if number == 0 else f";\n{start}" if number % _ROWS_PER_INSERT == 0 else ",\n"
        values = ",".join(_literal(value, number=bare) for value, bare in zip(record, plain, strict=True))
        write(f"{before}({values})")
    write(";\n")


def _literal(value: str | None, *, number: bool) -> str:
    if value is None:
        return "NULL"
    if number and value.lstrip("-").replace(".", "", 1).isdigit():
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
