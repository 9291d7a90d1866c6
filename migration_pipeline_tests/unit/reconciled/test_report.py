"""The report says what the figures say, in both languages, to the last digit, and needs nothing but itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.ledger import empty_ledger, entries
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.contracts.stage_output import Finding, StageOutput, findings_frame
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.records import Records
from migration_pipeline.control.views import build_views, read_view
from migration_pipeline.orchestration.report import write_report
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.load import load_project
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.classed_breaks import cases_of
from migration_pipeline.reconciled.compare_rows import RowDifferences
from migration_pipeline.reconciled.erp_changes import ErpChanges
from migration_pipeline.reconciled.ladder import row_rungs, whole_rungs
from migration_pipeline.reconciled.measurements import frame_of
from migration_pipeline.reconciled.reconcile import Reconciliation
from migration_pipeline.reconciled.report import MATRIX_STORES, ReportFigures, bridge, exact, render, sums, verdict
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.paths import Home

D = Decimal
BOARD = [
    "store",
    "dataset",
    "source_rows",
    "loaded",
    "merged",
    "excluded",
    "rejected",
    "undone",
    "money_in",
    "money_out",
    "unexplained",
    "breaks",
]
REASON = ["store", "dataset", "table_name", "outcome", "reason", "rows", "money", "quantity", "points"]
MEASURED = ["store", "dataset", "rung", "metric", "by_dimension", "grp", "source", "target", "explained", "unexplained"]
VOID = {"br", "meta", "link", "img", "input", "hr"}


def frame(columns: list[str], *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns, dtype=object)


def board_row(store: str = "S1", **changes: object) -> tuple[object, ...]:
    """1 voided and 2 rejected sale lines of 10; 100.00 = 90.00 + 3.00 + 7.00."""
    row = dict(zip(BOARD, (store, "sales", 10, 7, 0, 1, 2, 0, D("100.00"), D("90.00"), D("0.00"), 0), strict=True))
    return tuple((row | changes).values())


def figures(*board: tuple[object, ...], **changes: pd.DataFrame) -> ReportFigures:
    """Stores S1 ... with sales only, as many as the board has rows (at least one)."""
    board = board or (board_row(),)
    nothing: tuple[object, ...] = (D(0), D(0))
    frames = {
        "stores": frame(["store", "name_en", "name_zh", "dataset"], *((row[0], "Old Town", "老城店", "sales") for row in board)),
        "board": frame(BOARD, *board),
        "unfinished": frame(["store", "dataset"]),
        "reasons": frame(
            REASON,
            ("S1", "sales", "lines", "loaded", "loaded", 7, D("90.00"), *nothing),
            ("S1", "sales", "lines", "excluded", "voided_ticket", 1, D("3.00"), *nothing),
            ("S1", "sales", "lines", "rejected", "unknown_product", 2, D("7.00"), *nothing),
        ),
        "measurements": frame(
            MEASURED, ("S1", "sales", "control_totals", "lines.money", "", "", D("100.0000"), D("90.0000"), D("10.0000"), D("0.0000"))
        ),
        "findings": frame(
            ["store", "dataset", "table_name", "rule", "reason", "action", "hits"], ("S1", "sales", "lines", "trim", "trimmed", "fix", 5)
        ),
        "breaks": frame(["store", "dataset", "metric", "reason", "rows", "amount", "status"]),
    }
    return ReportFigures(
        Text(en="Demo chain", zh="演示连锁"),
        "demo",
        "Company",
        "CNY",
        "0.1.0",
        datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        2,
        **(frames | changes),
    )


def empty(given: ReportFigures) -> ReportFigures:
    """The same project before anything ran."""
    names = ("board", "unfinished", "reasons", "measurements", "findings", "breaks")
    return replace(given, **{name: getattr(given, name).iloc[:0] for name in names})


def verdict_of(given: ReportFigures) -> str:
    found = re.search(r'<p class="verdict (\w+)">', render(given))
    assert found
    return found[1]


class Balance(HTMLParser):
    """Collects elements that are not closed or closed in the wrong order, and everything a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.fetched += [f"{tag} {k}={v}" for k, v in attrs if k in {"src", "href", "data", "srcset"} and not str(v).startswith("#")]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_a_balanced_migration_says_so_with_its_figures() -> None:
    page = render(figures())
    assert '<p class="verdict balanced">' in page
    for text in (
        "Balanced",
        "账平",
        "Demo chain",
        "演示连锁",
        "100.00 → 90.00",
        "2026-01-02 03:04 UTC",
        "Old Town",
        "老城店",
        "store2erp 0.1.0",
    ):
        assert text in page, text


@pytest.mark.parametrize("wrong", [{"breaks": 1}, {"unexplained": D("0.01")}])
def test_one_break_or_one_cent_is_not_balanced(wrong: dict[str, object]) -> None:
    assert verdict_of(figures(board_row("S1"), board_row("S2", **wrong))) == "not_balanced"


def test_a_store_that_stopped_on_its_way_is_not_balanced_even_if_an_earlier_run_was() -> None:
    stopped = frame(["store", "dataset"], ("S1", "sales"))
    assert verdict_of(figures(unfinished=stopped)) == "not_balanced"
    page = render(replace(empty(figures()), unfinished=stopped))
    assert '<td class="failed"' in page


def test_a_store_that_was_never_read_keeps_the_whole_from_being_balanced() -> None:
    given = figures(board_row("S1"), board_row("S2"))
    partial = replace(given, board=given.board.iloc[:1])
    assert verdict_of(partial) == "incomplete"
    assert '<td class="missing"' in render(partial)
    assert verdict([], sums([])) == "incomplete"


def test_before_anything_ran_there_is_a_report_too() -> None:
    assert verdict_of(empty(figures())) == "incomplete"


def test_a_store_that_the_project_no_longer_names_still_counts() -> None:
    given = figures(board_row("S1"), board_row("GONE", breaks=1))
    assert verdict_of(replace(given, stores=given.stores.iloc[:1])) == "not_balanced"


def test_the_bridge_goes_from_source_to_erp_and_closes_to_zero() -> None:
    given = figures()
    steps = bridge("sales", sums(given.board.to_dict("records")), given.reasons)
    assert [(s.kind, s.reason, s.amount) for s in steps] == [
        ("source", "", D("100.00")),
        ("excluded", "voided_ticket", D("-3.00")),
        ("rejected", "unknown_product", D("-7.00")),
        ("erp", "", D("90.00")),
        ("unexplained", "", D("0.00")),
    ]
    assert [(s.left, s.width) for s in steps] == [(0, 1000), (970, 30), (900, 70), (0, 900), (0, 0)]


def test_a_cent_that_never_arrived_shows_as_the_bridges_rest() -> None:
    given = figures(board_row(money_out=D("89.99")))
    assert bridge("sales", sums(given.board.to_dict("records")), given.reasons)[-1].amount == D("0.01")


def test_what_people_corrected_is_a_step_of_its_own() -> None:
    """Untouched minus corrected; without it the bridge would not close."""
    given = figures(board_row(money_out=D("88.00")))
    steps = bridge("sales", sums(given.board.to_dict("records")), given.reasons, {"correction": D("2.00")})
    assert [(s.kind, s.reason, s.amount) for s in steps[:2]] == [("source", "", D("100.00")), ("corrected", "correction", D("-2.00"))]
    assert steps[-1].amount == D("0.00")


def test_what_a_policy_changed_is_a_step_with_its_reason() -> None:
    """Negative stock set to 0 adds what was missing: source -3.80 more, and the bridge still closes."""
    stock = board_row(dataset="inventory", money_in=D("86.20"))
    zeroed = frame(
        ["store", "dataset", "metric", "reason", "rows", "amount", "status"],
        ("S1", "inventory", "stock.money", "negative_stock_zeroed", 2, D("-3.80"), "explained"),
        ("S1", "inventory", "stock.quantity", "negative_stock_zeroed", 2, D("-5"), "explained"),
    )
    given = figures(stock, breaks=zeroed, reasons=frame(REASON))
    page = render(given)
    assert "Negative stock; set to 0 by policy" in page
    assert 'class="bar policy"' in page
    steps = bridge("inventory", sums(given.board.to_dict("records")), given.reasons, {"negative_stock_zeroed": D("-3.80")})
    assert [(s.kind, s.amount) for s in steps] == [
        ("source", D("86.20")), ("policy", D("3.80")), ("erp", D("90.00")), ("unexplained", D("0.00")),
    ]  # fmt: skip


def test_a_dataset_links_to_its_cleaning_report_if_there_is_one() -> None:
    given = figures(board_row(), board_row("S2"))
    assert "cleaning/" not in render(given)
    page = render(replace(given, cleaning={("S2", "sales"): "cleaning/S2-sales.html"}))
    assert page.count('<a href="cleaning/S2-sales.html">') == 2, "beside the figures, and in the list under the findings"
    assert "S1-sales" not in page


def test_bars_of_negative_money_stay_inside_the_track() -> None:
    lost = frame(REASON, ("S1", "sales", "lines", "rejected", "bad_date", 1, D("250.00"), D(0), D(0)))
    steps = bridge("sales", sums([dict(zip(BOARD, board_row(money_out=D("-150.00")), strict=True))]), lost)
    assert all(s.left >= 0 and s.left + s.width <= 1000 for s in steps)
    assert [(s.left, s.width) for s in steps[:3]] == [(600, 400), (0, 1000), (0, 600)]


def test_digits_beyond_the_cent_are_shown_never_rounded_away() -> None:
    assert exact(D("1234567.5")) == "1,234,567.50"
    assert exact(D("0.0001")) == "0.0001"
    assert exact(D("-0.00")) == "0.00"
    assert exact(D("9999999999999999999999999.99")) == "9,999,999,999,999,999,999,999,999.99"
    assert exact(1200, 0) == "1,200"
    tiny = frame(MEASURED, ("S1", "sales", "control_totals", "lines.money", "", "", D("1.0000"), D("1.0000"), D("0.0000"), D("0.0001")))
    assert '<span class="bad">0.0001</span>' in render(figures(measurements=tiny))


def test_quarantine_tells_what_to_do_and_counts_money_of_a_ticket_once() -> None:
    rejected = [
        ("S1", "sales", table, "rejected", "ticket_rejected", 3, D("50.00"), D(0), D(0)) for table in ("tickets", "lines", "payments")
    ]
    page = render(figures(reasons=frame(REASON, *rejected)))
    row = page[page.index('<tr id="todo-ticket_rejected">') :]
    row = row[: row.index("</tr>")]
    assert re.findall(r"<td>([^<]+)</td>", row) == ["1", "9", "50.00"]
    assert REASONS["ticket_rejected"].hint_en in row
    assert REASONS["ticket_rejected"].hint_zh in row


def test_open_breaks_are_named_with_their_store() -> None:
    columns = ["store", "dataset", "metric", "reason", "rows", "amount", "status"]
    found = frame(
        columns,
        ("S1", "sales", "lines.money", "unexplained", 0, D("0.0100"), "open"),
        ("S1", "sales", "ticket.rows", "rows_differ", 2, D(2), "open"),
    )
    page = render(figures(board_row(breaks=2), breaks=found))
    part = page[page.index('id="breaks"') :]
    assert '<td class="bad">0.01</td>' in part
    assert '<td class="bad">2</td>' in part
    assert "rows_differ" not in part, "codes of reconciliation have words"


def test_text_of_others_is_escaped() -> None:
    given = replace(figures(), title=Text(en="<script>alert(1)</script>", zh="x"), company='"><img src=x>')
    page = render(replace(given, findings=given.findings.assign(rule="<b>", reason="<i>")))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<i>" not in page.replace("<i>✗", "").replace('<i><span class="en"', "")


def test_the_page_is_well_formed_and_fetches_nothing() -> None:
    for page in (render(figures()), render(empty(figures())), render(many_stores())):
        parser = Balance()
        parser.feed(page)
        assert (parser.wrong, parser.open, parser.fetched) == ([], [], [])
        assert not re.search(r"https?://|@import|url\(", page)
        assert "default-src 'none'" in page


def test_every_text_is_there_in_both_languages() -> None:
    page = render(figures())
    assert page.count('<span class="en"') == page.count('<span class="zh"') > 50


def many_stores() -> ReportFigures:
    rows = [board_row(f"S{n}", rejected=0) for n in range(MATRIX_STORES)]
    return figures(*rows, board_row("BAD", breaks=3), board_row("REJ"))


def test_many_stores_become_squares_and_only_those_that_need_a_look_are_listed() -> None:
    page = render(many_stores())
    board = page[page.index('id="board"') : page.index('id="figures"')]
    squares = board[: board.index('class="legend"')]
    assert squares.count('<span class="sq') == MATRIX_STORES + 2
    assert 'title="BAD · sales 销售: does not reconcile 有差异; 10 rows 行, 2 rejected 隔离, 3 breaks 差异"' in squares
    listed = re.findall(r"<tr><th>(\w+) ", board)
    assert listed == ["BAD", "REJ"]
    assert page.count('<details><summary><span class="sq') == MATRIX_STORES + 2, "one to fold out per store"


def test_few_stores_stand_in_a_matrix_and_one_table() -> None:
    page = render(figures(board_row("S1"), board_row("S2", rejected=0)))
    assert page.count('<td class="rejects"') == 1
    assert page.count('<td class="clean"') == 1
    assert '<details><summary><span class="sq' not in page


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
    assert [p.name for p in path.parent.iterdir()] == ["index.html"]


def test_a_reports_folder_that_is_a_file_is_one_clear_error(workspace: Workspace) -> None:
    workspace.home.root.mkdir()
    workspace.home.reports.write_text("in the way", encoding="utf-8")
    with pytest.raises(InfrastructureError, match="the report cannot be written"):
        write_report(workspace)
