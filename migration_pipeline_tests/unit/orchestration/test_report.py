"""Reports are written whole, for their owner alone, and only for stores that something was said of; the views they are made of."""

import os
import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.ledger import empty_ledger, entries
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.stage_output import Finding, StageOutput, findings_frame
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.records import Records
from migration_pipeline.control.views import build_views, read_view
from migration_pipeline.orchestration.report import write_report, write_reports
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.reconciled.classed_breaks import cases_of
from migration_pipeline.reconciled.compare_rows import RowDifferences
from migration_pipeline.reconciled.erp_changes import ErpChanges
from migration_pipeline.reconciled.ladder import row_rungs, whole_rungs
from migration_pipeline.reconciled.measurements import Measured, frame_of
from migration_pipeline.reconciled.reconcile import Reconciliation
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.paths import Home

D = Decimal


def proof(unexplained: str, missing: int) -> Reconciliation:
    """Sale lines of 10.00 of which so much is not explained, and ticket lines missing in the ERP."""
    left = D(unexplained)
    sides = {"source": D(10), "ledger": D(10), "target": 10 - left, "explained": D(0), "unexplained": left}
    measured = pd.DataFrame([{"dataset": "sales", "table": "lines", "metric": "money", **sides, "status": "break" if left else "equal"}])
    found = [("sales", "lines", "money", "unexplained", 0, left)] if left else []
    breaks = pd.DataFrame(found, columns=["dataset", "table", "metric", "reason", "rows", "amount"], dtype=object)
    breaks = breaks.astype({"table": "str", "metric": "str", "reason": "str", "rows": "int64", "amount": decimal_dtype(2)})
    text = {"table": "str", "metric": "str", "status": "str"}
    measured, rows = measured.astype(text), {"ticket_line": RowDifferences(missing, 0, 0, {}, {})}
    ladder = frame_of([*whole_rungs(measured, breaks, {}), *row_rungs(rows, {"ticket_line": 10})])
    return Reconciliation(measured, breaks, rows, ladder, cases=cases_of("sales", breaks, ErpChanges(), ladder, empty_ledger()))


def extract(name: str) -> StageOutput:
    rows = pd.DataFrame({"_row_id": pd.Series(["a:1"], dtype="str"), "_money": pd.Series([D("10.00")], dtype=decimal_dtype(2))})
    found = findings_frame([Finding("lines", "trim", "trimmed", "fix", 4)])
    return StageOutput(name, {"lines": rows}, entries(SALES.table("lines"), rows, "loaded", "loaded"), found, {"files": {}})


@pytest.fixture
def records(databases: Databases) -> Records:
    upgrade(databases)
    build_views(databases)
    return Records(databases)


def test_only_what_was_read_after_its_last_proof_is_unfinished(records: Records) -> None:
    for store in ("S1", "S2", "S3"):
        records.extract("r1", store, "sales", extract(f"e-{store}"))
    records.reconciliation("r1", "S1", "sales", extract("e-S1"), proof("0", 0))
    records.reconciliation("r1", "S3", "sales", extract("e-S3"), proof("0", 0))
    records.extract("r2", "S3", "sales", extract("newer"))
    assert list(read_view(records.databases, "unfinished", ("store",))["store"]) == ["S2", "S3"]


def test_breaks_are_those_of_the_newest_run_and_name_rows_that_differ(records: Records) -> None:
    records.extract("r1", "S1", "sales", extract("e1"))
    records.reconciliation("r1", "S1", "sales", extract("e1"), proof("5", 0))
    records.reconciliation("r2", "S1", "sales", extract("e1"), proof("0.01", 2))
    found = read_view(records.databases, "current_break", ("metric", "reason"))
    assert found[["metric", "reason", "amount", "status"]].values.tolist() == [
        ["lines.money", "unexplained", D("0.0100"), "open"],
        ["ticket_line.rows", "rows_differ", D(2), "open"],
    ]
    findings = read_view(records.databases, "findings_by_rule", ("rule",))
    assert findings[["rule", "hits"]].values.tolist() == [["trim", 4]], "not once per run"


@pytest.fixture
def workspace(records: Records, tmp_path: Path) -> Workspace:
    project = (
        "version: 1\nname: two-shops\ntitle: {en: Two shops, zh: 两家店}\nsources: {a: {preset: csv_zh}}\nstores: [{id: S1, source: a}]\n"
    )
    (tmp_path / "migration.yaml").write_text(project, encoding="utf-8")
    (tmp_path / "data").mkdir()
    return Workspace(load_project(tmp_path, None), Home(tmp_path / "home"), records.databases)


def test_the_file_is_the_owners_alone_and_replaced_whole(workspace: Workspace) -> None:
    first = write_report(workspace)
    assert "未完成" in first.read_text(encoding="utf-8")
    workspace.records.extract("r1", "S1", "sales", extract("e1"))
    workspace.records.reconciliation("r1", "S1", "sales", extract("e1"), proof("0.01", 0))
    path = write_report(workspace)
    assert path == first == workspace.report
    assert "账不平" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in path.parent.iterdir()) == ["index.html", "index.xlsx", "stores"]


def test_a_reports_folder_that_is_a_file_is_one_clear_error(workspace: Workspace) -> None:
    workspace.home.root.mkdir()
    workspace.home.reports.write_text("in the way", encoding="utf-8")
    with pytest.raises(InfrastructureError, match="the report cannot be written"):
        write_report(workspace)


def by_day(day: str, source: str, target: str, explained: str) -> Measured:
    figures = {"source": D(source), "target": D(target), "explained": D(explained)}
    return Measured("control_totals", "lines.money", by_dimension="day", grp=day, **figures)


def test_the_report_of_a_store_holds_what_the_database_holds(workspace: Workspace) -> None:
    """Page and workbook: the same day, the same break, the same figures to the last digit."""
    found = proof("0.01", 0)
    days = frame_of([by_day("2026-01-02", "10.00", "7.49", "2.50")])
    found = Reconciliation(found.measurements, found.breaks, found.rows, pd.concat([found.ladder, days]), cases=found.cases)
    workspace.records.extract("r1", "S1", "sales", extract("e1"))
    workspace.records.reconciliation("r1", "S1", "sales", extract("e1"), found)
    workspace.records.breaks_seen("r1", "S1", "sales", found.cases)
    whole, own = write_reports(workspace)
    assert [whole.store, own.store] == ["", "S1"]
    for one in (whole, own):
        page = one.page.read_text(encoding="utf-8")
        row = re.search(r"<tr><th>2026-01-02</th>\s*<td>10.00</td><td>2.50</td><td>7.49</td><td><span class=\"bad\">0.01</span>", page)
        assert row, "the day that differs"
        sheets = load_workbook(BytesIO(one.workbook.read_bytes()))
        assert [cell.value for cell in sheets["days 每日销售"][2]][1:5] == [10, 2.5, 7.49, 0.01]
        cases = read_view(workspace.databases, "open_break", ("id",))
        assert sheets["breaks 差异"].max_row == 1 + len(cases) > 1
        assert f"<th>{cases['id'][0]}</th>" in page
    assert f'href="stores/{own.page.name}"' in whole.page.read_text(encoding="utf-8")


def test_a_stores_report_is_written_anew_only_if_something_was_said_of_it(workspace: Workspace) -> None:
    workspace.records.extract("r1", "S1", "sales", extract("e1"))
    write_report(workspace)
    page = workspace.home.reports / "stores" / "S1.html"
    page.write_text("as it was", encoding="utf-8")
    write_report(workspace)
    assert page.read_text(encoding="utf-8") == "as it was"
    os.utime(page, (0, 0))
    write_report(workspace)
    assert "Store report" in page.read_text(encoding="utf-8")


def test_a_store_that_the_project_does_not_have_has_no_report(workspace: Workspace) -> None:
    with pytest.raises(BadInputError):
        write_reports(workspace, ["S9"])


def test_stages_of_the_board_are_those_of_the_newest_reading(records: Records) -> None:
    """A check from before the newest reading says nothing of it; where a store stopped is known."""
    sql = "INSERT INTO check_result (judged_at, run_id, store, dataset, stage, check_name, verdict, told, figures) VALUES "
    sql += "(now() - interval '1 day', 'r0', 'S1', 'sales', 'loaded', 'c', 'passed', '', '{}'), "
    sql += "(now() + interval '1 s', 'r1', 'S1', 'sales', 'raw', 'c', 'passed', '', '{}'), "
    sql += "(now() + interval '1 s', 'r1', 'S1', 'sales', 'cleaned', 'c', 'warned', '', '{}')"
    stop = "INSERT INTO run_stop (run_id, store, asset, check_name, stopped_at, told) "
    stop += "VALUES ('r1', 'S1', 'mapped_sales', '', now() + interval '2 s', 'x')"
    records.extract("r1", "S1", "sales", extract("e1"))
    with records.databases.connect("control") as connection:
        connection.execute(sql)
        connection.execute(stop)
    found = read_view(records.databases, "stage_board", ("stage",))
    assert found[["stage", "verdict", "checks", "not_passed"]].values.tolist() == [
        ["cleaned", "warned", 1, 1], ["mapped", "stopped", 0, 0], ["raw", "passed", 1, 0],
    ]  # fmt: skip
