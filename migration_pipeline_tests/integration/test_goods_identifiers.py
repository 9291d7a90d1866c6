"""Identifiers of goods end to end: scales' barcodes, packs, a UPC written three ways; books balance and every difference has its reason."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from migration_pipeline.runtime.databases import CONTROL, ERP, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

CASE, WEIGHED, UNREAD = "16901028000014", "2000123012506", "2100123012503"
"""A case of the shared tea; 1.250 of item 00123, as A's scales print it and as nobody has said that anything prints it."""
PACKS = """\
        packs: {inputs: [packs], columns: {product_code: code, unit: unit, ratio: ratio, barcode: barcode}}
"""


@pytest.fixture
def shops(tmp_path: Path) -> SmallProject:
    """Three stores; A has packs and scales, all sell one UPC that each writes in its own way."""
    project = write_project(tmp_path / "shops", ("A", "B", "C"))
    config = project.folder / "migration.yaml"
    text = config.read_text(encoding="utf-8")
    text = text.replace("      members: {format: csv", "      packs: {format: csv, file: packs.csv}\n      members: {format: csv")
    text = text.replace("      members:\n        members:\n", f"{PACKS}      members:\n        members:\n")
    text = text.replace("path: A}", 'path: A, weighed_barcodes: [{prefix: "20", layout: FFPPPPPWWWWWC}]}')
    config.write_text(text + "limits: {rejected_rows: 4}\n", encoding="utf-8")
    for store, upc in (("A", "036000291452"), ("B", "0036000291452"), ("C", "36000291452")):
        _append(project.file(store, "products"), f"{store}-U,{upc},Soap,3.0000,\n")
        project.file(store, "packs").write_text("code,unit,ratio,barcode\n", encoding="utf-8")
    _append(project.file("A", "products"), "00123,,Rice,5.0000,\n")
    _append(project.file("A", "packs"), f"A-1,箱,24,{CASE}\nA-2,箱,1,\n")
    _append(project.file("A", "stock"), f"{CASE},2,60.0000\n")
    _append(
        project.file("A", "lines"), f"AT3,1,{CASE},1,72.0000,72.00\nAT3,2,{WEIGHED},1.25,5.0000,6.25\nAT4,1,{UNREAD},1.25,5.0000,6.25\n"
    )
    _append(project.file("A", "tickets"), "AT3,2026-01-02 12:00:00,,78.25\nAT4,2026-01-02 13:00:00,,6.25\n")
    _append(project.file("A", "payments"), "AT3,1,cash,78.25\nAT4,1,cash,6.25\n")
    return project


def _append(path: Path, rows: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + rows if path.exists() else rows, encoding="utf-8")


def test_scales_packs_and_upcs_reach_the_erp_and_the_books_balance(
    shops: SmallProject, own_databases: Callable[[Home], Databases], store2erp: Command
) -> None:
    ended = store2erp("run", "-p", shops.folder, "--json")
    assert (ended.code, ended.json["balanced"], Decimal(ended.json["unexplained"])) == (0, True, Decimal(0)), ended.text
    databases = own_databases(Home.of(shops.folder))
    with databases.connect(ERP) as connection:
        barcodes = connection.execute("SELECT barcode, count(*) FROM item_barcode GROUP BY 1 ORDER BY 1").fetchall()
        packs = connection.execute("SELECT store_code, unit_code, ratio, barcode FROM item_pack").fetchall()
        stock = connection.execute(
            "SELECT quantity, value FROM opening_stock JOIN item_barcode USING (item_code)"
            " WHERE store_code = 'A' AND barcode = '6901028000017'"
        ).fetchall()
        lines = connection.execute(
            "SELECT l.quantity, l.unit_price, l.amount, i.name FROM ticket_line l JOIN item i USING (item_code)"
            " WHERE ticket_no = 'AT3' ORDER BY line_no"
        ).fetchall()
    assert barcodes == [("0036000291452", 1), ("6901028000017", 1)]
    assert packs == [("A", "CASE", Decimal(24), CASE)]
    assert stock == [(Decimal(58), Decimal(145))]  # 10 at 2.50, and 2 cases of 24 at 60.00 each
    assert lines == [
        (Decimal(24), Decimal(3), Decimal(72), "Shared tea"),
        (Decimal("1.25"), Decimal(5), Decimal("6.25"), "Rice"),
    ]
    assert _explained(databases) == [("lines.quantity", 1, Decimal(-23)), ("stock.quantity", 1, Decimal(-46))]
    assert _rejected(databases) == [("lines", "weighed_unconfigured", 1), ("packs", "bad_pack_ratio", 1)]
    assert store2erp("run", "-p", shops.folder, "--json").json["erp_changed_rows"] == 0


def _explained(databases: Databases) -> list[tuple[str, int, Decimal]]:
    with databases.connect(CONTROL) as connection:
        return connection.execute("SELECT metric, rows, amount FROM current_break WHERE reason = 'unit_conversion' ORDER BY 1").fetchall()


def _rejected(databases: Databases) -> list[tuple[str, str, int]]:
    with databases.connect(CONTROL) as connection:
        return connection.execute(
            "SELECT table_name, reason, rows FROM outcomes_by_reason WHERE outcome = 'rejected' AND reason <> 'ticket_rejected' ORDER BY 1"
        ).fetchall()
