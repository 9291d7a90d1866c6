"""What jshERP's import gets: .xls with a banner, cells by position, a column per warehouse, no article it would refuse."""

import xlrd

from migration_pipeline.loaded.templates.export import Export, export
from migration_pipeline.loaded.templates.jsherp import JSHERP
from migration_pipeline_tests.unit.loaded.templates.conftest import SETTINGS, Tables, chain, item


def rows(made: Export, name: str) -> list[list[str]]:
    """All rows of a workbook."""
    (file,) = [file for file in made.files if file.name == name]
    sheet = xlrd.open_workbook(file_contents=file.content).sheet_by_index(0)
    return [sheet.row_values(number) for number in range(sheet.nrows)]


def test_articles_stand_below_a_banner_and_headings_with_stock_in_the_warehouse_columns(small_chain: Tables) -> None:
    banner, heads, first, *_ = rows(export(JSHERP, small_chain, SETTINGS), "material.xls")
    assert banner[0].startswith("*导入时本行内容请勿删除")
    assert (heads[0], heads[8], heads[10], heads[15], heads[18]) == ("名称*", "基本单位*", "基本条码*", "零售价", "状态*")
    assert heads[27:] == ["A-W1", "B-W1"]
    assert (first[2], first[8], first[10], first[14], first[15], first[18]) == ("P1", "个", "6901028000017", "2.5000", "", "1")
    assert first[27:] == ["10.000", "4.000"]


def test_an_article_without_barcode_has_its_code_for_one_and_too_short_a_code_is_told() -> None:
    made = export(JSHERP, chain(item=[item("P0001"), item("P2")]), SETTINGS)
    assert [row[10] for row in rows(made, "material.xls")[2:]] == ["P0001"]
    books = next(table for table in made.books if table.table == "item")
    assert (books.rows, books.nowhere) == (2, 1)
    assert {one.reason for one in books.left if one.column == "name"} == {"length"}


def test_stock_of_a_refused_article_is_told_and_not_lost(small_chain: Tables) -> None:
    stock = [{"store_code": "A", "warehouse_code": "W1", "item_code": code, "quantity": "5"} for code in ("P0001", "P2")]
    made = export(JSHERP, chain(item=[item("P0001"), item("P2")], opening_stock=stock), SETTINGS)
    books = next(table for table in made.books if table.table == "opening_stock")
    assert [str(amount) for amount in books.totals["quantity"]] == ["10.000", "5.000", "5.000"]
    assert {one.reason for one in books.left if one.column == "quantity"} == {"no_parent"}


def test_suppliers_have_the_sum_of_their_opening_balances(small_chain: Tables) -> None:
    (vendor,) = rows(export(JSHERP, small_chain, SETTINGS), "vendor.xls")[2:]
    assert (vendor[0], vendor[1], vendor[2], vendor[6], vendor[14]) == ("Tea house S1", "Li", "+86 755 1", "80.05", "1")


def test_a_workbook_holds_a_thousand_articles_and_its_name_one_dot() -> None:
    made = export(JSHERP, chain(item=[item(f"P{number:05d}") for number in range(1_001)]), SETTINGS)
    parts = [file for file in made.files if file.name.startswith("material")]
    assert [(file.name, file.rows) for file in parts] == [("material-01.xls", 1_000), ("material-02.xls", 1)]
    assert all(file.name.count(".") == 1 for file in made.files)
