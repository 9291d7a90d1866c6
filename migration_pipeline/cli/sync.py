"""`store2erp sync status`: how far every store is behind its source.

Belongs here: arguments in, tables out. Does not belong here: what lag means (`orchestration/sync.py`), the sensor.
"""

from datetime import UTC, datetime

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir
from migration_pipeline.cli.output import console, plain_table, show_json

sync = typer.Typer(help="Migrated stores kept up to date. 已迁移门店的同步。", no_args_is_help=True, rich_markup_mode=None)
_HEAD = ("store 门店", "source changed (UTC) 来源变化", "in ERP since 已入 ERP", "state 状态", "lag s 延迟", "by 方式")


@sync.callback()
def group() -> None:
    """Migrated stores kept up to date. 已迁移门店的同步。"""


@sync.command("status")
def status(project: ProjectDir, data: DataDir = None, as_json: AsJson = False) -> None:
    """How far every store is behind its source. 各门店落后来源多少。"""
    from migration_pipeline.orchestration.sync import lags
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    found, settings = lags(workspace, datetime.now(UTC)), workspace.project.sync
    on = settings is not None and settings.enabled
    if as_json:
        show_json({"enabled": on, "stores": [one.as_json() for one in found]})
        return
    rows = [
        (
            one.store,
            _when(one.changed_at),
            _when(one.in_erp_at),
            "waiting 待同步" if one.waiting else "up to date 已同步",
            "–" if one.seconds is None else str(one.seconds),
            "sync 同步" if one.by_sync else "run 运行",
        )
        for one in found
    ]
    console.print(plain_table(_HEAD, rows, f"sync 同步 ({'on 开' if on else 'off 关'})"))


def _when(at: datetime | None) -> str:
    return "–" if at is None else f"{at:%m-%d %H:%M:%S}"
