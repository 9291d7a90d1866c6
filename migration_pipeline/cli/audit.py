"""`store2erp audit`: who did what when, and the proof that nobody changed the log.

Belongs here: arguments in, tables out. Does not belong here: the log (`control/repository/audit.py`), its rules (`contracts/audit.py`).
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir
from migration_pipeline.cli.output import console, plain_table, show_json
from migration_pipeline.contracts.audit import ACTIONS
from migration_pipeline.runtime.errors import BadInputError

audit = typer.Typer(help="Who did what when; nobody can change it unseen. 审计日志。", no_args_is_help=True, rich_markup_mode=None)
_Packs = Annotated[
    list[Path] | None,
    typer.Option("--pack", metavar="FILE", help="Evidence packs whose log must be the beginning of this one. 与证据包核对。"),
]


@audit.callback()
def group() -> None:
    """Who did what when; nobody can change it unseen. 审计日志。"""


@audit.command("list")
def show(
    project: ProjectDir,
    data: DataDir = None,
    action: Annotated[str | None, typer.Option("--action", help=f"One of {', '.join(ACTIONS)}. 动作。")] = None,
    store: Annotated[str | None, typer.Option("--store", metavar="S", help="Of this store. 仅指定门店。")] = None,
    last: Annotated[int, typer.Option("--last", min=1, metavar="N", help="The newest N. 最近 N 条。")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest entries, oldest of them first. 最近的审计记录。"""
    from migration_pipeline.control.repository.audit import AuditLog
    from migration_pipeline.orchestration.workspace import open_workspace

    if action is not None and action not in ACTIONS:
        raise BadInputError(f"there is no action {action!r}", where="--action", fix=f"actions are {', '.join(ACTIONS)}")
    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    given = {"action": action, "store": store}
    found = list(AuditLog(workspace.databases).entries({name: value for name, value in given.items() if value}, last))
    if as_json:
        show_json({"entries": [{**one, "details": json.loads(str(one["details"]))} for one in found]})
        return
    rows = [(one["number"], _when(one), one["who"], " ".join(ACTIONS[str(one["action"])]), one["store"], _about(one)) for one in found]
    heads = ["no. 号", "when (UTC) 时间", "who 何人", "what 何事", "store 门店", "about 对象与原因"]
    console.print(plain_table(heads, rows, f"audit log 审计日志 ({len(rows)})"))


def _when(one: dict[str, object]) -> str:
    return str(one["at"])[5:19].replace("T", " ")


def _about(one: dict[str, object]) -> str:
    return " ".join(str(one[name]) for name in ("dataset", "subject") if one[name]) + (f": {one['why']}" if one["why"] else "")


@audit.command("verify")
def verify(project: ProjectDir, data: DataDir = None, pack: _Packs = None, as_json: AsJson = False) -> None:
    """Recompute the chain of hashes; names the first entry that was changed, removed or put in. 校验审计链。"""
    from migration_pipeline.control.repository.audit import AuditLog
    from migration_pipeline.orchestration.workspace import open_workspace
    from migration_pipeline.reconciled.evidence.read import anchor_of

    anchors = dict(anchor_of(file) for file in pack or ())
    anchors.pop(0, None)
    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    chain = AuditLog(workspace.databases).verify(anchors)
    if as_json:
        show_json({"ok": not chain.problem, "entries": chain.entries, "head": chain.head, "problem": chain.problem, "packs": len(anchors)})
    elif chain.problem:
        console.print(f"[bold red]✗ {chain.problem}[/] 审计链已断", highlight=False, soft_wrap=True)
        console.print(f"good up to entry 完好至第 {chain.entries} 条", highlight=False)
    else:
        console.print(f"[bold green]✓ {chain.entries:,} entries, the chain is whole 审计链完整[/]", highlight=False)
        console.print(f"head 链头 {chain.head}", highlight=False)
        if not anchors:
            told = "whether its end was cut off only a kept evidence pack can tell: --pack FILE 末尾是否被截断，须与证据包核对"
            console.print(told, style="dim", highlight=False, soft_wrap=True)
    if chain.problem:
        raise typer.Exit(1)
