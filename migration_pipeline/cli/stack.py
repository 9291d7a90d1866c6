"""`store2erp stack`: production's processes on this machine.

Belongs here: arguments in, states out. Does not belong here: the processes (`runtime/stack.py`).
"""

from typing import Annotated

import typer

from migration_pipeline.cli.options import DataDir, ProjectDir
from migration_pipeline.cli.output import console
from migration_pipeline.cli.server import ready, settings_of
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.paths import Home


def stack(
    action: Annotated[str, typer.Argument(help="up, down or status")],
    project: ProjectDir,
    data: DataDir = None,
    port: Annotated[int, typer.Option(help="Port of the web page. 端口。")] = 3000,
    host: Annotated[str, typer.Option(help="Address it listens on. 监听地址。")] = "127.0.0.1",
) -> None:
    """Code server, webserver and daemon of a project: start, stop, state. 生产进程的启停与状态。"""
    from migration_pipeline.runtime import stack as processes

    if action not in {"up", "down", "status"}:
        raise BadInputError(f"there is no action {action!r}", where="stack", fix="use up, down or status")
    if not project.is_dir():
        raise BadInputError("there is no such folder", where=str(project), fix="name the project's folder with -p DIR")
    home = Home.of(project.resolve())
    if action == "down":
        ended = processes.down(home)
        console.print(f"stopped 已停止: {', '.join(ended)}" if ended else "was not running 未在运行", highlight=False)
        return
    if action == "status":
        for name, state in processes.status(home, {"DAGSTER_HOME": str(home.dagster)}).items():
            console.print(f"{name}  {state}", highlight=False)
        return
    workspace = ready(project.resolve(), data.resolve() if data else None)
    for part in processes.up(home, settings_of(workspace), host=host, port=port):
        at = f" on {part.host}:{part.port}" if part.port else ""
        console.print(f"{part.name}  healthy{at}, pid {part.pid}, log {processes.log_of(home, part.name)}", highlight=False, soft_wrap=True)
