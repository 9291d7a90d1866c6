"""What ERPNext's Data Import gets: children below their parent, one price list per store, balanced entries, no stock below zero."""

from io import BytesIO

from openpyxl import load_workbook

from migration_pipeline.loaded.templates.erpnext import ERPNEXT
from migration_pipeline.loaded.templates.export import Export, export
from migration_pipeline_tests.unit.loaded.templates.conftest import SETTINGS, Tables, chain, item


def rows(made: Export, name: str) -> list[tuple[str | None, ...]]:
    """All rows of the workbook `name`, headings first."""
    (file,) = [file for file in made.files if file.name == name]
    return list(load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def dicts(made: Export, name: str) -> list[dict[str | None, str | None]]:
    """The rows of a workbook by their headings."""
    head, *found = rows(made, name)
    return [dict(zip(head, row, strict=True)) for row in found]


def test_children_stand_below_their_parent_whose_cells_are_blank_there(small_chain: Tables) -> None:
    found = dicts(export(ERPNEXT, small_chain, SETTINGS), "item.xlsx")
    assert [row["Item Code"] for row in found] == ["P1", None, None, "P2", "P3"]
    assert [row["Barcode (Barcodes)"] for row in found[:3]] == ["6901028000017", "6901028000024", "16901028000014"]
    assert [row["UOM (Barcodes)"] for row in found[:3]] == [None, None, "Box"]
    assert (found[0]["UOM (UOMs)"], found[0]["Conversion Factor (UOMs)"]) == ("Box", "12.000000")
    assert found[0]["Supplier (Supplier Items)"] == "Tea house S1"
    assert all(row["Item Name"] is None for row in found[1:3])


def test_a_pack_that_differs_between_stores_is_left_out_and_told(small_chain: Tables) -> None:
    made = export(ERPNEXT, small_chain, SETTINGS)
    assert dicts(made, "item.xlsx")[4]["Conversion Factor (UOMs)"] is None
    books = next(table for table in made.books if table.table == "item_pack")
    assert books.totals["ratio"] == (40, 24, 16)
    assert {(one.column, one.rows) for one in books.left} >= {("ratio", 2)}


def test_every_store_has_its_price_lists(small_chain: Tables) -> None:
    made = export(ERPNEXT, small_chain, SETTINGS)
    assert [row["Price List Name"] for row in dicts(made, "price-list.xlsx")][:3] == ["A", "A member", "A buying"]
    assert rows(made, "item-price.xlsx")[1:] == [
        ("P1", "Nos", "A", "3.5000"),
        ("P1", "Nos", "B", "3.9000"),
        ("P2", "Kg", "A", "12.8000"),
    ]
    assert rows(made, "item-price-member.xlsx")[1:] == [("P1", "Nos", "B member", "3.3000")]
    assert rows(made, "item-price-pack.xlsx")[1:] == [("P1", "Box", "A", "40.0000")]


def test_opening_stock_is_the_table_upload_of_one_stock_reconciliation_per_warehouse(small_chain: Tables) -> None:
    """Seven lines above the rows, field names on the third: what the table's own download looks like."""
    made = export(ERPNEXT, small_chain, SETTINGS)
    stock = {file.name: file.content.decode().split("\r\n") for file in made.files if file.name.startswith("opening-stock")}
    assert sorted(stock) == ["opening-stock-A-W1.csv", "opening-stock-B-W1.csv"]
    assert stock["opening-stock-A-W1.csv"][2] == "item_code,warehouse,qty,valuation_rate,allow_zero_valuation_rate"
    assert stock["opening-stock-A-W1.csv"][7:] == ["P1,A-W1 - LS,10.000,2.5000,0", ""]
    assert stock["opening-stock-B-W1.csv"][7:] == ["P1,B-W1 - LS,4.000,0.0000,1", ""]


def test_stock_below_zero_is_in_no_file_and_its_totals_are_told(small_chain: Tables) -> None:
    books = next(table for table in export(ERPNEXT, small_chain, SETTINGS).books if table.table == "opening_stock")
    assert (books.rows, books.nowhere) == (3, 1)
    assert [str(amount) for amount in books.totals["quantity"]] == ["12.750", "14.000", "-1.250"]
    assert {(one.column, one.reason, str(one.total)) for one in books.left if one.column == "quantity"} == {
        ("quantity", "negative", "-1.250")
    }


def test_opening_entries_balance_and_name_the_party_and_its_side(small_chain: Tables) -> None:
    made = export(ERPNEXT, small_chain, SETTINGS)
    found = dicts(made, "opening-supplier.xlsx")
    sides = [(row["Account (Accounting Entries)"], row["Debit (Accounting Entries)"], row["Credit (Accounting Entries)"]) for row in found]
    assert sides == [
        ("Creditors - LS", None, "100.10"),
        ("Temporary Opening - LS", "100.10", None),
        ("Creditors - LS", "20.05", None),
        ("Temporary Opening - LS", None, "20.05"),
    ]
    assert [row["Entry Type"] for row in found] == ["Opening Entry", None, "Opening Entry", None]
    assert dicts(made, "opening-stored-principal.xlsx")[0]["Party (Accounting Entries)"] == "王芳 M1"


def test_points_are_in_no_file_and_told_with_their_total(small_chain: Tables) -> None:
    books = next(table for table in export(ERPNEXT, small_chain, SETTINGS).books if table.table == "member_balance")
    (told,) = [one for one in books.left if one.column == "points"]
    assert (told.reason, told.rows, str(told.total)) == ("no_place", 2, "13.75")
    assert "allow_import" in told.words.en


def test_files_are_cut_at_the_limit_and_never_between_a_parent_and_its_children() -> None:
    limit = ERPNEXT.templates[0].limit
    many = [item(f"P{number:05d}") for number in range(limit - 1)]
    barcodes = [{"barcode": f"{number}", "item_code": f"P{limit - 2:05d}"} for number in range(3)]
    made = export(ERPNEXT, chain(item=[*many, item("Z")], item_barcode=barcodes), SETTINGS)
    parts = [file for file in made.files if file.name.startswith("item-0")]
    assert [(file.name, file.rows, file.records) for file in parts] == [
        ("item-01.xlsx", limit - 2, limit - 2),
        ("item-02.xlsx", 4, 2),
    ]
    assert [row["Item Code"] for row in dicts(made, "item-02.xlsx")] == [f"P{limit - 2:05d}", None, None, "Z"]
