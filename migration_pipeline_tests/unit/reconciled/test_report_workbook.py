"""The workbook holds the page's figures as numbers, a sheet per section, and no formula whatever a name says."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook, load_workbook

from migration_pipeline.reconciled.report_figures import ReportFigures
from migration_pipeline.reconciled.report_workbook import workbook
from migration_pipeline_tests.unit.reconciled.report_made import CASE, case, figures, frame, full, many_stores


def opened(given: ReportFigures) -> Workbook:
    return load_workbook(BytesIO(workbook(given)))


def rows(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    return [row[:] for row in book[sheet].iter_rows(min_row=2, values_only=True)]


def test_every_section_has_a_sheet_with_its_figures() -> None:
    book = opened(full())
    assert [row[5] for row in rows(book, "bridge 金额过渡")] == [100, -3, -7, 90, 0]
    assert [row[:5] for row in rows(book, "days 每日销售")][1] == ("2026-01-02", 35, 10, 24.99, 0.01)
    assert [row[1] for row in rows(book, "stock 库存")] == ["A3", "A2", "A1"], "what nobody explains comes first"
    assert [row[0] for row in rows(book, "breaks 差异")] == [7, 8]
    assert [row[6] for row in rows(book, "outcomes 去向")] == [7, 1, 2]
    assert rows(book, "quarantine 隔离")[0][5] == 2
    assert rows(book, "checks 检查") == [("sales", "cleaned", "receipt_gap", "warned", "S1")]
    assert [row[3] for row in rows(book, "check runs 检查历史")] == [10, 9]
    assert rows(book, "totals 控制总数") == [("sales", "lines", "money", 100, 10, 90, 0)]
    assert len(rows(opened(many_stores()), "board 状态板")) == len(many_stores().board)


def test_a_number_longer_than_excel_can_hold_is_kept_as_text_not_rounded() -> None:
    long, longest_number = "12345678901234567.8901", Decimal("12345678901.2345")
    book = opened(full(cases=frame(CASE, case(7, amount=Decimal(long)), case(8, amount=longest_number))))
    first, second = (row[10] for row in book["breaks 差异"].iter_rows(min_row=2))
    assert (first.value, first.data_type) == (long, "s")
    assert (Decimal(str(second.value)), second.data_type) == (longest_number, "n")


def test_a_name_that_looks_like_a_formula_stays_a_text() -> None:
    name = '=HYPERLINK("x")'
    stores = figures().stores.assign(name_en=name, name_zh="+1", store="@x")
    book = opened(replace(full(cases=frame(CASE, case(owner=name))), stores=stores))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in {name, "+1", "@x"}]
    assert len(cells) >= 4
    assert {cell.data_type for cell in cells} == {"s"}
