"""What the terminal shows: errors, tables, progress. Text in English and Chinese, 100 columns wide.

Belongs here: looks. Does not belong here: figures (`orchestration/summary.py`).
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from migration_pipeline.runtime.errors import Store2erpError

_WIDE_MONEY = len("1,000,000.00")
_terminal = Console()
console = _terminal if _terminal.is_terminal else Console(width=100)
errors = Console(stderr=True, soft_wrap=True)


def show_error(error: Store2erpError) -> None:
    """One clear message, no traceback."""
    errors.print(f"[bold red]✗[/] {escape(str(error))}", highlight=False)


def show_json(value: Mapping[str, object]) -> None:
    """One JSON object on stdout."""
    console.print(json.dumps(value, ensure_ascii=False, indent=2), soft_wrap=True, markup=False, highlight=False)


def number(value: object) -> str:
    """Thousands separated; 0 as a quiet dot."""
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return f"{int(str(value)):,}" if int(str(value)) else "·"


def board_table(board: pd.DataFrame, title: str, most_stores: int = 12) -> Table:
    """The board as a table; with many stores one row per dataset."""
    if board["store"].nunique() > most_stores:
        sums = ["source_rows", "loaded", "merged", "excluded", "rejected", "undone", "money_in", "money_out", "unexplained", "breaks"]
        board = board.groupby("dataset", sort=False)[sums].sum().reset_index().assign(store="all 全部")
    table = _table(title)
    widest = max([len(number(value)) for name in ("money_in", "money_out") for value in board[name]], default=0)
    if widest > _WIDE_MONEY:  # a figure is never cut: the gaps between the columns go first
        table.padding = (0, 0, 0, 0)
    for name, chinese in (("store", "门店"), ("dataset", "数据集")):
        table.add_column(Text(f"{name}\n{chinese}"))
    for name, chinese in (
        ("source", "来源"),
        ("loaded", "导入"),
        ("merged", "合并"),
        ("excluded", "排除"),
        ("rejected", "隔离"),
        *([("undone", "撤销")] if board["undone"].any() else []),
        ("money in", "金额入"),
        ("money out", "金额出"),
        ("breaks", "差异"),
    ):
        table.add_column(Text(f"{name}\n{chinese}"), justify="right", min_width=widest if name.startswith("money") else None)
    last = None
    for row in board.to_dict("records"):
        _add_board_row(table, row, same_store=row["store"] == last, undone=bool(board["undone"].any()))
        last = row["store"]
    return table


def _add_board_row(table: Table, row: Mapping[Hashable, Any], *, same_store: bool, undone: bool) -> None:
    if not same_store and table.row_count:
        table.add_section()
    rejected = f"[yellow]{number(row['rejected'])}[/]" if row["rejected"] else "·"
    breaks = f"[bold red]{row['breaks']}[/]" if row["breaks"] else "[green]✓[/]"
    counts = [number(row[name]) for name in ("source_rows", "loaded", "merged", "excluded")]
    money = [number(row[name]) if Decimal(str(row[name])) else "·" for name in ("money_in", "money_out")]
    taken = [number(row["undone"])] if undone else []
    table.add_row("" if same_store else str(row["store"]), str(row["dataset"]), *counts, rejected, *taken, *money, breaks)


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> Table:
    """A table of text."""
    table = _table(title, *columns)
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    return table


def _table(title: str, *columns: str) -> Table:
    return Table(
        *columns,
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="dim",
    )


_CHECK_COLUMNS = (("when (UTC)", "时间"), ("store", "门店"), ("asset", "资产"), ("check", "检查"), ("verdict", "结果"), ("run", "运行"))
_VERDICTS = {"passed": "green", "warned": "yellow", "failed": "bold red", "error": "bold red"}


def check_table(found: Sequence[Any]) -> Group:
    """Results of checks, newest first; what one tells goes below its line, as wide as the terminal, and pushes no column aside."""
    lines = [
        (one.judged_at.strftime("%m-%d %H:%M:%S"), one.store, f"{one.stage}_{one.dataset}", one.check_name, one.verdict, one.run_id[:8])
        for one in found
    ]
    wide = [max(cell_len(text) for text in (*_CHECK_COLUMNS[n], *(line[n] for line in lines))) for n in range(len(_CHECK_COLUMNS))]
    table = _check_columns(f"checks 检查 ({len(found)})", wide)
    parts: list[Table | Padding] = [table]
    for one, line in zip(found, lines, strict=True):
        table.add_row(*map(escape, line[:4]), f"[{_VERDICTS[one.verdict]}]{one.verdict}[/]", line[5])
        if one.told:
            table = _check_columns("", wide)
            parts += [Padding(Text(one.told, style="dim"), (0, 0, 0, wide[0] + 1)), table]
    return Group(*parts)


def _check_columns(title: str, wide: Sequence[int]) -> Table:
    """Columns of a fixed width, so that the tables below stand under the first; only that has a title and names."""
    table = _table(title)
    table.show_header = bool(title)
    for (name, chinese), width in zip(_CHECK_COLUMNS, wide, strict=True):
        table.add_column(Text(f"{name}\n{chinese}"), width=width, no_wrap=True)
    return table
