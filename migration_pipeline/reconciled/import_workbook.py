"""The import report as an Excel workbook: loads, batches, outcomes, rejected rows, causes.

Belongs here: which sheets and columns. Does not belong here: figures (`import_report.py`), how a cell is written (`cleaning_workbook.py`).
"""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.reconciled.cleaning_workbook import Row, sheet
from migration_pipeline.reconciled.import_report import BatchLine, ImportReport, LoadLine

_COUNTS = ["rows 行", "inserted 新增", "updated 更新", "unchanged 未变", "money 金额", "retries 重试"]
_LOADS = ["dataset 数据集", "run 运行", "start (UTC) 开始", "end (UTC) 结束", "seconds 秒", "batches 批次", "undone 已撤销", *_COUNTS]
_BATCHES = [
    "dataset 数据集",
    "number 序号",
    "batch 批次",
    "run 运行",
    "status 状态",
    "start (UTC) 开始",
    "end (UTC) 结束",
    "seconds 秒",
    *_COUNTS,
]
_TABLES = [
    "dataset 数据集",
    "table 表",
    "source rows 来源行",
    "loaded 导入",
    "merged 合并",
    "excluded 排除",
    "rejected 隔离",
    "undone 已撤销",
]
_REJECTED = ["dataset 数据集", "table 表", "reason 原因", "what", "说明", "rows 行", "money 金额", "what to do", "处理建议", "row ids 行号"]
_CAUSES = ["kind 类别", "datasets 数据集", "cause 起因", "what", "说明", "times 次数", "what to do", "处理建议"]


def workbook(report: ImportReport) -> bytes:
    """The .xlsx file."""
    book = Workbook(write_only=True)
    sheet(book, "loads 导入", _LOADS, map(_load, report.loads))
    sheet(book, "batches 批次", _BATCHES, map(_batch, report.batches))
    sheet(book, "outcomes 去向", _TABLES, _tables(report))
    sheet(book, "rejected 隔离", _REJECTED, _rejected(report))
    sheet(book, "causes 起因", _CAUSES, _causes(report))
    sheet(book, "earlier loads 早前导入", _LOADS, map(_load, report.earlier))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _load(line: LoadLine) -> Row:
    counts = (line.rows, line.inserted, line.updated, line.unchanged, line.money, line.retries)
    return (line.dataset, line.run_id, _moment(line.started_at), _moment(line.ended_at), line.seconds, line.batches, line.undone, *counts)


def _batch(line: BatchLine) -> Row:
    counts = (line.rows, line.inserted, line.updated, line.unchanged, line.money, line.retries)
    when = (_moment(line.started_at), _moment(line.ended_at), line.seconds)
    return (line.dataset, line.number, line.batch_id, line.run_id, line.status, *when, *counts)


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _tables(report: ImportReport) -> Iterable[Row]:
    for line in report.tables:
        yield (line.dataset, line.table, line.rows, *(line.outcomes[str(outcome)] for outcome in Outcome))


def _rejected(report: ImportReport) -> Iterable[Row]:
    for line in report.rejected:
        reason = REASONS[line.reason]
        hints = (reason.hint_en, reason.hint_zh, ", ".join(line.row_ids))
        yield (line.dataset, line.table, line.reason, reason.en, reason.zh, line.rows, line.money, *hints)


def _causes(report: ImportReport) -> Iterable[Row]:
    for line in report.causes:
        yield (line.kind, ", ".join(line.datasets), line.cause, line.words.en, line.words.zh, line.rows, line.hint.en, line.hint.zh)
