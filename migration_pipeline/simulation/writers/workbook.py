"""A store system that exports Excel workbooks: a banner above the header, a stock column per warehouse, a total row at the end.

Belongs here: its workbooks, headers and words. Does not belong here: other formats.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from migration_pipeline.simulation.model import Row, StoreData
from migration_pipeline.simulation.truth import Ledger
from migration_pipeline.simulation.writers.delimited import in_words

WAREHOUSES = {"总仓": "ZC", "前场": "QC"}
"""Stock column -> the warehouse code the project file gives it."""

WORDS = {
    "unit": {"PCS": "件", "KG": "kg", "BOTTLE": "瓶", "BAG": "袋", "BOX": "盒", "CAN": "罐", "PACK": "包", "SET": "套"},
    "method": {
        "cash": "现金", "wechat": "微信支付", "alipay": "支付宝", "unionpay": "银行卡", "stored_value": "会员储值",
        "points": "积分抵现", "voucher": "优惠券",
    },
    "gender": {"male": "男", "female": "女"},
    "kind": {"sale": "零售", "return": "退货"},
    "status": {
        "active": "启用", "inactive": "禁用", "lost": "挂失", "normal": "正常", "void": "作废", "hung": "挂单", "training": "练习",
    },
}  # fmt: skip
_NUMBERS = {
    "balance", "sell_price", "cost_price", "member_price", "tax_rate", "points", "stored_principal", "stored_bonus", "total", "rounding",
    "quantity", "unit_price", "amount", "discount", "line_no", "payment_no", "weighed",
}  # fmt: skip
_PRODUCTS = (
    ("编码*", "product_code"), ("条码", "barcode"), ("名称*", "name"), ("规格", "spec"), ("品牌", "brand"), ("类别", "category"),
    ("单位*", "unit"),
    ("采购价", "cost_price"), ("零售价", "sell_price"), ("会员价", "member_price"), ("供应商", "supplier_code"), ("称重", "weighed"),
    ("状态*", "status"), ("备注", ""), ("更新时间", "updated_at"),
)  # fmt: skip
_SUPPLIERS = (
    ("编号", "supplier_code"), ("名称*", "name"), ("联系人", "contact"), ("联系电话", "phone"), ("地址", "address"),
    ("纳税人识别号", "tax_id"),
    ("期初应付", "balance"), ("更新时间", "updated_at"),
)  # fmt: skip
_MEMBERS = (
    ("会员卡号*", "member_code"), ("姓名", "name"), ("手机号码", "phone"), ("性别", "gender"), ("生日", "birthday"),
    ("等级", "tier"), ("积分", "points"),
    ("本金", "stored_principal"), ("赠送", "stored_bonus"), ("开卡日期", "opened_on"), ("状态", "status"), ("更新时间", "updated_at"),
)  # fmt: skip
_TICKETS = (
    ("单号", "ticket_no"), ("时间", "sold_at"), ("机号", "terminal"), ("收银员", "cashier"), ("会员卡号", "member_code"), ("类型", "kind"),
    ("原单号", "original_ticket_no"), ("合计金额", "total"), ("抹零", "rounding"), ("单据状态", "status"),
)  # fmt: skip
_LINES = (
    ("单号", "ticket_no"), ("行号", "line_no"), ("商品编码", "product_code"), ("数量", "quantity"), ("单价", "unit_price"),
    ("折扣额", "discount"),
    ("金额", "amount"),
)  # fmt: skip
_PAYMENTS = (("单号", "ticket_no"), ("行号", "payment_no"), ("支付方式", "method"), ("金额", "amount"))

_Columns = Sequence[tuple[str, str]]
_Cell = str | int | float | datetime | None


def write(data: StoreData, folder: Path, ledger: Ledger) -> None:
    """Write `商品.xlsx` and `销售.xlsx` of one store and record every row."""
    folder.mkdir(parents=True, exist_ok=True)
    masters = _Book(data.plan.id, "商品.xlsx", ledger)
    _products_sheet(masters, data)
    masters.sheet("供应商", "suppliers", "suppliers", _SUPPLIERS, data.suppliers)
    masters.sheet("会员", "members", "members", _MEMBERS, data.members)
    masters.save(folder)
    sales = _Book(data.plan.id, "销售.xlsx", ledger)
    sales.sheet("小票", "sales", "tickets", _TICKETS, data.headers())
    sales.sheet("明细", "sales", "lines", _LINES, data.lines())
    sales.sheet("付款", "sales", "payments", _PAYMENTS, data.payments())
    sales.save(folder)


class _Book:
    """One workbook of a store that records what is written into it."""

    def __init__(self, store: str, file: str, ledger: Ledger) -> None:
        self.store, self.file, self.ledger = store, file, ledger
        self.book = Workbook(write_only=True)

    def sheet(self, title: str, dataset: str, table: str, columns: _Columns, rows: Iterable[Row]) -> None:
        """A sheet with its header in row 1."""
        sheet = self.book.create_sheet(title)
        sheet.append([header for header, _ in columns])
        for number, row in enumerate(rows, start=2):
            sheet.append(_cells(columns, row, number))
            self.ledger.add(self.store, dataset, table, f"{self.file}:{number}", row)

    def save(self, folder: Path) -> None:
        """Write the file without the moment of writing in it, so that the same seed gives the same bytes."""
        buffer = BytesIO()
        self.book.save(buffer)
        with ZipFile(buffer) as old, ZipFile(folder / self.file, "w", ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(_entry(name), _timeless(name, old.read(name)))


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=(2026, 4, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    return entry


def _timeless(name: str, content: bytes) -> bytes:
    if name != "docProps/core.xml":
        return content
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-04-01T00:00:00Z", content)


def _products_sheet(masters: _Book, data: StoreData) -> None:
    """Banner, header, then products with their stock per warehouse; a row is a product row and a stock row per warehouse."""
    sheet = masters.book.create_sheet("商品")
    sheet.append(["商品资料导出（带*为必填项，请勿修改表头）"])
    sheet.append([*(header for header, _ in _PRODUCTS), *WAREHOUSES])
    stock = {(row.fields["product_code"], row.fields["warehouse"]): row for row in data.stock}
    for number, row in enumerate(data.products, start=3):
        here = [stock[row.fields["product_code"], code] for code in WAREHOUSES.values()]
        sheet.append([*_cells(_PRODUCTS, row, number), *(_cell("quantity", part.fields["quantity"], number) for part in here)])
        masters.ledger.add(masters.store, "products", "products", f"{masters.file}:{number}", row)
        for part in here:
            masters.ledger.add(masters.store, "inventory", "stock", f"{masters.file}:{number}#{part.fields['warehouse']}", part)


def _cells(columns: _Columns, row: Row, number: int) -> list[_Cell]:
    return [_cell(field, row.fields.get(field, ""), number) for _, field in columns]


def _cell(field: str, text: str, number: int) -> _Cell:
    """Numbers become numeric cells, as do barcodes and phones in every fourth row; moments of sale become date cells."""
    if not text:
        return None
    if field == "sold_at" and re.fullmatch(r"2026-0[1-4]-[0-2]\d .*", text) and "-02-30" not in text:
        return datetime.fromisoformat(text)
    if field in _NUMBERS and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    if field in {"barcode", "phone"} and number % 4 == 0 and text.isdigit() and not text.startswith("0"):
        return int(text)
    return in_words(WORDS, field, text)
