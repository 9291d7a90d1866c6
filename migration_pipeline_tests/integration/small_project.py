"""A migration project of a few rows, written by hand: stores that export five datasets as plain CSV.

Belongs here: the project's files and what the ERP must hold of one good store. Does not belong here: running it (`conftest.py`), tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = """\
version: 1
name: small-chain
title: {en: Small chain, zh: 小连锁}
currency: CNY
sources:
  plain:
    inputs:
      suppliers: {format: csv, file: suppliers.csv}
      products: {format: csv, file: products.csv}
      members: {format: csv, file: members.csv}
      stock: {format: csv, file: stock.csv}
      tickets: {format: csv, file: tickets.csv}
      lines: {format: csv, file: lines.csv}
      payments: {format: csv, file: payments.csv}
    datasets:
      suppliers:
        suppliers: {inputs: [suppliers], columns: {supplier_code: code, name: name, balance: balance}}
      products:
        products:
          inputs: [products]
          columns: {product_code: code, barcode: barcode, name: name, sell_price: price, supplier_code: supplier}
      members:
        members:
          inputs: [members]
          columns: {member_code: card, name: name, phone: phone, points: points, stored_principal: stored}
      inventory:
        stock: {inputs: [stock], columns: {product_code: code, quantity: quantity, unit_cost: cost}}
      sales:
        tickets: {inputs: [tickets], columns: {ticket_no: no, sold_at: at, member_code: card, total: total}}
        lines:
          inputs: [lines]
          columns: {ticket_no: no, line_no: line, product_code: code, quantity: quantity, unit_price: price, amount: amount}
        payments: {inputs: [payments], columns: {ticket_no: no, payment_no: payment, method: method, amount: amount}}
stores:
"""

PER_STORE = {"item_price": 3, "opening_stock": 3, "ticket": 2, "ticket_line": 3, "payment": 3}
"""Rows of one good store in the ERP's tables of stores."""
SALES = "15.50"
"""Money of one store's sale lines."""
SHARED_BARCODE = "6901028000017"
"""An EAN-13 that every store sells under a code of its own: one item in the ERP."""


@dataclass(frozen=True)
class SmallProject:
    """A project folder with `data/<store>/*.csv`."""

    folder: Path
    stores: tuple[str, ...]

    def file(self, store: str, name: str) -> Path:
        """One store's export, e.g. `file("A", "lines")`."""
        return self.folder / "data" / store / f"{name}.csv"


def write_project(folder: Path, stores: Sequence[str] = ("A",)) -> SmallProject:
    """Write a project whose stores are all good: nothing in it is excluded or rejected."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = "".join(f"  - {{id: {store}, name: Shop {store}, source: plain, path: {store}}}\n" for store in stores)
    (folder / "migration.yaml").write_text(PROJECT + listed, encoding="utf-8")
    project = SmallProject(folder, tuple(stores))
    for number, store in enumerate(stores, 1):
        for name, text in _exports(store, number).items():
            path = project.file(store, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return project


def _exports(store: str, number: int) -> dict[str, str]:
    return {
        "suppliers": f"code,name,balance\n{store}-S,Supplier of {store},100.10\n",
        "products": (
            "code,barcode,name,price,supplier\n"
            f"{store}-1,{SHARED_BARCODE},Shared tea,3.5000,{store}-S\n"
            f"{store}-2,,Bread of {store},4.2500,{store}-S\n"
            f"{store}-3,,Milk of {store},2.0000,\n"
        ),
        "members": f"card,name,phone,points,stored\n{store}-M,Person {store},1380000{number:04d},12.50,80.00\n",
        "stock": f"code,quantity,cost\n{store}-1,10,2.5000\n{store}-2,1.250,3.0000\n{store}-3,-2,1.5000\n",
        "tickets": f"no,at,card,total\n{store}T1,2026-01-02 10:00:00,{store}-M,11.50\n{store}T2,2026-01-02 11:00:00,,4.00\n",
        "lines": (
            "no,line,code,quantity,price,amount\n"
            f"{store}T1,1,{store}-1,2,3.5000,7.00\n{store}T1,2,{store}-2,1,4.2500,4.50\n{store}T2,1,{store}-3,2,2.0000,4.00\n"
        ),
        "payments": f"no,payment,method,amount\n{store}T1,1,cash,10.00\n{store}T1,2,card,1.50\n{store}T2,1,cash,4.00\n",
    }
