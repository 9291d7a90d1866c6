"""ERP tables as a small chain of two stores has them, by hand: what the tests of import templates fill in."""

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import ERP_TABLES, erp_table
from migration_pipeline.contracts.money import decimal_dtype

SETTINGS = {"company": "Lanshan", "abbr": "LS", "currency": "CNY", "date": "2026-01-31"}
Tables = dict[str, pd.DataFrame]


def table(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of one ERP table, with its dtypes; what a row does not say is missing (numbers that must be there: 0)."""
    about = erp_table(name)
    columns = {}
    for column in about.columns:
        values = [row.get(column.name) for row in rows]
        if column.type == "numeric":
            numbers = [
                Decimal(0) if value is None and not column.nullable else (None if value is None else Decimal(value)) for value in values
            ]
            columns[column.name] = pd.Series(numbers, dtype=decimal_dtype(column.scale))
        elif column.type == "boolean":
            columns[column.name] = pd.Series([bool(value) for value in values], dtype="bool[pyarrow]")
        else:
            columns[column.name] = pd.Series(values, dtype="str")
    return pd.DataFrame(columns)


def chain(**rows: list[dict[str, Any]]) -> Tables:
    """All ERP tables; those not named are empty, the setup is two stores with a warehouse each."""
    setup = {
        "company": [{"company_code": "C01", "name": "Lanshan", "currency": "CNY"}],
        "store": [{"store_code": store, "company_code": "C01", "name": f"Shop {store}"} for store in ("A", "B")],
        "warehouse": [{"store_code": store, "warehouse_code": "W1", "name": "Main"} for store in ("A", "B")],
        "unit": [{"unit_code": "PCS"}, {"unit_code": "BOX"}],
    }
    return {name: table(name, *{**setup, **rows}.get(name, [])) for name in ERP_TABLES}


def item(code: str, **more: Any) -> dict[str, Any]:
    """A row of `item`."""
    return {"item_code": code, "name": f"Name of {code}", "unit_code": "PCS", "kind": "goods", "status": "active", **more}


@pytest.fixture
def small_chain() -> Tables:
    """Items with several barcodes and packs, prices that agree and that differ, a supplier, a member, stock above and below zero."""
    return chain(
        supplier=[{"supplier_code": "S1", "name": "Tea house", "contact": "Li", "phone": "+86 755 1"}],
        supplier_balance=[
            {"supplier_code": "S1", "store_code": "A", "balance": "100.10"},
            {"supplier_code": "S1", "store_code": "B", "balance": "-20.05"},
        ],
        item=[item("P1", supplier_code="S1", category="Tea", brand="Lu"), item("P2", weighed=True, unit_code="KG"), item("P3")],
        item_barcode=[
            {"barcode": "6901028000017", "item_code": "P1"},
            {"barcode": "6901028000024", "item_code": "P1"},
            {"barcode": "00123", "item_code": "P2"},
        ],
        item_price=[
            {"store_code": "A", "item_code": "P1", "sell_price": "3.5", "cost_price": "2.5"},
            {"store_code": "B", "item_code": "P1", "sell_price": "3.9", "cost_price": "2.5", "member_price": "3.3"},
            {"store_code": "A", "item_code": "P2", "sell_price": "12.8"},
        ],
        item_pack=[
            {"store_code": "A", "item_code": "P1", "unit_code": "BOX", "ratio": "12", "barcode": "16901028000014", "sell_price": "40"},
            {"store_code": "B", "item_code": "P1", "unit_code": "BOX", "ratio": "12", "barcode": "16901028000014"},
            {"store_code": "A", "item_code": "P3", "unit_code": "BOX", "ratio": "6"},
            {"store_code": "B", "item_code": "P3", "unit_code": "BOX", "ratio": "10"},
        ],
        member=[{"member_code": "M1", "name": "王芳", "phone": "13800000001", "gender": "female", "status": "active"}],
        member_card=[{"store_code": "A", "card_no": "0001", "member_code": "M1"}, {"store_code": "B", "card_no": "9", "member_code": "M1"}],
        member_balance=[
            {"member_code": "M1", "store_code": "A", "points": "12.5", "stored_principal": "80", "stored_bonus": "8"},
            {"member_code": "M1", "store_code": "B", "points": "1.25"},
        ],
        opening_stock=[
            {"store_code": "A", "warehouse_code": "W1", "item_code": "P1", "quantity": "10", "unit_cost": "2.5", "value": "25"},
            {"store_code": "A", "warehouse_code": "W1", "item_code": "P2", "quantity": "-1.25", "unit_cost": "9", "value": "-11.25"},
            {"store_code": "B", "warehouse_code": "W1", "item_code": "P1", "quantity": "4", "value": "0"},
        ],
        ticket=[{"store_code": "A", "ticket_no": "1", "sold_at": "2026-01-02", "kind": "sale", "total": "3.5"}],
    )
