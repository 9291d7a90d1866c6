"""The cleaning report as an Excel workbook: rules, totals, ended rows, and the change log as far as a sheet is of use.

Belongs here: sheets. Does not belong here: figures and masking (`cleaning_report.py`). Source text may begin with `=`: every text is
written as text, never as a formula.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.stage_output import CHANGE_COLUMNS
from migration_pipeline.reconciled.cleaning_lines import Amounts, QuietRule, RuleLine, Sample, Seen
from migration_pipeline.reconciled.cleaning_report import CleaningReport

MOST_CHANGES = 100_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_000
_MONEY = "#,##0.00#"
_DIGITS = 15
"""So many digits a number of Excel has; a longer one is written as text, not rounded."""
_SENTENCES = frozenset({"what", "说明", "what to do", "处理建议"})
Row = Sequence[str | int | Decimal | None]


def workbook(report: CleaningReport, most_changes: int = MOST_CHANGES) -> bytes:
    """The .xlsx file; a log longer than `most_changes` is cut, and the sheet says so."""
    book = Workbook(write_only=True)
    sheet(book, "rules 规则", _RULES, _rules(report))
    sheet(book, "totals 合计", _TOTALS, _totals(report))
    sheet(book, "rows 去向", _ENDED, _ended(report))
    sheet(book, "quiet rules 未命中规则", _QUIET, _quiet(report))
    sheet(book, "changes 变更", [*CHANGE_COLUMNS, "cells"], _changes(report, most_changes))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


_MEASURES = ["money 金额", "quantity 数量", "points 积分"]
_RULES = ["table 表", "rule 规则", "reason 原因", "what", "说明", "action 动作", "hits 命中", "cells changed 变更单元格"]
_RULES += [*_MEASURES, "policy 策略", "set by 来源", "row ids 行号", "samples 样例"]
_TOTALS = ["table 表", "source rows 来源行", "loaded 导入", "merged 合并", "excluded 排除", "rejected 隔离", "not loaded yet 尚未导入"]
_TOTALS += ["accounted for 已入账", "ties 相符"]
_ENDED = ["table 表", "outcome 去向", "reason 原因", "what", "说明", "where 位置", "rows 行"]
_ENDED += [*_MEASURES, "rows in ledger 台账行", "ties 相符", "row ids 行号"]
_QUIET = ["table 表", "rule 规则", "what", "说明", "policy 策略", "set by 来源"]


def _rules(report: CleaningReport) -> Iterable[Row]:
    for line in report.rules:
        samples = "\n".join([*(_one_line(sample) for sample in line.samples), *(_seen(row) for row in line.seen)])
        what, by = (line.reason, line.title.en, line.title.zh), _chosen(line) if line.policy else ""
        figures = (line.action, line.hits, line.cells, *_amounts(line.amounts))
        yield (line.table, line.rule, *what, *figures, line.policy, by, ", ".join(line.row_ids), samples)


def _chosen(line: RuleLine | QuietRule) -> str:
    return "project 项目" if line.chosen else "usual 默认"


def _amounts(amounts: Amounts) -> Iterable[Decimal | None]:
    return (amounts.get(measure) for measure in MEASURES)


def _seen(row: Seen) -> str:
    return " ".join([row.row_id, *(f"{name}={value!r}" for name, value in row.cells.items())])


def _quiet(report: CleaningReport) -> Iterable[Row]:
    for line in report.quiet:
        yield (line.table, line.rule, line.title.en, line.title.zh, line.policy, _chosen(line))


def _one_line(sample: Sample) -> str:
    source = f" 来自 {sample.from_row}" if sample.from_row else ""
    times = f" × {sample.cells}" if sample.cells > 1 else ""
    return f"{sample.row_id} {sample.column}: {sample.before!r} → {sample.after!r}{source}{times}"


def _totals(report: CleaningReport) -> Iterable[Row]:
    for line in report.totals:
        ended = (line.loaded, line.merged, line.excluded, line.rejected, line.waiting)
        yield (line.table, line.source_rows, *ended, line.accounted, "✓" if line.ties else "✗")


def _ended(report: CleaningReport) -> Iterable[Row]:
    for line in report.ended:
        words = line.words
        ledger = (line.booked, "✓" if line.ties else "✗", ", ".join(line.row_ids))
        yield (line.table, line.outcome, line.reason, words.en, words.zh, line.where, line.rows, *_amounts(line.amounts), *ledger)


def _changes(report: CleaningReport, most: int) -> Iterable[Row]:
    log = report.changes
    if len(log) > most:
        yield (
            f"The first {most:,} of {len(log):,} rows; all of them are in the lake. 仅前 {most:,} 行，共 {len(log):,} 行，全部在数据湖中。",
        )
    shown = log.head(most)[[*CHANGE_COLUMNS, "cells"]].astype(object)
    yield from shown.where(shown.notna(), None).itertuples(index=False, name=None)


def sheet(book: Workbook, title: str, head: Sequence[str], rows: Iterable[Row]) -> None:
    """A sheet with bold headings that stay in sight; every text is a text, amounts are numbers, exact."""
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for number, name in enumerate(head, start=1):
        page.column_dimensions[get_column_letter(number)].width = 48 if name in _SENTENCES else max(14, len(name) + 4)
    page.append([_cell(page, name, bold=True) for name in head])
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _cell(sheet: Worksheet, value: str | int | Decimal | None, *, bold: bool = False) -> Cell | int | None:
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= _DIGITS:
        amount: Cell = WriteOnlyCell(sheet)
        amount.value = value
        amount.number_format = _MONEY
        return amount
    if isinstance(value, Decimal):
        value = f"{value:f}"
    if not isinstance(value, str):
        return None if value is None else int(value)
    cell: Cell = WriteOnlyCell(sheet, _CONTROL.sub("\ufffd", value[:_LONGEST]))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
