"""`store2erp window`: at which hours stores may be loaded, and when they sell.

Belongs here: arguments in, a table and bars out. Does not belong here: the window (`orchestration/window.py`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, Stores
from migration_pipeline.cli.output import console, number, plain_table, show_json

if TYPE_CHECKING:
    from migration_pipeline.orchestration.window import StoreWindow

_CHARTS = 3
_WIDTH = 40
_HEAD = ("store 门店", "time zone 时区", "hours 时段", "from 依据", "now 现在", "opens 开放")


def window(project: ProjectDir, data: DataDir = None, store: Stores = None, as_json: AsJson = False) -> None:
    """At which hours stores may be loaded, and when they sell. 各门店允许导入的时段与销售高低峰。"""
    from migration_pipeline.orchestration.window import windows_now
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    found = windows_now(workspace, [workspace.store(one).id for one in store] if store else list(workspace.stores), datetime.now(UTC))
    if as_json:
        show_json({"stores": [one.as_json() for one in found]})
        return
    console.print(plain_table(_HEAD, [_row(one) for one in found]))
    for one in found if len(found) <= _CHARTS else ():
        _chart(one)
    for one in found:
        if one.problem:
            console.print(f"! {one.store}: {one.problem}", markup=False, highlight=False, soft_wrap=True)


def _row(one: "StoreWindow") -> Sequence[str]:
    origin = "sales 销售" if one.computed else "project 项目" if one.window else "–"
    hours = ", ".join(map(str, one.window.hours)) if one.window else "unknown 未知" if one.problem else "any 不限"
    opens = f"{one.opens:%m-%d %H:%M}" if one.opens else "–"
    return (one.store, one.zone, hours, origin, "open 开放" if one.is_open else "closed 关闭", opens)


def _chart(one: "StoreWindow") -> None:
    """One line per hour: its tickets, and whether loading may begin in it."""
    if one.tickets is None:
        console.print(f"{one.store}: no sales are cleaned yet 尚无已清洗的销售", highlight=False)
        return
    console.print(f"{one.store} tickets by hour 每小时小票数 (▌ window 允许导入)", highlight=False)
    most = max(one.tickets) or 1
    for hour, tickets in enumerate(one.tickets):
        mark = "▌" if one.window and any(hours.hold(hour * 60) for hours in one.window.hours) else " "
        console.print(f"{mark}{hour:02d} {'█' * -(-tickets * _WIDTH // most):<{_WIDTH}} {number(tickets)}", markup=False, highlight=False)
