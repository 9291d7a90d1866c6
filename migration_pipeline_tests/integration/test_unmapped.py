"""A word nobody has mapped stops its store until a person says what it means; then the store goes through."""

import csv
from pathlib import Path

from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SmallProject, write_project


def with_word(project: SmallProject, store: str, word: str) -> None:
    """Pay one ticket of a store with an unknown word."""
    path = project.file(store, "payments")
    path.write_text(path.read_text(encoding="utf-8").replace("card", word), encoding="utf-8")


def test_a_word_without_a_meaning_stops_its_store_until_a_person_answers(store2erp: Command, tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", ("A", "B"))
    with_word(project, "A", "刷脸")
    stopped = store2erp("run", "-p", project.folder, "--json")
    assert stopped.code == 1
    assert stopped.json["balanced"] is False
    told = " ".join(stopped.text.split())
    assert "payment_method 刷脸 1" in told
    assert "store2erp map unmapped" in told

    found = store2erp("map", "unmapped", "-p", project.folder, "--json").json["sources"]
    assert [(one["source"], one["new"], one["open"]) for one in found] == [("plain", 1, 1)]
    path = Path(found[0]["file"])
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    assert rows[1][:4] == ["payment_method", "刷脸", "", "1"]
    rows[1][2] = "alipay"
    with path.open("w", encoding="utf-8-sig", newline="") as text:
        csv.writer(text).writerows(rows)

    done = store2erp("run", "-p", project.folder, "--json")
    assert (done.code, done.json["balanced"], done.json["unexplained"]) == (0, True, "0.00")
    again = store2erp("map", "unmapped", "-p", project.folder, "--json").json["sources"]
    assert [(one["new"], one["open"], one["unused"]) for one in again] == [(0, 0, [])]


def test_a_source_may_send_such_rows_to_quarantine_instead_and_an_unused_word_is_told(store2erp: Command, tmp_path: Path) -> None:
    project = write_project(tmp_path / "p")
    with_word(project, "A", "刷脸")
    path = project.folder / "migration.yaml"
    more = "  plain:\n    unmapped: quarantine\n    value_maps: {payment_method: {代金: voucher}}\n"
    path.write_text(
        path.read_text(encoding="utf-8").replace("  plain:\n", more, 1).replace("sources:", "limits: {rejected_rows: 9}\nsources:", 1)
    )
    done = store2erp("run", "-p", project.folder, "--json")
    assert (done.code, done.json["outcomes"]["rejected"]) == (0, 5)
    found = store2erp("map", "unmapped", "-p", project.folder, "--json").json["sources"]
    assert [(one["open"], one["unused"]) for one in found] == [(1, [["payment_method", "代金"]])]


def test_every_column_of_the_source_has_a_fate(store2erp: Command, tmp_path: Path) -> None:
    project = write_project(tmp_path / "p")
    path = project.folder / "migration.yaml"
    named = 'columns: {supplier_code: code, name: full, balance: balance}, computed: {full: "trim(name)"}'
    path.write_text(path.read_text(encoding="utf-8").replace("columns: {supplier_code: code, name: name, balance: balance}", named))
    assert store2erp("run", "-p", project.folder, "--dataset", "suppliers", "--json").code == 0
    found = store2erp("map", "columns", "-p", project.folder, "--json").json["columns"]
    fates = {one["column"]: (one["fate"], one["to"]) for one in found if one["dataset"] == "suppliers"}
    assert fates == {"code": ("mapped", ["supplier_code"]), "name": ("computed", ["name (full)"]), "balance": ("mapped", ["balance"])}
