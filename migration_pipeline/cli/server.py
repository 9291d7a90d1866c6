"""`store2erp ui` and `store2erp db`: the processes behind a project.

Belongs here: starting and stopping. Does not belong here: the embedded server's lifecycle (`runtime/`).
"""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from migration_pipeline.cli.options import DataDir, ProjectDir
from migration_pipeline.cli.output import console
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

_DEMO = Path(".store2erp/demo")


def ui(
    project: ProjectDir = _DEMO,
    data: DataDir = None,
    port: Annotated[int, typer.Option(help="Port of the web page. 端口。")] = 3000,
    host: Annotated[str, typer.Option(help="Address it listens on. 监听地址。")] = "127.0.0.1",
) -> None:
    """Open Dagster's UI on the project's history. 打开 Dagster 界面。"""
    from migration_pipeline.orchestration.instance import open_instance
    from migration_pipeline.orchestration.resources import DATA_VARIABLE, PROJECT_VARIABLE
    from migration_pipeline.orchestration.run import register_stores
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    with open_instance(workspace.home, workspace.databases) as instance:
        register_stores(instance, workspace)
    _demand_free(host, port)
    environment = os.environ | {
        "DAGSTER_HOME": str(workspace.home.dagster),
        PROJECT_VARIABLE: str(workspace.loaded.folder),
        DATA_VARIABLE: str(workspace.loaded.data),
    }
    console.print(f"Dagster on http://{host}:{port}  (Ctrl+C ends it 按 Ctrl+C 结束)", highlight=False)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "migration_pipeline.definitions", "-h", host, "-p", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606 (our own interpreter; signals reach Dagster itself)


def _demand_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise InfrastructureError(
            f"the port cannot be used: {error.strerror}", where=f"{host}:{port}", fix="name another with --port"
        ) from error


def db(
    action: Annotated[str, typer.Argument(help="start, stop, status or url")] = "status",
    project: ProjectDir = _DEMO,
) -> None:
    """Start, stop or show the embedded PostgreSQL of a project. 内置 PostgreSQL 的启停与状态。"""
    from migration_pipeline.runtime import embedded_postgres
    from migration_pipeline.runtime.databases import ERP, open_databases
    from migration_pipeline.runtime.paths import Home

    if not project.is_dir():
        raise BadInputError("there is no such folder", where=str(project), fix="name the project's folder with -p DIR")
    home = Home.of(project)
    if action == "stop":
        console.print("stopped 已停止" if embedded_postgres.stop(home) else "was not running 未在运行")
    elif action == "url":
        home.ensure()
        console.print(open_databases(home).url(ERP), highlight=False, soft_wrap=True)
    elif action in {"start", "status"}:
        state = embedded_postgres.start(home) if action == "start" else embedded_postgres.status(home)
        console.print(f"running on 127.0.0.1:{state.port}, pid {state.pid} 运行中" if state else "not running 未在运行", highlight=False)
    else:
        raise BadInputError(f"there is no action {action!r}", where="db", fix="use start, stop, status or url")
