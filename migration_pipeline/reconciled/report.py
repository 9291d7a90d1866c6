"""The HTML report of a migration or of one store: figures in, one self-contained page out.

Belongs here: putting the parts of the page together. Does not belong here: the parts (`report_*.py`, `report_*.html.j2`), reading figures
and writing the file (`orchestration/report.py`).
"""

from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup

from migration_pipeline.contracts.break_classes import BREAK_CLASSES, BREAK_REASONS
from migration_pipeline.contracts.correction_amounts import CORRECTION
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.reasons import REASONS, Reason
from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.page_frame import exact, page_template
from migration_pipeline.reconciled.report_board import SIGNS, STAGE_NAMES, STATES, VERDICTS, store_lines, sums, verdict
from migration_pipeline.reconciled.report_bridge import Step, bridge, changed_money
from migration_pipeline.reconciled.report_charts import (
    Chart,
    as_script_data,
    bridge_chart,
    days_chart,
    outside,
    packed_plotly,
    runs_chart,
    stock_chart,
)
from migration_pipeline.reconciled.report_figures import ReportFigures, Row, grouped
from migration_pipeline.reconciled.report_sections import (
    PLACES,
    RUNS_SHOWN,
    check_runs,
    checks_not_passed,
    control_totals,
    ended,
    explained_breaks,
    quarantine,
    sales_days,
    stock_rows,
    top_breaks,
    without_repeats,
)

MATRIX_STORES = 40
"""Up to so many stores the board shows figures; above, it shows stages only, close together."""
TABLE_STORES = 12
"""Up to so many stores the figures stand in one table, and the board needs no search."""
ROWS_SHOWN = 20
"""So many breaks and items a page lists; the workbook has all."""
_DIFFERENCES = {
    reason.code: reason
    for reason in (
        Reason("unexplained", None, "No reason explains this difference", "没有原因可以解释的差异"),
        Reason(CORRECTION, None, "People corrected amounts, under corrections/", "人工更正的金额（corrections/）"),
        Reason("ledger_differs", None, "The rows accounted for are not the rows of the source", "已记账的行与来源不符"),
        Reason("rows_differ", None, "Rows of the ERP are missing, extra or not as they were sent", "ERP 中的行缺失、多余或与发送内容不同"),
        Reason(
            "group_differs",
            None,
            "A day, payment, item ... has another sum than in the source",
            "某日、支付方式、商品等分组的合计与来源不同",
        ),
        Reason("erp_changed_shape", None, "The ERP's tables are not what was loaded for", "ERP 的表结构与导入时的约定不同"),
    )
}
"""What reconciliation says besides the reason codes."""
_ENDS = {
    "source": Text(en="Source", zh="来源"),
    "merged": Text(en="Merged", zh="合并"),
    "erp": Text(en="ERP, as read back", zh="ERP 回读"),
    "unexplained": Text(en="Unexplained", zh="未解释"),
}


def render(figures: ReportFigures) -> str:
    """The report as one HTML page that needs no network, in English and Chinese."""
    lines = store_lines(figures)
    cells = [cell for line in lines for cell in line.present]
    present = [name for name in DATASETS if any(cell.dataset == name for cell in cells)]
    board = {name: sums([c.figures for c in cells if c.dataset == name and c.figures]) for name in present}
    totals = sums(board.values())
    shown = _sections(figures) | {"bridges": _bridges(figures, board)}
    charts = _charts(shown, of_stores=_whole_stores(figures))
    return page_template("report.html.j2").render(
        f=figures,
        lines=sorted(lines, key=lambda line: line.rank),
        cells=cells,
        datasets=[DATASETS[name] for name in present],
        board=board,
        totals=totals,
        verdict=verdict(cells, totals),
        counted={state: sum(c.state == state for c in cells) for state in STATES},
        staged={name: sum(own == name for c in cells for own in c.stages.values()) for name in VERDICTS},
        many_cells=len(lines) > MATRIX_STORES,
        many_rows=len(lines) > TABLE_STORES,
        of_stores=_whole_stores(figures),
        rows_shown=ROWS_SHOWN,
        drawn={chart["id"] for chart in charts},
        charts=as_script_data(charts),
        plotly=packed_plotly() if charts else "",
        scripts=[_script("report_board.js"), _script("report_draw.js")],
        **shown,
        **_words_of_page(),
    )


def _sections(figures: ReportFigures) -> dict[str, Any]:
    days, dayless = sales_days(figures.days)
    waiting = top_breaks(figures.cases)
    top, stock = without_repeats(waiting), stock_rows(figures.stock)
    return {
        "control_totals": control_totals(figures.totals),
        "ended": ended(figures.reasons),
        "findings": grouped(figures.findings, ["rule", "reason", "action"], ["hits"]),
        "quarantine": quarantine(figures.reasons),
        "top": top,
        "repeats": len(waiting) - len(top),
        "explained": explained_breaks(figures.breaks),
        "not_passed": checks_not_passed(figures.checks),
        "runs": check_runs(figures.check_runs)[:RUNS_SHOWN],
        "days": days,
        "dayless": dayless,
        "stock": stock,
        "outside": outside(stock) if stock else 0,
    }


def _bridges(figures: ReportFigures, board: dict[str, Row]) -> dict[str, list[Step]]:
    return {
        name: bridge(name, row, figures.reasons, changed_money(name, figures.breaks))
        for name, row in board.items()
        if DATASETS[name].money_table and (row["money_in"] or row["money_out"])
    }


def _charts(shown: dict[str, Any], *, of_stores: bool) -> list[Chart]:
    """The charts of what was measured; nothing is drawn where there is nothing."""
    bridges: dict[str, list[Step]] = shown["bridges"]
    charts = [bridge_chart(f"chart-bridge-{name}", steps, _bridge_words(steps)) for name, steps in bridges.items()]
    if shown["days"]:
        charts.append(days_chart("chart-days", shown["days"]))
    if shown["stock"]:
        charts.append(stock_chart("chart-stock", shown["stock"], of_stores=of_stores))
    if len(shown["runs"]) > 1:
        charts.append(runs_chart("chart-runs", shown["runs"]))
    return charts


def _bridge_words(steps: list[Step]) -> dict[str, Text]:
    found = dict(_ENDS)
    for step in steps:
        if step.reason:
            said = words(step.reason)
            found[step.reason] = Text(en=said.en, zh=said.zh)
    return found


def _whole_stores(figures: ReportFigures) -> bool:
    """Whether a point of the stock chart is a whole store."""
    return bool(len(figures.stock)) and not figures.stock["item"].astype("bool").any()


def _words_of_page() -> dict[str, Any]:
    return {
        "states": STATES,
        "stage_names": STAGE_NAMES,
        "verdict_names": VERDICTS,
        "signs": SIGNS,
        "dataset_zh": {dataset.name: dataset.zh for dataset in DATASETS.values()},
        "classes": BREAK_CLASSES,
        "meaning": words,
        "in_unit": in_unit,
    }


def in_unit(value: Decimal | int, metric: str) -> str:
    """A figure of a metric (`rows`, `money`, `table.money` or `table.money by day` ...) with its number of decimals."""
    return exact(value, PLACES.get(metric.partition(" by ")[0].rpartition(".")[2], 0))


def words(code: str) -> Reason:
    """What a reason code means; an unknown one is shown as it is."""
    return REASONS.get(code) or BREAK_REASONS.get(code) or _DIFFERENCES.get(code) or Reason(code, None, code, code)


@cache
def _script(name: str) -> Markup:
    text = resources.files("migration_pipeline.reconciled").joinpath(name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - a file of this package
