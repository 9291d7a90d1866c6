"""`store2erp ui` and `store2erp db`: the processes behind a project.

Belongs here: starting and stopping. Does not belong here: the embedded server's lifecycle (`runtime/`).
"""

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import DataDir, ProjectDir
from migration_pipeline.cli.output import console
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

if TYPE_CHECKING:
    from migration_pipeline.orchestration.workspace import Workspace

_DEMO = Path(".store2erp/demo")


def ui(
    project: ProjectDir = _DEMO,
    data: DataDir = None,
    port: Annotated[int, typer.Option(help="Port of the web page. 端口。")] = 3000,
    host: Annotated[str, typer.Option(help="Address it listens on. 监听地址。")] = "127.0.0.1",
) -> None:
    """Open Dagster's UI on the project's history. 打开 Dagster 界面。"""
    workspace = ready(project.resolve(), data.resolve() if data else None)
    _demand_free(host, port)
    environment = os.environ | settings_of(workspace)
    console.print(f"Dagster on http://{host}:{port}  (Ctrl+C ends it 按 Ctrl+C 结束)", highlight=False)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "migration_pipeline.definitions", "-h", host, "-p", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606 (our own interpreter; signals reach Dagster itself)


def ready(project: Path, data: Path | None) -> "Workspace":
    """The opened project: its databases are there and up to date, and Dagster knows its stores."""
    from migration_pipeline.orchestration.instance import open_instance
    from migration_pipeline.orchestration.run import register_stores
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project, data)
    with open_instance(workspace.home, workspace.databases) as instance:
        register_stores(instance, workspace)
    return workspace


def settings_of(workspace: "Workspace") -> dict[str, str]:
    """The environment of Dagster's processes of a project."""
    from migration_pipeline.orchestration.resources import DATA_VARIABLE, PROJECT_VARIABLE

    return {
        "DAGSTER_HOME": str(workspace.home.dagster),
        PROJECT_VARIABLE: str(workspace.loaded.folder),
        DATA_VARIABLE: str(workspace.loaded.data),
    }


def _demand_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise InfrastructureError(
            f"the port cannot be used: {error.strerror}", where=f"{host}:{port}", fix="name another with --port"
        ) from error


def db(
    action: Annotated[str, typer.Argument(help="start, stop, status, url or migrate")] = "status",
    project: ProjectDir = _DEMO,
) -> None:
    """Start, stop or show the embedded PostgreSQL; `migrate` readies any. 内置 PostgreSQL 的启停与状态；migrate 升级各库。"""
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
    elif action == "migrate":
        ready(project.resolve(), None)
        console.print("the databases are up to date 数据库已是最新")
    else:
        raise BadInputError(f"there is no action {action!r}", where="db", fix="use start, stop, status, url or migrate")
