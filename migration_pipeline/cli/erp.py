"""`store2erp erp`: the Tryton server of a project.

Belongs here: arguments in, addresses out. Does not belong here: the steps (`orchestration/erp_server.py`).
"""

from pathlib import Path

import typer

from migration_pipeline.cli.options import AsJson, ProjectDir
from migration_pipeline.cli.output import console, show_json
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.tryton_server import USER, TrytonState

erp = typer.Typer(help="The open-source ERP Tryton as the target of a project. 目标 ERP Tryton 的启停。", no_args_is_help=True)
_DEMO = Path(".store2erp/demo")


@erp.command("up")
def up(project: ProjectDir = _DEMO, as_json: AsJson = False) -> None:
    """Install Tryton, make its database and start it, each only if need be. 安装、建库并启动 Tryton。"""
    home, state = start_tryton(project, as_json=as_json)
    if as_json:
        _show(home, state, as_json=True)


def start_tryton(project: Path, *, as_json: bool) -> tuple[Home, TrytonState]:
    """Bring the project's Tryton up and say where it is; silent for --json."""
    from migration_pipeline.orchestration import erp_server
    from migration_pipeline.runtime.databases import open_databases

    home = _home(project)
    if not as_json:
        console.print("Starting Tryton; the first time takes about a minute ... 正在启动 Tryton，首次约需一分钟")
    state = erp_server.up(home, open_databases(home))
    if not as_json:
        _show(home, state, as_json=False)
    return home, state


@erp.command("down")
def down(project: ProjectDir = _DEMO) -> None:
    """Stop Tryton; its data stays. 停止 Tryton,数据保留。"""
    from migration_pipeline.orchestration import erp_server

    console.print("stopped 已停止" if erp_server.down(_home(project)) else "was not running 未在运行")


@erp.command("reset")
def reset(project: ProjectDir = _DEMO, as_json: AsJson = False) -> None:
    """An empty Tryton again: all its data is deleted. 清空 Tryton,恢复到初始状态。"""
    from migration_pipeline.orchestration import erp_server
    from migration_pipeline.runtime.databases import open_databases

    home = _home(project)
    _show(home, erp_server.reset(home, open_databases(home)), as_json=as_json)


def _home(project: Path) -> Home:
    if not project.is_dir():
        raise BadInputError("there is no such folder", where=str(project), fix="name the project's folder with -p DIR")
    home = Home.of(project)
    home.ensure()
    return home


def _show(home: Home, state: TrytonState, *, as_json: bool) -> None:
    where = home.root / "erp" / "tryton.json"
    if as_json:
        show_json({"address": state.address, "user": USER, "password_in": str(where)})
        return
    console.print(f"Tryton on {state.address}  user 用户 {USER}, password in 密码见 {where}", highlight=False, soft_wrap=True)
