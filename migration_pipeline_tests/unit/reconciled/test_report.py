"""The report says what the figures say, in both languages, to the last digit, and needs nothing but itself."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.page_frame import exact
from migration_pipeline.reconciled.report import MATRIX_STORES, render
from migration_pipeline.reconciled.report_board import sums, verdict
from migration_pipeline.reconciled.report_bridge import bridge, changed_money
from migration_pipeline.reconciled.report_figures import STOCK_COLUMNS, ReportFigures
from migration_pipeline_tests.unit.reconciled.report_made import (
    BOARD,
    CASE,
    REASON,
    TOTAL,
    D,
    board_row,
    case,
    empty,
    figures,
    frame,
    full,
    many_stores,
)  # fmt: skip

VOID = {"br", "meta", "link", "img", "input", "hr"}


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
    assert ("corrected", "correction", D("-2.00")) in [(s.kind, s.reason, s.amount) for s in steps]
    assert steps[-1].amount == D("0.00")


def test_what_people_changed_in_the_erp_since_is_a_step_and_leaves_nothing_unexplained() -> None:
    """The board, the totals and the bridge say the same: it is a break with a class, not a figure nobody can explain."""
    breaks = frame(
        ["store", "dataset", "metric", "reason", "rows", "amount", "status"],
        ("S1", "sales", "lines.money", "erp_row_deleted", 1, D("5.00"), "open"),
        ("S1", "sales", "lines.money by day", "erp_row_deleted", 1, D("5.00"), "open"),
    )
    given = figures(board_row(money_out=D("85.00"), breaks=1), breaks=breaks)
    steps = bridge("sales", sums(given.board.to_dict("records")), given.reasons, changed_money("sales", breaks))
    assert ("since", "erp_row_deleted", D("-5.00")) in [(s.kind, s.reason, s.amount) for s in steps]
    assert steps[-1].amount == D("0.00")
    assert "in the ERP since" in render(given)


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
    tiny = frame(TOTAL, ("S1", "sales", "control_totals", "lines.money", D("1.0000"), D("1.0000"), D("0.0000"), D("0.0001"), "break"))
    assert '<span class="bad">0.0001</span>' in render(figures(totals=tiny))


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


def test_breaks_come_with_class_rows_amount_owner_age_and_state_and_the_worst_first() -> None:
    page = render(full())
    part = page[page.index('id="breaks"') : page.index('id="checks"')]
    assert part.index("<th>7</th>") < part.index("<th>8</th>"), "what nobody can accept comes before what is larger"
    first = part[part.index("<th>7</th>") : part.index("<th>8</th>")]
    for text in ("Nobody can say why", "无法解释", '<td class="bad">0.01</td>', "<td>3</td>", "open", "未结"):
        assert text in first, text
    assert "team-a" in part
    assert "acknowledged" in part


def test_groups_in_which_the_same_rows_differ_do_not_crowd_out_breaks() -> None:
    repeat, own = case(9, grp="day"), case(10, grp="day", break_class="late_ticket", weight="warns")
    page = render(full(cases=frame(CASE, case(7), repeat, own)))
    part = page[page.index('id="breaks"') : page.index('id="checks"')]
    assert [number for number in ("7", "9", "10") if f"<th>{number}</th>" in part] == ["7", "10"]
    assert "1 groups in which the same rows differ" in part


def test_the_board_shows_every_stage_by_a_sign_and_what_was_not_reached() -> None:
    page = render(full())
    board = page[page.index('id="board"') : page.index('id="figures"')]
    assert '<i class="passed">✓</i><i class="warned">!</i><i class="none">·</i><i class="none">·</i><i class="none">·</i>' in board


def test_what_was_not_measured_is_said_and_not_drawn() -> None:
    page = render(figures())
    for place, said in (("chart-days", "no sales were compared"), ("chart-stock", "no stock was compared"), ("chart-runs", "no check")):
        assert f'id="{place}"' not in page
        assert said in page


def test_a_stores_page_is_about_that_store_alone_and_leads_back() -> None:
    whole = figures(board_row("S1"), board_row("S2", breaks=3))
    own = whole.by_store(["S1"])["S1"]
    page = render(replace(own, back="../index.html"))
    assert '<p class="verdict balanced">' in page, "the break of the other store is not its own"
    assert ">S2<" not in page.replace(" ", "")
    assert 'data-v="S2"' not in page
    assert 'href="../index.html"' in page


def test_text_of_others_is_escaped() -> None:
    given = replace(figures(), title=Text(en="<script>alert(1)</script>", zh="x"), company='"><img src=x>')
    page = render(replace(given, findings=given.findings.assign(rule="<b>", reason="<i>")))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<i>" not in page.replace("<i>✗", "").replace('<i><span class="en"', "")


def test_a_hostile_store_or_item_name_ends_neither_an_attribute_nor_the_charts_data() -> None:
    name = '</script><script>alert("x")</script>'
    stores = frame(["store", "name_en", "name_zh", "dataset"], (name, name, name, "sales"))
    stock = frame(list(STOCK_COLUMNS), (name, name, D(1), D(0), D(2), D(-1)))
    page = render(
        replace(full(stock=stock, cases=frame(CASE, case(store=name, owner=name))), stores=stores, board=frame(BOARD, board_row(name)))
    )
    assert 'alert("x")' not in page
    assert "<script>alert" not in page
    parser = Balance()
    parser.feed(page)
    assert (parser.wrong, parser.open) == ([], [])


def test_the_page_is_well_formed_and_fetches_nothing() -> None:
    for page in (render(figures()), render(full()), render(empty(figures())), render(many_stores())):
        parser = Balance()
        parser.feed(page)
        assert (parser.wrong, parser.open, parser.fetched) == ([], [], [])
        assert not re.search(r"https?://|@import|url\(", page)
        assert "default-src 'none'" in page


def test_every_text_is_there_in_both_languages() -> None:
    page = render(full())
    assert page.count('<span class="en"') == page.count('<span class="zh"') > 50


def test_many_stores_stand_worst_first_with_search_and_without_figures_in_cells() -> None:
    page = render(many_stores())
    board = page[page.index('id="board"') : page.index('id="figures"')]
    listed = re.findall(r'<th class="store" data-v="(\w+)"', board)
    assert listed[:2] == ["BAD", "REJ"]
    assert len(listed) == MATRIX_STORES + 2
    assert 'title="BAD · sales 销售: does not reconcile 有差异; 10 rows 行, 2 rejected 隔离, 3 breaks 差异; read ·' in board
    assert '<div class="tools" hidden>' in board


def test_few_stores_stand_in_a_matrix_and_one_table() -> None:
    page = render(figures(board_row("S1"), board_row("S2", rejected=0)))
    assert page.count('<td class="rejects"') == 1
    assert page.count('<td class="clean"') == 1
    assert '<div class="tools"' not in page
