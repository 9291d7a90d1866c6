"""`store2erp batches` and `store2erp undo`: what was loaded when, and taking it back with proof.

Belongs here: arguments in, tables, a question and the proof out. Does not belong here: taking back (`orchestration/undo.py`).
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from migration_pipeline.cli.drill import drill
from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, Stores, Wave
from migration_pipeline.cli.output import console, number, plain_table, show_json
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.runtime.errors import BadInputError

if TYPE_CHECKING:
    from migration_pipeline.loaded.protocol import KeptRow, TargetBatch, UndoResult
    from migration_pipeline.orchestration.undo import Undone
    from migration_pipeline.orchestration.workspace import Workspace

undo = typer.Typer(
    help="Take a load back, with proof. 撤销导入并给出证明。", invoke_without_command=True, rich_markup_mode=None, no_args_is_help=True
)
undo.command("drill")(drill)
_ROWS_SHOWN = 20
_WHY = {
    "changed_since": "changed by people since 其后被人改动",
    "used_elsewhere": "other stores have or use it 其他门店也有或在用",
    "changed_by_later_batch": "a later batch wrote it 后续批次已写",
    "gone": "deleted by people since 其后被人删除",
}
OfProject = Annotated[Path | None, typer.Option("-p", "--project", metavar="DIR", help="Folder of the migration project. 迁移项目目录。")]


def batches(project: ProjectDir, data: DataDir = None, store: Stores = None, as_json: AsJson = False) -> None:
    """The load batches that the ERP holds or held, oldest first. ERP 中的导入批次。"""
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    for one in store or ():
        workspace.store(one)
    found = [one for one in workspace.target.batches() if not store or one.batch.store in store]
    if as_json:
        show_json({"batches": [_batch(one) for one in found]})
        return
    columns = ["batch 批次", "when 时间", "rows 行", "new 新增", "changed 更新", "state 状态"]
    rows = [
        (
            one.batch.batch_id,
            f"{one.committed_at.astimezone():%m-%d %H:%M:%S}",
            number(one.result.rows),
            number(one.result.inserted),
            number(one.result.updated),
            f"undone 已撤销 {one.undone_at.astimezone():%m-%d %H:%M}" if one.undone_at else "in the ERP 在库",
        )
        for one in found
    ]
    console.print(plain_table(columns, rows, f"load batches 导入批次 ({len(found)})"))


def _batch(one: "TargetBatch") -> dict[str, object]:
    figures = {"rows": one.result.rows, "inserted": one.result.inserted, "updated": one.result.updated}
    undone = one.undone_at.isoformat() if one.undone_at else None
    return {**vars(one.batch), "committed_at": one.committed_at.isoformat(), **figures, "undone_at": undone}


@undo.callback()
def take_back(
    context: typer.Context,
    project: OfProject = None,
    data: DataDir = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="B", help="Only this load batch. 仅指定批次号。")] = None,
    store: Stores = None,
    wave: Wave = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only what this run loaded. 仅指定运行。")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only say what would be taken back. 仅预览，不执行。")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. 不再确认。")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the record. 原因，记录在案。")] = "",
    as_json: AsJson = False,
) -> None:
    """Take back a batch, a store's loads or a wave's: what people changed since stays. 撤销批次、门店或整波的导入；人工改动保留。"""
    if context.invoked_subcommand is not None:
        return
    if project is None:
        raise typer.BadParameter("Missing option '-p' / '--project'.", context)
    if not (batch or store or wave):
        raise BadInputError("it is not said what to take back", where="undo", fix="name --batch B, --store S or --wave W")
    from migration_pipeline.orchestration.report import write_report
    from migration_pipeline.orchestration.undo import chosen_batches, undo_batches
    from migration_pipeline.orchestration.workspace import open_workspace
    from migration_pipeline.runtime.logs import configure_logging

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    configure_logging(workspace.home)
    stores = [*(store or ()), *(workspace.wave(wave) if wave else ())]
    chosen = chosen_batches(workspace, batch=batch, stores=stores, run=run)
    if not (plan or yes):
        _ask(workspace, chosen, as_json=as_json)
    done = undo_batches(workspace, chosen, plan=plan, reason=reason)
    if not plan:
        write_report(workspace)
    show_json(_as_json(done)) if as_json else _show(done)
    raise typer.Exit(0 if plan or (done.proven and not done.unexplained) else 1)


def _ask(workspace: "Workspace", chosen: Sequence["TargetBatch"], *, as_json: bool) -> None:
    """Show the plan and go on only if a person types the name of what goes."""
    from migration_pipeline.orchestration.undo import undo_batches

    if as_json or not sys.stdin.isatty():
        raise BadInputError("nobody is there to confirm", where="undo", fix="look at --plan first, then say --yes")
    _show(undo_batches(workspace, chosen, plan=True))
    stores = sorted({one.batch.store for one in chosen})
    word = stores[0] if len(stores) == 1 else f"{len(stores)} stores"
    if typer.prompt(f"Type {word} to take this back 输入以确认撤销") != word:
        raise BadInputError("not confirmed, nothing was taken back", where="undo", fix=f"type exactly: {word}")


def _show(done: "Undone") -> None:
    title = "Would be taken back 将撤销" if done.planned else "Taken back 已撤销"
    columns = ["store 门店", "table 表", "deleted 删除", "restored 还原", "kept 保留", "batch 批次"]
    lines = [row for result in done.results for row in _lines(result)]
    idle = sum(not _lines(result) for result in done.results)
    console.print(plain_table(columns, lines, f"{title} ({len(done.results)} batches 批, {idle} had changed nothing 无改动)"))
    kept = [row for result in done.results for row in result.kept]
    for (table, why), count in Counter((row.table, row.why) for row in kept).items():
        rows = sum(int(row.other) for row in kept if (row.table, row.why) == (table, why)) if why == "gone" else count
        console.print(f"  [yellow]kept 保留[/] {number(rows)} {table}: {_WHY[why]}", highlight=False)
    for row in [row for row in kept if row.why == "changed_since"][:_ROWS_SHOWN]:
        console.print(f"    {row.table} {_key(row)}", style="dim", markup=False, highlight=False)
    if not done.planned:
        _show_proof(done)


def _show_proof(done: "Undone") -> None:
    if done.hash_before_load:
        console.print(f"before the load 导入前  {done.hash_before_load}\nnow 现在             {done.hash_after}", highlight=False)
    if done.as_before:
        console.print("[bold green]✓ the store's rows are as before the load 门店数据与导入前一致[/]")
    elif done.hash_before_load:
        console.print("[yellow]! not as before the load: see what was kept 与导入前不同，见保留的行[/]")
    else:
        console.print("[yellow]! only a part of a load was taken back: its state before is not known 仅撤销部分批次，无导入前状态[/]")
    others = ", ".join(done.other_stores_changed)
    untouched = "[bold green]✓ other stores untouched 其他门店未变[/]"
    console.print(f"[bold red]✗ other stores changed 其他门店有变化: {escape(others)}[/]" if others else untouched, highlight=False)
    if done.unexplained:
        console.print(f"[bold red]✗ does not reconcile 未对平: {', '.join(done.unexplained)}[/]", highlight=False)


def _lines(result: "UndoResult") -> list[tuple[object, ...]]:
    kept = Counter(row.table for row in result.kept)
    return [
        (result.batch.store, t, number(result.deleted.get(t, 0)), number(result.restored.get(t, 0)), number(kept[t]), result.batch.batch_id)
        for t in dict.fromkeys([*result.deleted, *result.restored, *kept])
    ]


def _cause(row: "KeptRow") -> tuple[str, str, str]:
    return row.table, row.why, row.other if row.why != "used_elsewhere" else ""


def _key(row: "KeptRow") -> str:
    """The key of a kept row; that of a person may be a phone number, so it is not shown."""
    return "•••" if erp_table(row.table).dataset == "members" else row.key


def _as_json(done: "Undone") -> dict[str, object]:
    causes = [Counter(map(_cause, result.kept)) for result in done.results]
    return {
        "undo_id": done.undo_id,
        "planned": done.planned,
        "hash_before_load": done.hash_before_load,
        "hash_after": done.hash_after,
        "as_before": done.as_before,
        "other_stores_changed": list(done.other_stores_changed),
        "unexplained": list(done.unexplained),
        "batches": [
            {
                **vars(result.batch),
                "deleted": dict(result.deleted),
                "restored": dict(result.restored),
                "kept": [{"table": table, "why": why, "other": other, "rows": n} for (table, why, other), n in kept.items()],
                "kept_rows": [{"table": row.table, "key": _key(row), "why": row.why} for row in result.kept[:_ROWS_SHOWN] if row.key],
            }
            for result, kept in zip(done.results, causes, strict=True)
        ],
    }
