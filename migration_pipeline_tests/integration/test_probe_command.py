"""`store2erp probe` on a small chain with packs: all right after a load, and each planted fault is one probe that fails."""

from collections.abc import Callable
from pathlib import Path

from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.runtime.databases import CONTROL, ERP, Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command, Ended
from migration_pipeline_tests.integration.small_project import write_project

CASE = "16901028000014"
MEMBERS = "      members:\n        members:\n"
PACKS = "        packs: {inputs: [packs], columns: {product_code: code, unit: unit, ratio: ratio, barcode: barcode}}\n"
FAULTS = {
    "DELETE FROM item_barcode": "barcode",
    "UPDATE item_pack SET ratio = 12": "pack_barcode",
    "UPDATE member_balance SET points = points + 1": "points",
    "UPDATE opening_stock SET quantity = quantity * 24 WHERE quantity = 10": "stock",
    "UPDATE ticket_line SET amount = amount + 0.01 WHERE ticket_no = 'AT1'": "ticket",
}


def kinds(ended: Ended, of: str, *, passed: bool) -> list[str]:
    return sorted({probe["kind"] for store in ended.json["stores"] for probe in store[of] if probe["passed"] is passed})


def test_what_is_wrong_in_the_erp_or_in_a_pack_is_told_and_nothing_is_changed(
    tmp_path: Path, own_databases: Callable[[Home], Databases], store2erp: Command
) -> None:
    project = write_project(tmp_path / "chain")
    file = project.folder / "migration.yaml"
    text = file.read_text(encoding="utf-8").replace("      stock: {f", "      packs: {format: csv, file: packs.csv}\n      stock: {f")
    file.write_text(text.replace(MEMBERS, PACKS + MEMBERS), encoding="utf-8")
    project.file("A", "packs").write_text(f"code,unit,ratio,barcode\nA-1,CASE,24,{CASE}\n", encoding="utf-8")
    databases, at = own_databases(Home.of(project.folder)), ("-p", project.folder, "--json")
    assert store2erp("probe", *at).code == 2
    ran = store2erp("run", *at)
    assert ran.json["balanced"] is True, ran.text
    before = PostgresTarget(databases).state_hash()

    good = store2erp("probe", *at)
    assert good.code == 0, good.text
    assert kinds(good, "erp", passed=True) == ["barcode", "name", "pack_barcode", "points", "stock", "ticket", "weighed_stock"]
    sold = {probe["kind"]: (probe["asked"], probe["found"]) for probe in good.json["stores"][0]["copy"]}
    assert sold.pop("nothing_left")[0] == sold.pop("real_erp_untouched")[0] == "A"
    assert sold == {
        "sale_pack": (CASE, "-24.000"),
        "return_pack": (CASE, "24.000"),
        "sale_single": ("A-1", "-1.000"),
        "return_single": ("A-1", "1.000"),
        "points_added": ("card 1", "7.00"),
        "points_taken_back": ("card 1", "0.00"),
    }
    assert PostgresTarget(databases).state_hash() == before

    with databases.connect(CONTROL) as connection:
        connection.execute("UPDATE crosswalk SET fields = jsonb_set(fields, '{ratio}', '\"12\"') WHERE dataset = 'packs'")
    with databases.connect(ERP) as connection:
        for fault in FAULTS:
            connection.execute(fault)
    last = store2erp("probe", *at)
    assert last.code == 1
    assert kinds(last, "erp", passed=False) == sorted(FAULTS.values())
    assert kinds(last, "copy", passed=False) == ["return_pack", "sale_pack"]
