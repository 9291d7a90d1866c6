"""Nothing vanishes on the way into files: rows and sums of every table are in files or told, for any data and every tool."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
import xlrd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.templates.export import Export, export
from migration_pipeline.loaded.templates.files import File
from migration_pipeline.loaded.templates.model import Tool
from migration_pipeline.loaded.templates.tools import TOOLS
from migration_pipeline_tests.unit.loaded.templates.conftest import SETTINGS, Tables, chain, item

NAME = st.one_of(st.sampled_from(["=1+1", "+86", "-", "@x", "茶", "a\x01b", "x" * 200]), st.text(min_size=1, max_size=8))
CODES = ["P1", "=P2", "P 3", "P0004"]
AMOUNT = st.decimals(-1000, 1000, places=2).map(str)
STORES = ["A", "B"]


def cells(file: File) -> list[list[Any]]:
    """All rows of a file of any form."""
    if file.form == "csv":
        return list(csv.reader(io.StringIO(file.content.decode(), newline="")))
    if file.form == "xls":
        sheet = xlrd.open_workbook(file_contents=file.content).sheet_by_index(0)
        return [sheet.row_values(number) for number in range(sheet.nrows)]
    active = load_workbook(io.BytesIO(file.content)).active
    assert active is not None
    return [list(row) for row in active.iter_rows(values_only=True)]


@st.composite
def chains(draw: st.DrawFn) -> Tables:
    """Two stores with any names, prices, packs, stock and balances; codes that a spreadsheet would run among them."""
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1))
    places = [(store, code) for store in STORES for code in codes if draw(st.booleans())]
    return chain(
        item=[item(code, name=draw(NAME), brand=draw(st.one_of(st.none(), NAME))) for code in codes],
        item_barcode=[{"barcode": f"{n}{code}", "item_code": code} for n, code in enumerate(codes) if draw(st.booleans())],
        item_price=[{"store_code": s, "item_code": c, "sell_price": draw(AMOUNT), "cost_price": draw(AMOUNT)} for s, c in places],
        item_pack=[{"store_code": s, "item_code": c, "unit_code": "BOX", "ratio": draw(st.sampled_from(["6", "12"]))} for s, c in places],
        opening_stock=[
            {"store_code": s, "warehouse_code": "W1", "item_code": c, "quantity": draw(AMOUNT), "unit_cost": draw(AMOUNT), "value": "1"}
            for s, c in places
        ],
        member=[{"member_code": code, "name": draw(NAME), "status": "active", "gender": "unknown"} for code in CODES[:2]],
        member_balance=[
            {"store_code": s, "member_code": c, "points": draw(AMOUNT), "stored_principal": draw(AMOUNT)} for s in STORES for c in CODES[:2]
        ],
    )


STOCK = {"erpnext": ("opening-stock", "Quantity", 5), "odoo": ("stock_quant", "inventory_quantity", 0)}
"""Tool -> the files with the opening stock, the heading of its quantity, lines between the headings and the rows."""


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
@given(tables=chains())
def test_every_row_and_amount_is_in_files_or_told_and_no_csv_runs_anything(tool: Tool, tables: Tables) -> None:
    made = export(tool, tables, SETTINGS, "csv")
    assert made.ties
    for books in made.books:
        assert books.rows == len(tables[books.table])
        assert books.mapped == books.whole + books.partly + books.nowhere
    told = next((books.totals["quantity"][1] for books in made.books if books.table == "opening_stock"), Decimal(0))
    if tool.name in STOCK:
        assert stock_in(made, *STOCK[tool.name]) == told
    for row in (row for file in made.files if file.form == "csv" for row in cells(file) if row != ["------"]):
        assert [cell for cell in row if cell.startswith(("=", "@", "+", "\t", "'"))] == []
        assert [cell for cell in row if cell.startswith("-") and not cell[1:].replace(".", "").isdigit()] == []


def stock_in(made: Export, name: str, head: str, between: int) -> Decimal:
    """The quantities of the files, read back and added up apart from the books."""
    found = Decimal(0)
    for file in (file for file in made.files if file.name.startswith(name)):
        rows = cells(file)
        at = next(number for number, row in enumerate(rows) if head in row)
        column = rows[at].index(head)
        found += sum((Decimal(row[column]) for row in rows[at + 1 + between :]), Decimal(0))
    return found


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_what_a_template_or_an_excuse_names_is_in_the_contract(tool: Tool) -> None:
    names = {name for name, about in ERP_TABLES.items()}
    places = {f"{name}.{column}" for name, about in ERP_TABLES.items() for column in about.column_names}
    assert set(tool.no_place) <= names | places
    assert {template.rows.table for template in tool.templates} <= names
    heads = [template.heads for template in tool.templates]
    assert all(len(set(one)) == len(one) for one in heads)


def test_the_same_record_of_several_stores_counts_once_the_later_one_and_a_barcode_keeps_its_owner() -> None:
    twice = chain(
        item=[item("P1", name="old"), item("P1", name="new"), item("P2")],
        item_barcode=[{"barcode": "1", "item_code": "P1"}, {"barcode": "1", "item_code": "P2"}],
    )
    made = export(TOOLS["odoo"], twice, SETTINGS)
    (file,) = [file for file in made.files if file.name == "product_product.csv"]
    head, *rows = cells(file)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["default_code"], row["name"], row["barcode"]) for row in found] == [("P1", "new", "1"), ("P2", "Name of P2", "")]
    assert {books.table: (books.mapped, books.repeated) for books in made.books} == {"item": (3, 1), "item_barcode": (2, 1)}
