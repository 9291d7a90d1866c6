"""The report as an Excel workbook: the same figures as on the page, complete, a sheet per section, exact numbers as numbers.

Belongs here: which sheets and columns. Does not belong here: figures (`report_sections.py` ...), how a cell is written
(`cleaning_workbook.py`: every text is a text, so nothing in it becomes a formula).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from migration_pipeline.contracts.break_classes import BREAK_CLASSES
from migration_pipeline.contracts.datasets import DATASETS, STAGES
from migration_pipeline.reconciled.cleaning_workbook import Row as Cells
from migration_pipeline.reconciled.cleaning_workbook import sheet
from migration_pipeline.reconciled.report import words
from migration_pipeline.reconciled.report_board import STATES, StoreLine, store_lines, sums, verdict
from migration_pipeline.reconciled.report_bridge import bridge, changed_money
from migration_pipeline.reconciled.report_figures import ReportFigures
from migration_pipeline.reconciled.report_sections import (
    check_runs,
    checks_not_passed,
    control_totals,
    ended,
    explained_breaks,
    quarantine,
    sales_days,
    stock_rows,
    top_breaks,
)

_COUNTS = ("source_rows", "loaded", "merged", "excluded", "rejected", "undone", "breaks", "money_in", "money_out", "unexplained")
_COUNTED = [
    "source rows 来源行", "loaded 导入", "merged 合并", "excluded 排除", "rejected 隔离", "undone 撤销", "breaks 差异",
    "money in 金额入", "money out 金额出", "unexplained 未解释",
]  # fmt: skip
_SIDES = ["source 来源", "with reason 有原因", "ERP", "unexplained 未解释"]
_STORE = ["store 门店", "name", "名称", "waves 批次"]
_BREAK = [
    "break 差异", "store 门店", "dataset 数据集", "metric 指标", "group 分组", "class 类别", "what", "说明",
    "reason 原因", "rows 行", "amount 差额", "owner 负责人", "days old 天数", "state 状态", "what to do", "处理建议",
]  # fmt: skip
_RUN = ["run 运行", "at (UTC) 时间", "stores 门店", "passed 通过", "warned 警告", "failed 未通过", "not judged 无法判定"]


def workbook(figures: ReportFigures) -> bytes:
    """The .xlsx file."""
    book, lines = Workbook(write_only=True), store_lines(figures)
    lines = sorted(lines, key=lambda line: line.rank)
    sheet(book, "summary 概要", ["figure 项目", "value 值"], _summary(figures, lines))
    sheet(book, "board 状态板", [*_STORE, "dataset 数据集", "state 状态", *STAGES, *_COUNTED], _board(lines))
    sheet(book, "bridge 金额过渡", ["dataset 数据集", "step 步骤", "reason 原因", "what", "说明", "amount 金额"], _bridges(figures, lines))
    sheet(book, "totals 控制总数", ["dataset 数据集", "table 表", "metric 指标", *_SIDES], _totals(figures))
    sheet(book, "days 每日销售", ["day 日期", *_SIDES, "difference 差额"], _days(figures))
    sheet(book, "stock 库存", ["store 门店", "item 商品", *_SIDES, "difference 差额"], _stock(figures))
    sheet(book, "breaks 差异", _BREAK, _breaks(figures))
    sheet(
        book,
        "explained 有原因",
        ["dataset 数据集", "metric 指标", "reason 原因", "what", "说明", "rows 行", "amount 差额"],
        _explained(figures),
    )
    heads = ["dataset 数据集", "table 表", "outcome 去向", "reason 原因", "what", "说明", "rows 行", "money 金额"]
    sheet(book, "outcomes 去向", heads, _ended(figures))
    heads = ["reason 原因", "what", "说明", "where 位置", "stores 门店", "rows 行", "money 金额", "what to do", "处理建议"]
    sheet(book, "quarantine 隔离", heads, _quarantine(figures))
    heads = ["dataset 数据集", "stage 阶段", "check 检查", "result 结果", "stores 门店"]
    sheet(book, "checks 检查", heads, _checks(figures))
    sheet(book, "check runs 检查历史", _RUN, _runs(figures))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(figures: ReportFigures, lines: Sequence[StoreLine]) -> Iterable[Cells]:
    cells = [cell for line in lines for cell in line.present]
    totals = sums([cell.figures for cell in cells if cell.figures])
    yield ("project 项目", figures.project)
    yield ("title 标题", f"{figures.title.en} {figures.title.zh}")
    yield ("store 门店", figures.store or "-")
    yield ("written at 生成时间", figures.written_at.isoformat(timespec="seconds"))
    yield ("store2erp", figures.version)
    yield ("verdict 结论", verdict(cells, totals))
    yield ("currency 币种", figures.currency)
    yield ("stores 门店数", len(lines))
    yield from zip(_COUNTED, (totals[name] for name in _COUNTS), strict=True)


def _board(lines: Sequence[StoreLine]) -> Iterable[Cells]:
    for line in lines:
        about = (line.store, line.name.en, line.name.zh, ", ".join(line.waves))
        for cell in line.present:
            found = [None if cell.figures is None else cell.figures[name] for name in _COUNTS]
            said = STATES[cell.state]
            yield (*about, cell.dataset, f"{said.en} {said.zh}", *(cell.stages[stage] for stage in STAGES), *found)


def _bridges(figures: ReportFigures, lines: Sequence[StoreLine]) -> Iterable[Cells]:
    for name, dataset in DATASETS.items():
        own = [cell.figures for line in lines if (cell := line.cells.get(name)) and cell.figures]
        if not dataset.money_table or not own:
            continue
        for step in bridge(name, sums(own), figures.reasons, changed_money(name, figures.breaks)):
            said = words(step.reason) if step.reason else None
            yield (name, step.kind, step.reason, said.en if said else "", said.zh if said else "", step.amount)


def _totals(figures: ReportFigures) -> Iterable[Cells]:
    for row in control_totals(figures.totals):
        yield (row["dataset"], row["grp"], row["metric"], row["source"], row["explained"], row["target"], row["unexplained"])


def _days(figures: ReportFigures) -> Iterable[Cells]:
    dated, other = sales_days(figures.days)
    for row in [*dated, *other]:
        yield (row["day"], row["source"], row["explained"], row["target"], row["unexplained"], row["difference"])


def _stock(figures: ReportFigures) -> Iterable[Cells]:
    for row in stock_rows(figures.stock):
        yield (row["store"], row["item"], row["source"], row["explained"], row["target"], row["unexplained"], row["difference"])


def _breaks(figures: ReportFigures) -> Iterable[Cells]:
    for row in top_breaks(figures.cases):
        found = BREAK_CLASSES.get(row["break_class"])
        said = (found.en, found.zh) if found else ("", "")
        hints = (found.hint_en, found.hint_zh) if found else ("", "")
        place = (row["id"], row["store"], row["dataset"], row["metric"], row["grp"], row["break_class"])
        yield (*place, *said, row["reason"], row["rows"], row["amount"], row["owner"], row["age_days"], row["state"], *hints)


def _explained(figures: ReportFigures) -> Iterable[Cells]:
    for row in explained_breaks(figures.breaks):
        said = words(row["reason"])
        yield (row["dataset"], row["metric"], row["reason"], said.en, said.zh, row["rows"], row["amount"])


def _ended(figures: ReportFigures) -> Iterable[Cells]:
    for dataset, table, rows in ended(figures.reasons):
        for row in rows:
            said = words(row["reason"])
            yield (dataset, table, row["outcome"], row["reason"], said.en, said.zh, row["rows"], row["money"])


def _quarantine(figures: ReportFigures) -> Iterable[Cells]:
    for row in quarantine(figures.reasons):
        said = words(row["reason"])
        figured = (", ".join(row["places"]), row["stores"], row["rows"], row["money"])
        yield (row["reason"], said.en, said.zh, *figured, said.hint_en, said.hint_zh)


def _checks(figures: ReportFigures) -> Iterable[Cells]:
    for row in checks_not_passed(figures.checks):
        yield (row["dataset"], row["stage"], row["check_name"], row["verdict"], ", ".join(row["stores"]))


def _runs(figures: ReportFigures) -> Iterable[Cells]:
    for row in check_runs(figures.check_runs):
        counts = (row["stores"], row["passed"], row["warned"], row["failed"], row["not_judged"])
        yield (row["migration"], _moment(row["judged_at"]), *counts)


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"
