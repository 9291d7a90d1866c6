"""A small company of two stores as ERP tables, with values that targets tend to spoil.

Belongs here: the rows and frames of them. Does not belong here: what targets must do with them (`test_target_conformance.py`).
"""

from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import ERP_TABLES, ErpColumn, ErpTable
from migration_pipeline.loaded.protocol import CompanyRow, StoreRow

COMPANY = CompanyRow("HQ", "Chain 连锁", "CNY")
STORES = (StoreRow("S1", "一店", {"01": "Front", "02": "Back room"}), StoreRow("S2", "Store Two", {"01": "Front"}))
NO_TAX = dict.fromkeys(("tax_rate", "net_amount", "tax_amount"))
LONG = "很长的名字 long 🐼 " * 40 + "end"
HARD = 'O\'Neil "quoted" \\ % _ ; -- <b>&amp;</b> 🐼 é'
NOWHERE = dict.fromkeys(("province", "city", "district", "street", "division_code"))
SHENZHEN = {"province": "广东省", "city": "深圳市", "district": "南山区", "street": "粤海街道", "division_code": "440305"}
Rows = dict[str, list[dict[str, Any]]]


def _supplier(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {"supplier_code": code, "name": name, "contact": None, "phone": None, "address": None, **NOWHERE, "tax_id": None} | more


def _item(code: str, name: str, **more: Any) -> dict[str, Any]:
    bare = dict.fromkeys(("category", "brand", "spec", "tax_rate", "supplier_code"))
    told = {"unit_code": "PCS", "weighed": False, "kind": "goods", "status": "active"}
    return {"item_code": code, "name": name, **bare, **told} | more


def _member(code: str, name: str | None, **more: Any) -> dict[str, Any]:
    bare = dict.fromkeys(("phone", "email", "birthday", "address", "tier", "opened_on"))
    return {"member_code": code, "name": name, **bare, **NOWHERE, "gender": "unknown", "status": "active"} | more


def shared() -> Rows:
    """Company-wide rows, as the first store brings them."""
    return {
        "supplier": [
            _supplier("V1", HARD, contact="王先生", phone="0755-26001234", address="科技园\n二楼", **SHENZHEN, tax_id="91350100M000100Y43"),
            _supplier("V2", LONG, **(NOWHERE | {"district": "only a district"})),
            _supplier("V3", "No more than a name"),
        ],
        "item": [
            _item("I1", "可乐 330ml", category="饮料", brand="可口", spec="330ml*24", tax_rate="13.00", supplier_code="V1"),
            _item("I2", HARD, unit_code="KG", weighed=True, tax_rate="9.00"),
            _item("I3", LONG, kind="service", status="inactive", tax_rate="0.00"),
            _item("I4", "gift card", kind="voucher", supplier_code="V2"),
        ],
        "item_barcode": [
            {"barcode": "6901028075831", "item_code": "I1"},
            {"barcode": "0001", "item_code": "I1"},
            {"barcode": "2000123", "item_code": "I2"},
        ],
        "coupon_item": [
            {"coupon_code": "C/1", "product_code": "9%", "campaign": "双十一", "item_code": "I1"},
            {"coupon_code": "C2", "product_code": "8", "campaign": "x", "item_code": None},
        ],
        "member": [
            _member(
                "M1", "张三", phone="13912345678", email="san@example.com", gender="male", birthday="1988-02-29", address=HARD,
                tier="金卡", opened_on="2020-01-01", **SHENZHEN,
            ),
            _member("M2", None, status="lost", gender="female"),
            _member("M3", "Inactive 🐼", status="inactive", phone="not a number", email="not an address"),
        ],
    }  # fmt: skip


def of_store(store: str) -> Rows:
    """A store's own rows."""
    lines = [("1", 1, "I1", "1.005", "6.1234"), ("1", 2, "I2", "-0.333", None), ("2/A", 1, "I1", "1000000.000", "0.0001")]
    return {
        "supplier_balance": [{"supplier_code": v, "store_code": store, "balance": b} for v, b in (("V1", "-12.34"), ("V2", "0.00"))],
        "item_price": [
            _price(store, "I1", "3.5000", "1.2345", None),
            _price(store, "I2", None, None, "0.0001"),
            _price(store, "I3", None, None, None),
        ],
        "item_pack": [
            _pack(store, "BOX", "24.000000", "16901028075838", "79.9000"),
            _pack(store, "CASE", "0.333333", None, None),
        ],
        "member_card": [{"store_code": store, "card_no": c, "member_code": m} for c, m in (("00012345678901234567", "M1"), ("A/1", "M1"))],
        "member_balance": [
            _balance(store, "M1", "10.50", "9999999999999.99", "0.01"),
            _balance(store, "M2", "-3.00", "0.00", "0.00"),
        ],
        "opening_stock": [_stock(store, "I1", "100.000", "1.2345", "123.45"), _stock(store, "I2", "-3.250", "0.0000", "0.01")],
        "ticket": [
            _ticket(store, "1", "2024-02-29 23:59:59.123456", "M1", "6.13"),
            _ticket(store, "2/A", "2024-03-01 00:00:00", None, "-100.00", kind="return", original_ticket_no="1", cashier=HARD),
        ],
        "ticket_line": [
            {"store_code": store, "ticket_no": t, "line_no": n, "item_code": i, "quantity": q, "unit_price": p, "amount": "6.15"}
            | {"discount": "0.00", "coupon_discount": "0.10", "partner_discount": "0.02"}
            | ({"tax_rate": "13.00", "net_amount": "5.44", "tax_amount": "0.71"} if i == "I1" else NO_TAX)
            for t, n, i, q, p in lines
        ],
        "payment": [
            {"store_code": store, "ticket_no": "1", "payment_no": n, "method": m, "amount": a}
            for n, m, a in ((1, "cash", "10.00"), (2, "cash", "-3.87"))
        ],
    }


def _price(store: str, item: str, sell: str | None, cost: str | None, member: str | None) -> dict[str, Any]:
    return {"store_code": store, "item_code": item, "sell_price": sell, "cost_price": cost, "member_price": member}


def _pack(store: str, unit: str, ratio: str, barcode: str | None, price: str | None) -> dict[str, Any]:
    return {"store_code": store, "item_code": "I1", "unit_code": unit, "ratio": ratio, "barcode": barcode, "sell_price": price}


def _balance(store: str, member: str, points: str, principal: str, bonus: str) -> dict[str, Any]:
    return {"member_code": member, "store_code": store, "points": points, "stored_principal": principal, "stored_bonus": bonus}


def _stock(store: str, item: str, quantity: str, cost: str, value: str) -> dict[str, Any]:
    row = {"store_code": store, "warehouse_code": "01", "item_code": item}
    return row | {"quantity": quantity, "unit_cost": cost, "value": value}


def _ticket(store: str, number: str, at: str, member: str | None, total: str, **more: Any) -> dict[str, Any]:
    row = {"store_code": store, "ticket_no": number, "sold_at": at, "business_date": "2024-02-29", "terminal": "1", "cashier": None}
    return row | {"member_code": member, "kind": "sale", "original_ticket_no": None, "total": total, "rounding": "0.01"} | more


def frames(rows: Rows) -> dict[str, pd.DataFrame]:
    """Rows as frames of the ERP's tables, in load order."""
    return {name: frame(ERP_TABLES[name], rows[name]) for name in ERP_TABLES if name in rows}


def frame(table: ErpTable, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """One frame with the dtypes that mapping hands over."""
    return pd.DataFrame({column.name: _series(column, [row[column.name] for row in rows]) for column in table.columns})


def _series(column: ErpColumn, values: list[Any]) -> pd.Series:
    if column.type == "numeric":
        decimals = [None if value is None else Decimal(value) for value in values]
        return pd.Series(decimals, dtype=pd.ArrowDtype(pa.decimal128(column.precision, column.scale)))
    if column.type in {"date", "timestamp"}:
        return pd.to_datetime(pd.Series(values, dtype="str"), format="ISO8601").astype("datetime64[us]")
    return pd.Series(values, dtype={"text": "str", "integer": "int64", "boolean": "bool"}[column.type])
