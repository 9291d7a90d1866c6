"""Figures of reports for tests: stores with sales only, ten lines each of which two are rejected; and more of every section on demand.

Belongs here: making them. Does not belong here: what a report makes of them (the tests).
"""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd

from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.report import MATRIX_STORES
from migration_pipeline.reconciled.report_figures import DAY_COLUMNS, STOCK_COLUMNS, ReportFigures

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
TOTAL = ["store", "dataset", "rung", "metric", "source", "target", "explained", "unexplained", "status"]
CASE = [
    "id", "store", "dataset", "metric", "grp", "break_class", "reason", "weight", "rows", "amount", "state", "owner", "note", "age_days",
]  # fmt: skip
RUN = ["migration", "store", "judged_at", "passed", "warned", "failed", "not_judged"]


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
        "totals": frame(
            TOTAL, ("S1", "sales", "control_totals", "lines.money", D("100.0000"), D("90.0000"), D("10.0000"), D("0.0000"), "explained")
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
    names = ("board", "unfinished", "reasons", "totals", "findings", "breaks")
    return replace(given, **{name: getattr(given, name).iloc[:0] for name in names})


def many_stores() -> ReportFigures:
    rows = [board_row(f"S{n}", rejected=0) for n in range(MATRIX_STORES)]
    return figures(*rows, board_row("BAD", breaks=3), board_row("REJ"))


def case(number: int = 7, **changes: object) -> tuple[object, ...]:
    """A cent of S1's sales that nobody explains, owned by nobody, three days old."""
    values = (number, "S1", "sales", "lines.money", "", "unexplained", "unexplained", "fatal", 1, D("0.0100"), "open", "", "", 3)
    return tuple((dict(zip(CASE, values, strict=True)) | changes).values())


def full(**changes: pd.DataFrame) -> ReportFigures:
    """Something in every section: two days, three items of which one differs with a reason and one without, a break, two runs."""
    late = case(8, weight="warns", break_class="late_ticket", owner="team-a", state="acknowledged", amount=D(90))
    moments = [datetime(2026, 1, day, 8, tzinfo=UTC) for day in (1, 2)]
    frames = {
        "days": frame(
            list(DAY_COLUMNS),
            ("2026-01-01", D("60.00"), D("0.00"), D("60.00"), D("0.00")),
            ("2026-01-02", D("35.00"), D("10.00"), D("24.99"), D("0.01")),
            ("?", D("5.00"), D("5.00"), D("0.00"), D("0.00")),
        ),
        "stock": frame(
            list(STOCK_COLUMNS),
            ("S1", "A1", D("3.0000"), D("0.0000"), D("3.0000"), D("0.0000")),
            ("S1", "A2", D("9.5000"), D("9.5000"), D("0.0000"), D("0.0000")),
            ("S1", "A3", D("4.0000"), D("0.0000"), D("5.0000"), D("-1.0000")),
        ),
        "cases": frame(CASE, case(7), late),
        "stages": frame(
            ["store", "dataset", "stage", "verdict", "checks", "not_passed"],
            ("S1", "sales", "raw", "passed", 2, 0),
            ("S1", "sales", "cleaned", "warned", 9, 1),
        ),
        "checks": frame(
            ["store", "dataset", "stage", "check_name", "verdict", "told"], ("S1", "sales", "cleaned", "receipt_gap", "warned", "2 gaps")
        ),
        "check_runs": frame(RUN, ("c1", "S1", moments[0], 9, 1, 0, 0), ("c2", "S1", moments[1], 10, 0, 0, 0)),
    }
    return figures(**(frames | changes))
