"""`store2erp undo drill`: rehearses an undo on copies, with measured time.

Belongs here: arguments in, a table out. Does not belong here: rehearsing (`orchestration/drill.py`), the undo itself (`undo.py`).
"""

from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, Stores, Wave
from migration_pipeline.cli.output import console, number, plain_table, show_json
from migration_pipeline.runtime.errors import BadInputError

if TYPE_CHECKING:
    from migration_pipeline.orchestration.drill import Drill

_STEPS = {
    "copy": "copy the ERP 复制 ERP",
    "plan": "plan 预演",
    "undo": "take back 撤销",
    "proof": "prove and reconcile 证明并对账",
    "reload": "load again 重新导入",
}


def drill(
    project: ProjectDir,
    data: DataDir = None,
    store: Stores = None,
    wave: Wave = None,
    reload: Annotated[bool, typer.Option("--reload", help="Also load the stores again on the copy. 并在副本上重新导入。")] = False,
    as_json: AsJson = False,
) -> None:
    """Rehearse an undo on a copy and measure each step; nothing real changes. 在副本上演练撤销并计时，不影响真实数据。"""
    if not (store or wave):
        raise BadInputError("it is not said what to rehearse", where="undo drill", fix="name --store S or --wave W")
    from migration_pipeline.orchestration.drill import drill as rehearse
    from migration_pipeline.orchestration.workspace import open_workspace
    from migration_pipeline.runtime.logs import configure_logging

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    configure_logging(workspace.home)
    stores = dict.fromkeys([*(store or ()), *(workspace.wave(wave) if wave else ())])
    done = rehearse(workspace, tuple(stores), reload=reload)
    show_json(_as_json(done)) if as_json else _show(done)
    raise typer.Exit(0 if done.passed else 1)


def _rows(done: "Drill") -> dict[str, int]:
    results = done.done.results
    return {
        "deleted": sum(sum(one.deleted.values()) for one in results),
        "restored": sum(sum(one.restored.values()) for one in results),
        "kept": sum(len(one.kept) for one in results),
    }


def _show(done: "Drill") -> None:
    steps = [(_STEPS[name], f"{seconds:.1f}", f"{seconds / 60:.2f}") for name, seconds in done.seconds.items()]
    total = sum(done.seconds.values())
    rows = [*steps, ("all 合计", f"{total:.1f}", f"{total / 60:.2f}")]
    stores = ", ".join(done.stores)
    console.print(plain_table(["step 步骤", "seconds 秒", "minutes 分钟"], rows, f"undo drill 撤销演练: {stores}"))
    counts = _rows(done)
    words = f"{number(counts['deleted'])} deleted 删除 · {number(counts['restored'])} restored 还原 · {number(counts['kept'])} kept 保留"
    console.print(f"{len(done.done.results)} batches 批 · {words}", highlight=False)
    good = "[bold green]✓ on the copy the stores were as before their load, others untouched 副本上门店与导入前一致，其他门店未变[/]"
    told = "[yellow]! on the copy some rows stayed; see `undo --plan` 副本上有行被保留，见 undo --plan[/]"
    console.print(good if done.done.as_before and not done.done.other_stores_changed else told, highlight=False)
    if done.done.other_stores_changed or done.done.unexplained:
        wrong = ", ".join([*done.done.other_stores_changed, *done.done.unexplained])
        console.print(f"[bold red]✗ changed or not reconciled on the copy 副本上有变化或未对平: {wrong}[/]", highlight=False)
    if done.reloaded is not None:
        again = "[bold green]✓ loaded again to the same rows 重新导入后数据相同[/]"
        console.print(again if done.reloaded else "[bold red]✗ loaded again to other rows 重新导入后数据不同[/]", highlight=False)
    console.print("nothing real was changed 真实数据未变", style="dim")


def _as_json(done: "Drill") -> dict[str, object]:
    return {
        "stores": list(done.stores),
        "passed": done.passed,
        "milliseconds": {name: round(seconds * 1000) for name, seconds in done.seconds.items()},
        "batches": len(done.done.results),
        **_rows(done),
        "as_before": done.done.as_before,
        "other_stores_changed": list(done.done.other_stores_changed),
        "unexplained": list(done.done.unexplained),
        "reloaded": done.reloaded,
    }
