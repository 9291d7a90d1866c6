"""Rejected rows out to a person and back: export, edit, import, run; and corrections that people write by hand."""

import csv
import stat
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from migration_pipeline.orchestration.explain import explain
from migration_pipeline.orchestration.metadata import correction_metadata
from migration_pipeline.orchestration.workspace import open_workspace
from migration_pipeline.runtime.lake import read_stage
from migration_pipeline_tests.integration.conftest import Command
from migration_pipeline_tests.integration.small_project import SALES, SmallProject, write_project

PHONE = "13899990000"
MASTERS = ("--dataset", "suppliers", "--dataset", "products", "--dataset", "members", "--dataset", "inventory")
"""All but sales, which cost as much as these together."""


@pytest.fixture
def project(tmp_path: Path) -> SmallProject:
    """One store with a member and a stock row that are rejected, and a supplier line that cannot be split."""
    made = write_project(tmp_path / "chain")
    with made.file("A", "members").open("a", encoding="utf-8") as file:
        file.write(f"A-N,=Person N,{PHONE},about ten,20.00\n")
    replace(made.file("A", "stock"), "A-2,1.250,", "A-2,many,")
    with made.file("A", "suppliers").open("a", encoding="utf-8") as file:
        file.write("A-R,Ragged,1.00,x,y\n")
    return made


def replace(path: Path, old: str, new: str) -> None:
    """Change a file in one place."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(store2erp: Command, project: SmallProject, *more: object) -> dict[str, Any]:
    """Migrate; whether rows are rejected does not matter here."""
    ended = store2erp("run", "-p", project.folder, "--json", *more)
    assert ended.code in {0, 1}, ended.text
    return dict(ended.json)


def correction(project: SmallProject, name: str, text: str) -> Path:
    """Write one file of corrections."""
    path = project.folder / "corrections" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("corrections:\n" + text, encoding="utf-8")
    return path


def edit_workbook(path: Path, edits: dict[tuple[str, str], str]) -> None:
    """(row id, heading) -> new text, as a person types it into Excel."""
    book = load_workbook(path)
    for page in book.worksheets:
        heads = [cell.value for cell in page[1]]
        for line in page.iter_rows(min_row=2):
            for (row, head), text in edits.items():
                if line[heads.index("[row]")].value == row:
                    line[heads.index(head)].value = text
    book.save(path)


def edit_csv(path: Path, edits: dict[tuple[str, str], str]) -> None:
    """The same in a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        heads, *lines = csv.reader(file)
    for line in lines:
        for (row, head), text in edits.items():
            if line[heads.index("[row]")] == row:
                line[heads.index(head)] = text
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([heads, *lines])


EDITORS: dict[str, Callable[[Path, dict[tuple[str, str], str]], None]] = {".xlsx": edit_workbook, ".csv": edit_csv}


def test_rejected_rows_are_edited_and_then_loaded_and_nothing_else_changes(
    project: SmallProject, tmp_path: Path, store2erp: Command
) -> None:
    """The whole loop, with what a person must be told on the way; a workbook and a CSV file say the same."""
    before = run(store2erp, project, *MASTERS)
    assert (before["balanced"], before["outcomes"]["rejected"]) == (True, 3)
    files = {ending: tmp_path / f"rejected{ending}" for ending in EDITORS}
    for ending, file in files.items():
        exported = store2erp("quarantine", "export", file, "-p", project.folder)
        assert (exported.code, "personal data" in exported.out, "no cells" in exported.out) == (0, True, True), exported.text
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        EDITORS[ending](file, {("members.csv:3", "points"): "10.00", ("stock.csv:3", "quantity"): "2.000"})
    said = []
    for file in files.values():
        for made in (project.folder / "corrections").glob("*"):
            made.unlink()
        imported = store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na", "--reason", "asked the shop")
        assert (imported.code, "store2erp run" in imported.out) == (0, True), imported.text
        (corrections,) = (project.folder / "corrections").glob("quarantine-*-001.yaml")
        assert stat.S_IMODE(corrections.stat().st_mode) == 0o600
        text = corrections.read_text(encoding="utf-8")
        assert text.count("who: Li Na") == 2
        said.append(text[text.index("corrections:") :])
    assert said[0] == said[1]
    after = run(store2erp, project, *MASTERS)
    assert (after["balanced"], after["unexplained"], after["outcomes"]["rejected"]) == (True, "0.00", 1)
    assert after["outcomes"]["loaded"] == before["outcomes"]["loaded"] + 2
    assert after["erp_changed_rows"] == 4, "a member with card and balance, and a row of stock"
    whole = run(store2erp, project)
    assert (whole["balanced"], whole["outcomes"]["rejected"]) == (True, 1)
    assert run(store2erp, project)["erp_changed_rows"] == 0
    for file in files.values():
        again = store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na")
        assert (again.code, "not rejected (any more)" in again.err) == (2, True)
        assert not {PHONE, "about ten", "Person N"} & set(again.text.split())


def test_the_same_file_is_not_imported_twice_and_run_does_the_rest(project: SmallProject, tmp_path: Path, store2erp: Command) -> None:
    run(store2erp, project, *MASTERS)
    file = tmp_path / "rejected.csv"
    store2erp("quarantine", "export", file, "-p", project.folder, "--dataset", "members")
    edit_csv(file, {("members.csv:3", "[action]"): "exclude"})
    assert store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na").code == 0
    again = store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na", "--run", "--json")
    assert (again.code, "has changed since the export" in again.err, "nothing was imported" in again.err) == (2, True, True)
    assert len(list((project.folder / "corrections").iterdir())) == 1
    store2erp("quarantine", "export", file, "-p", project.folder, "--dataset", "inventory")
    edit_csv(file, {("stock.csv:3", "quantity"): "2"})
    resubmitted = store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na", "--run", "--json")
    assert (resubmitted.code, list(resubmitted.json["datasets"]), resubmitted.json["erp_changed_rows"]) == (0, ["inventory"], 1)
    assert run(store2erp, project, "--dataset", "members")["datasets"]["members"]["outcomes"]["excluded"] == 1


REFUSED = (
    ({("members.csv:3", "[row]"): "members.csv:2"}, "is not rejected"),
    ({("members.csv:3", "[row]"): "members.csv:99"}, "is not rejected"),
    ({("members.csv:3", "[store]"): "Z"}, "not in the project"),
    ({("members.csv:3", "[check]"): "0"}, "has changed since the export"),
    ({("members.csv:3", "[action]"): "accept"}, "knows only 'exclude'"),
    ({("members.csv:3", "[action]"): "exclude", ("members.csv:3", "points"): "1"}, "edited and excluded"),
    ({("members.csv:3", "quantity"): "1"}, "is no source column"),
    ({("suppliers.csv:3", "balance"): "1"}, "could not be split"),
)


def test_edits_that_fit_no_rejected_row_are_refused(project: SmallProject, tmp_path: Path, store2erp: Command) -> None:
    """With the line of the file, without a word of what the row holds; nothing is written. Nor is it if the source changed meanwhile."""
    run(store2erp, project, *MASTERS)
    for number, (edits, words) in enumerate(REFUSED):
        file = tmp_path / f"rejected{number}.csv"
        store2erp("quarantine", "export", file, "-p", project.folder)
        edit_csv(file, edits)
        ended = store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na")
        assert (ended.code, words in ended.err, f"{file.name}: line " in ended.err, PHONE in ended.text) == (2, True, True, False), words
    file = tmp_path / "rejected.xlsx"
    store2erp("quarantine", "export", file, "-p", project.folder, "--dataset", "members")
    replace(project.file("A", "members"), PHONE, "13899990001")
    run(store2erp, project)
    edit_workbook(file, {("members.csv:3", "points"): "1"})
    ended = store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na")
    assert (ended.code, "has changed since the export" in ended.err) == (2, True)
    assert not (project.folder / "corrections").exists()


def test_an_unedited_file_imports_nothing_and_other_forms_of_the_command_are_as_before(
    project: SmallProject, tmp_path: Path, store2erp: Command
) -> None:
    """What is exported comes back as it was, cells that look like formulas too."""
    run(store2erp, project, *MASTERS)
    for ending in EDITORS:
        file = tmp_path / f"rejected{ending}"
        store2erp("quarantine", "export", file, "-p", project.folder, "--dataset", "members")
        imported = store2erp("quarantine", "import", file, "-p", project.folder, "--who", "Li Na", "--json")
        assert (imported.code, imported.json["corrections"], imported.json["file"]) == (0, 0, None), imported.text
    assert not (project.folder / "corrections").exists()
    assert "members" in store2erp("quarantine", "-p", project.folder).out
    assert store2erp("quarantine").code == 2
    ended = store2erp("quarantine", "export", project.folder / "data" / "x.csv", "-p", project.folder)
    assert (ended.code, "among the data" in ended.err) == (2, True)


AMOUNT = """\
  - store: A
    dataset: inventory
    where: {code: A-1}
    action: set
    expect: {quantity: "10"}
    set: {quantity: "4"}
    reason: counted again
    who: Li Na
    on: 2026-11-22
"""


def test_a_corrected_amount_is_explained_to_the_cent_and_can_be_taken_back(tmp_path: Path, store2erp: Command) -> None:
    """The control total is that of the untouched source; the correction accounts for the difference; without the file all is as before."""
    project = write_project(tmp_path / "chain")
    before = run(store2erp, project, *MASTERS)
    path = correction(project, "stock.yaml", AMOUNT)
    after = run(store2erp, project, *MASTERS)
    stock, was = after["datasets"]["inventory"], before["datasets"]["inventory"]
    assert (after["balanced"], after["unexplained"], after["erp_changed_rows"]) == (True, "0.00", 1)
    assert (stock["money_in"], Decimal(stock["money_out"])) == (was["money_in"], Decimal(was["money_out"]) - Decimal("15.00"))
    workspace = open_workspace(project.folder)
    proof = read_stage(workspace.home.lake, "reconciled", "inventory", "A").tables["breaks"]
    shown = {(row.metric, row.reason, row.rows, str(row.amount)) for row in proof.itertuples()}
    assert shown == {("money", "correction", 1, "15.0000"), ("quantity", "correction", 1, "6.0000")}
    facts = read_stage(workspace.home.lake, "cleaned", "inventory", "A").facts["corrections"]
    assert facts == [
        {"file": "corrections/stock.yaml", "line": 2, "table": "stock", "row": "stock.csv:2", "action": "set", "columns": ["quantity"],
         "who": "Li Na", "on": "2026-11-22", "reason": "counted again"}
    ]  # fmt: skip
    assert set(correction_metadata(read_stage(workspace.home.lake, "cleaned", "inventory", "A"))) == {"corrections", "corrected amounts"}
    (way,) = explain(workspace, "A", "inventory", "stock.csv:2")
    assert way.corrections == ("corrected 已更正 by Li Na on 2026-11-22: counted again (corrections/stock.yaml:2)",)
    assert "corrected 已更正 by Li Na" in store2erp("explain", "A", "inventory", "stock.csv:2", "-p", project.folder).out
    assert "People corrected amounts" in workspace.report.read_text(encoding="utf-8")
    path.unlink()
    back = run(store2erp, project, *MASTERS)
    assert (back["balanced"], back["erp_changed_rows"], back["datasets"]) == (True, 1, before["datasets"])


def test_a_corrected_sale_is_explained_in_all_its_tables(tmp_path: Path, store2erp: Command) -> None:
    """Line, header and payment must be corrected together; then 1.00 is explained in each."""
    project = write_project(tmp_path / "chain")
    entry = '  - {{store: A, dataset: sales, table: {0}, row: "{0}.csv:{1}", action: set, expect: {{{2}: "4.00"}}, set: {{{2}: "3.00"}}, '
    signed = "reason: price was 1.50, who: Li Na, on: 2026-11-22}\n"
    places = (("tickets", 3, "total"), ("lines", 4, "amount"), ("payments", 4, "amount"))
    correction(project, "sale.yaml", "".join(entry.format(*place) + signed for place in places))
    after = run(store2erp, project)
    assert (after["balanced"], after["unexplained"], after["outcomes"]["rejected"]) == (True, "0.00", 0)
    assert (after["money_in"], after["datasets"]["sales"]["money_in"]) == (after["money_in"], SALES)
    assert Decimal(after["datasets"]["sales"]["money_out"]) == Decimal(SALES) - 1


def test_an_excluded_ticket_takes_its_lines_along(tmp_path: Path, store2erp: Command) -> None:
    project = write_project(tmp_path / "chain")
    about = '  - {store: A, dataset: sales, row: "tickets.csv:3", action: exclude, reason: test sale, who: Li Na, on: 2026-11-22}\n'
    correction(project, "sale.yaml", about)
    after = run(store2erp, project)
    assert (after["balanced"], after["datasets"]["sales"]["outcomes"]["excluded"]) == (True, 3)
    (way,) = explain(open_workspace(project.folder), "A", "sales", "tickets.csv:3")
    assert (way.reason, "corrections/sale.yaml:2" in way.detail) == ("excluded_by_correction", True)


def test_a_correction_that_does_not_fit_stops_its_store_and_names_its_line(tmp_path: Path, store2erp: Command) -> None:
    """At `cleaned_`, before anything is loaded; the other store goes on."""
    project = write_project(tmp_path / "chain", ("A", "B"))
    correction(project, "stock.yaml", AMOUNT.replace('"10"', '"11"').replace("store: A", "store: B").replace("A-1", "B-1"))
    ended = store2erp("run", "-p", project.folder, "--json")
    failed = {failure["step"]: failure for failure in ended.json["failures"]}
    assert (ended.code, {failure["store"] for failure in failed.values()}) == (2, {"B"})
    words = "corrections/stock.yaml:2: column 'quantity' of row stock.csv:2 does not hold what expect: says"
    assert words in failed["cleaned_inventory"]["message"]


def test_a_wrong_file_of_corrections_is_found_before_anything_runs(tmp_path: Path, store2erp: Command) -> None:
    project = write_project(tmp_path / "chain")
    path = correction(project, "stock.yaml", AMOUNT.replace("who: Li Na", "whom: Li Na"))
    ended = store2erp("run", "-p", project.folder)
    assert (ended.code, f"{path}:9" in ended.err, "there is no key 'whom'" in ended.err, "Li Na" in ended.err) == (2, True, True, False)
    correction(project, "stock.yaml", AMOUNT.replace("store: A", "store: Z"))
    ended = store2erp("run", "-p", project.folder)
    assert (ended.code, "corrections/stock.yaml:2: there is no store 'Z'" in ended.err) == (2, True)
