"""What Odoo's import gets: external ids that a second import finds again, references that lead somewhere, balances added up."""

import csv
import io

from migration_pipeline.loaded.templates.export import Export, export
from migration_pipeline.loaded.templates.odoo import ODOO
from migration_pipeline_tests.unit.loaded.templates.conftest import SETTINGS, Tables, chain, item


def rows(made: Export, name: str) -> list[dict[str, str]]:
    """The rows of one CSV file by their headings."""
    (file,) = [file for file in made.files if file.name == name]
    return list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))


def test_every_reference_to_what_this_export_makes_is_the_id_of_a_row(small_chain: Tables) -> None:
    made = export(ODOO, small_chain, SETTINGS)
    every = [row for file in made.files if file.form == "csv" for row in rows(made, file.name)]
    ids = {row["id"] for row in every}
    assert len(ids) == len(every), "no external id twice"
    named = {value for row in every for head, value in row.items() if head.endswith("/id") and value.startswith("__import__.")}
    assert named
    assert named <= ids | {"__import__.s2e_supplier_S1"}  # its phone begins with +: it stands in the workbook beside


def test_external_ids_hold_no_blank_and_no_second_dot() -> None:
    made = export(ODOO, chain(item=[item("A b.c"), item("A_b c"), item("茶")]), SETTINGS)
    ids = [row["id"] for row in rows(made, "product_product.csv")]
    assert ids == ["__import__.s2e_item_A_20_b_2e_c", "__import__.s2e_item_A_5f_b_20_c", "__import__.s2e_item__8336_"]


def test_a_price_that_differs_between_stores_is_only_in_the_pricelists(small_chain: Tables) -> None:
    made = export(ODOO, small_chain, SETTINGS)
    first = rows(made, "product_product.csv")[0]
    assert (first["list_price"], first["standard_price"], first["barcode"]) == ("", "2.5000", "6901028000017")
    rules = rows(made, "product_pricelist_item-sell.csv")
    assert [(row["pricelist_id/id"], row["fixed_price"]) for row in rules][:2] == [
        ("__import__.s2e_pricelist_A", "3.5000"),
        ("__import__.s2e_pricelist_B", "3.9000"),
    ]
    prices = next(table for table in made.books if table.table == "item_price")
    assert str(prices.totals["sell_price"][2]) == "0.0000"


def test_balances_of_one_member_in_several_stores_are_added_never_picked(small_chain: Tables) -> None:
    made = export(ODOO, small_chain, SETTINGS)
    assert [(row["code"], row["points"]) for row in rows(made, "loyalty_card-points.csv")] == [("P-M1", "13.75")]
    books = next(table for table in made.books if table.table == "member_balance")
    assert [str(amount) for amount in books.totals["points"]] == ["13.75", "13.75", "0.00"]


def test_a_text_that_a_spreadsheet_would_run_stands_in_a_workbook_beside_the_csv(small_chain: Tables) -> None:
    names = [file.name for file in export(ODOO, small_chain, SETTINGS).files if "supplier" in file.name]
    assert names == ["res_partner-supplier-text.xlsx", "product_supplierinfo.csv"]


def test_stock_is_counted_per_location(small_chain: Tables) -> None:
    found = rows(export(ODOO, small_chain, SETTINGS), "stock_quant.csv")
    assert [(row["location_id/id"], row["inventory_quantity"]) for row in found] == [
        ("__import__.s2e_location_A_W1", "10.000"),
        ("__import__.s2e_location_A_W1", "-1.250"),
        ("__import__.s2e_location_B_W1", "4.000"),
    ]


def test_the_same_tables_give_the_same_rows(small_chain: Tables) -> None:
    first, second = (export(ODOO, small_chain, SETTINGS) for _ in range(2))
    csvs = [[file.content for file in made.files if file.form == "csv"] for made in (first, second)]
    assert csvs[0] == csvs[1]
