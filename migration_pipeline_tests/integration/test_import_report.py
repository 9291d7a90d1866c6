"""`store2erp import-report` on the demo: the journal's figures, every row's end, no person; linked from the main report."""

import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.orchestration.import_report import FORMS, current_import_reports, rows_of, write_import_reports, write_rows
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import read_stage
from migration_pipeline.runtime.safe_csv import rows_of as csv_rows
from migration_pipeline_tests.integration.conftest import Command, Demo

STORE = "S01"


def people(demo: Demo) -> set[str]:
    """Names, phones and addresses of the store's members and suppliers as they were sent to the ERP."""
    found: set[str] = set()
    for dataset, table in (("members", "member"), ("suppliers", "supplier")):
        frame = read_stage(demo.workspace.home.lake, "loaded", dataset, STORE).tables[table]
        for column in (column.name for column in ERP_TABLES[table].columns if column.personal):
            found |= {str(value) for value in frame[column].dropna() if len(str(value)) > 2}
    return found


def test_the_report_counts_what_the_journal_counts(demo: Demo, tmp_path: Path) -> None:
    (done,) = write_import_reports(demo.workspace, [STORE], "json", tmp_path / "s.json")
    journal = BatchRepository(demo.workspace.databases).batches(store=STORE)
    report = done.report
    assert len(report.batches) + sum(line.batches for line in report.earlier) == len(journal)
    assert report.rows + sum(line.rows for line in report.earlier) == journal["rows"].sum()
    assert {line.dataset for line in report.loads} == set(demo.workspace.datasets(STORE))
    second = [line.inserted + line.updated for line in report.loads]
    assert sum(second) == 0, "the demo was migrated twice: the second time changed nothing"
    assert json.loads((tmp_path / "s.json").read_text())["rows"] == report.rows


@pytest.mark.parametrize("form", list(FORMS))
def test_no_form_shows_a_person(demo: Demo, form: str, tmp_path: Path) -> None:
    persons = people(demo)
    assert len(persons) > 30
    out = tmp_path / f"report.{form}"
    write_import_reports(demo.workspace, [STORE], form, out)
    content = out.read_bytes() if form != "xlsx" else _all_parts(out)
    assert [value for value in persons if value.encode() in content] == []
    assert out.stat().st_mode & 0o077 == 0


def _all_parts(path: Path) -> bytes:
    from zipfile import ZipFile

    with ZipFile(path) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def test_every_source_row_has_its_end_and_its_key_is_in_the_erp(demo: Demo, tmp_path: Path) -> None:
    rows = rows_of(demo.workspace, STORE)
    ledgers = [read_stage(demo.workspace.home.lake, "loaded", name, STORE).outcomes for name in demo.workspace.datasets(STORE)]
    assert len(rows) == sum(map(len, ledgers))
    loaded = rows[(rows["outcome"] == "loaded") & (rows["erp_table"] == "item")]
    assert len(loaded) > 100
    assert set(loaded["erp_key"]) <= set(demo.workspace.target.read_back("item")["item_code"])
    assert (rows.loc[rows["outcome"] == "rejected", "erp_key"] == "").all()
    for form in ("csv", "parquet"):
        written = write_rows(demo.workspace, [STORE], form, tmp_path / f"rows.{form}")
        assert written == {tmp_path / f"rows.{form}": len(rows)}
    assert pd.read_parquet(tmp_path / "rows.parquet").astype("str").equals(rows)
    assert pd.DataFrame(csv_rows((tmp_path / "rows.csv").read_bytes()), dtype="str").equals(rows)


def test_the_main_report_links_to_every_import_report_and_each_links_back(demo: Demo) -> None:
    report = demo.workspace.report
    links = set(re.findall(r'href="(import/[^"]+)"', report.read_text(encoding="utf-8")))
    assert len(links) == len(demo.workspace.stores)
    for link in links:
        page = (report.parent / link).read_text(encoding="utf-8")
        back = re.search(r'href="([^"]+)">←', page)
        assert back
        assert (report.parent / link).parent.joinpath(back[1]).resolve() == report.resolve()


def test_a_report_is_written_anew_only_when_something_happened_since(demo: Demo) -> None:
    """With hundreds of stores, the run of one must not write the pages of all."""
    path = demo.workspace.home.reports / "import" / f"{STORE}.html"
    current_import_reports(demo.workspace)
    written = path.stat().st_mtime_ns
    current_import_reports(demo.workspace)
    assert path.stat().st_mtime_ns == written
    os.utime(path, (1, 1))
    assert current_import_reports(demo.workspace)[STORE] == f"import/{STORE}.html"
    assert path.stat().st_mtime_ns > written


def test_the_command_prints_figures_and_paths(demo: Demo, store2erp: Command, tmp_path: Path) -> None:
    asked = ("import-report", "-p", demo.workspace.loaded.folder, "--store", STORE, "--out", tmp_path / "x")
    (line,) = store2erp(*asked, "--json").json["reports"]
    assert (line["store"], line["changed"], line["path"]) == (STORE, 0, str(tmp_path / "x"))
    assert store2erp(*asked, "--rows", "--json").json["files"][0]["rows"] == len(rows_of(demo.workspace, STORE))


def test_what_cannot_be_written_is_said(demo: Demo, tmp_path: Path) -> None:
    for stores, form, what in ((None, "html", "do not go into one file"), ([STORE], "pdf", "no form"), (["S99"], "html", "no store")):
        with pytest.raises(BadInputError, match=what):
            write_import_reports(demo.workspace, stores, form, tmp_path / "x")
    with pytest.raises(BadInputError, match="no form"):
        write_rows(demo.workspace, [STORE], "html")
