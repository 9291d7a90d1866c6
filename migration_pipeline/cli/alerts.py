"""`store2erp alerts`: what there is to tell and who was told, and a message to try channels.

Belongs here: arguments in, tables out. Does not belong here: alerts (`orchestration/alerts/`).
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from migration_pipeline.cli.options import AsJson, ProjectDir
from migration_pipeline.cli.output import console, plain_table, show_json
from migration_pipeline.runtime.errors import BadInputError

alerts = typer.Typer(help="Who is told when something goes wrong. 告警。", no_args_is_help=True, rich_markup_mode=None)
_Channels = Annotated[list[str] | None, typer.Option("--channel", metavar="C", help="Only this one; may be repeated. 仅指定渠道。")]


@alerts.callback()
def group() -> None:
    """Who is told when something goes wrong. 告警。"""


@alerts.command("test")
def trial(project: ProjectDir, channel: _Channels = None, as_json: AsJson = False) -> None:
    """Send one test message to each channel. 向各渠道发送测试消息。"""
    from migration_pipeline.orchestration.alerts.telling import tell_trial
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve())
    known = workspace.project.alerts.channels
    for name in channel or ():
        if name not in known:
            raise BadInputError(f"there is no channel {name!r}", where="--channel", fix=f"channels are {', '.join(known) or 'none'}")
    if not known:
        raise BadInputError("the project names no channel", where="migration.yaml", fix="add alerts: {channels: ...}")
    results = tell_trial(workspace, channel or list(known))
    if as_json:
        show_json({"channels": [{"channel": one.channel, "arrived": bool(one.arrived), "problem": one.problem} for one in results]})
    else:
        rows = [(one.channel, known[one.channel].kind, "✓" if one.arrived else f"✗ {one.problem}") for one in results]
        console.print(plain_table(["channel 渠道", "kind 类型", "arrived 已送达"], rows))
    raise typer.Exit(3 if any(one.problem for one in results) else 0)


@alerts.command("list")
def show(project: ProjectDir, as_json: AsJson = False) -> None:
    """What there is to tell now, and what channels were told. 当前告警与各渠道通知情况。"""
    from migration_pipeline.control.repository.alerts import AlertRepository
    from migration_pipeline.orchestration.alerts.telling import alerts_now
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve())
    found, kept = alerts_now(workspace), AlertRepository(workspace.databases)
    told = {name: kept.told(name) for name in workspace.project.alerts.channels}
    lasts = {name: kept.sendings(name, datetime.now(UTC) - timedelta(days=7))[:1] for name in told}
    knows = [[name for name, known in told.items() if known.get(one.key) == one.state] for one in found]
    if as_json:
        show_json(
            {
                "alerts": [
                    {
                        "event": one.kind,
                        "store": one.store,
                        "subject": one.subject,
                        "figures": one.figures,
                        "run": one.run_id,
                        "told": names,
                    }
                    for one, names in zip(found, knows, strict=True)
                ],
                "channels": {name: last[0].problem if last else None for name, last in lasts.items()},
            }
        )
        return
    heads = ["event 事件", "store 门店", "about 对象", "figures 数值", "told 已通知"]
    rows = [(one.kind, one.store, one.subject, one.figures, ", ".join(names) or "–") for one, names in zip(found, knows, strict=True)]
    console.print(plain_table(heads, rows, f"alerts 告警 ({len(rows)})"))
    for name, last in lasts.items():
        if last and last[0].problem:
            console.print(f"✗ {name}: {last[0].problem} ({last[0].sent_at:%m-%d %H:%M} UTC)", markup=False, highlight=False)
