"""`store2erp demo` and `store2erp run`: a migration from the command line, through Dagster.

Belongs here: arguments in, figures out. Does not belong here: the migration (`orchestration/migrate.py`).
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, Stores, Wave
from migration_pipeline.cli.output import board_table, console, errors, show_json
from migration_pipeline.runtime.errors import BadInputError

if TYPE_CHECKING:
    from migration_pipeline.orchestration.changed import Plan
    from migration_pipeline.orchestration.run import StoreRun
    from migration_pipeline.orchestration.summary import Summary

_SEED = 20260101
_STORES_SHOWN = 6


def demo(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where the simulated chain goes. 模拟连锁的目录。")] = Path(
        ".store2erp/demo"
    ),
    size: Annotated[str, typer.Option("--size", help="tiny (2 stores), small (7) or large (40). 规模。")] = "small",
    target: Annotated[str, typer.Option("--target", help="postgres, or tryton: a real ERP, installed if need be. 目标 ERP。")] = "postgres",
    seed: Annotated[int, typer.Option("--seed", help="Another seed makes another chain. 随机种子。")] = _SEED,
    as_json: AsJson = False,
) -> None:
    """Simulate a retail chain and migrate it, start to finish. 模拟连锁并完整迁移。"""
    from migration_pipeline.cli.erp import start_tryton
    from migration_pipeline.simulation.chain import simulate
    from migration_pipeline.simulation.model import Size

    if size not in get_args(Size):
        raise BadInputError(f"there is no size {size!r}", where="--size", fix=f"use {', '.join(get_args(Size))}")
    if target not in {"postgres", "tryton"}:
        raise BadInputError(f"there is no target {target!r}", where="--target", fix="use postgres or tryton")
    parts = [folder.name, *([] if size == "small" else [size]), *([] if target == "postgres" else [target])]
    project = folder.with_name("-".join(parts))
    if not as_json:
        console.print(f"[bold]store2erp demo[/]  simulating a retail chain in {project} 正在模拟连锁 …")
    simulate(project, seed=seed, size=cast("Size", size), target=target)
    if target == "tryton":
        start_tryton(project, as_json=as_json)
    migrate_and_show(project, None, None, None, as_json=as_json)


def run(
    project: ProjectDir,
    data: DataDir = None,
    store: Stores = None,
    wave: Wave = None,
    dataset: Datasets = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only what is not as in its last run. 仅运行有变化的部分。")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Rehearse on a copy of the ERP; nothing real is written. 试运行。")] = False,
    keep_sandbox: Annotated[bool, typer.Option("--keep-sandbox", help="With --dry-run: leave the copies there. 保留试运行副本。")] = False,
    outside_window: Annotated[
        str | None,
        typer.Option("--outside-window", metavar="REASON", help="Load outside the stores' hours; recorded. 在时段之外导入并记录原因。"),
    ] = None,
    without_approval: Annotated[
        str | None,
        typer.Option("--without-approval", metavar="REASON", help="Load before earlier waves are approved; recorded. 未批准即导入，留痕。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Migrate the stores of a project. 迁移项目中的门店。"""
    if keep_sandbox and not dry_run:
        raise BadInputError("there is a sandbox only in a dry run", where="--keep-sandbox", fix="add --dry-run")
    if outside_window is not None and not outside_window.strip():
        raise BadInputError("the reason is empty", where="--outside-window", fix="say why this cannot wait for the window")
    if without_approval is not None and not without_approval.strip():
        raise BadInputError("the reason is empty", where="--without-approval", fix="say why this cannot wait for the approval")
    reasons = {"outside_window": outside_window or "", "without_approval": without_approval or ""}
    how = How(only_changed=changed, dry=dry_run, keep_sandbox=keep_sandbox, wave=wave or "", **reasons)
    migrate_and_show(project, data, store, dataset, as_json=as_json, how=how)


@dataclass(frozen=True)
class How:
    """How stores are run: only those that have changed, on copies that are perhaps kept, against a refusal for a reason; a wave's."""

    only_changed: bool = False
    dry: bool = False
    keep_sandbox: bool = False
    outside_window: str = ""
    without_approval: str = ""
    wave: str = ""


_FOR_REAL = How()


def migrate_and_show(
    project: Path, data: Path | None, stores: list[str] | None, datasets: list[str] | None, *, as_json: bool, how: How = _FOR_REAL
) -> None:
    """Migrate (all, or what has changed), write the report, print the figures and end with the exit code they ask for."""
    from migration_pipeline.orchestration.approvals import demand_approved, without_approval_tags
    from migration_pipeline.orchestration.changed import plan_changed
    from migration_pipeline.orchestration.dry_run import dry_run
    from migration_pipeline.orchestration.migrate import demand_fit, migrate
    from migration_pipeline.orchestration.report import write_report
    from migration_pipeline.orchestration.window import outside_window_tags
    from migration_pipeline.orchestration.workspace import open_workspace
    from migration_pipeline.runtime.logs import configure_logging

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    configure_logging(workspace.home)
    if how.wave:
        stores = [*(stores or ()), *workspace.wave(how.wave)]
    demand_fit(workspace, stores, datasets)
    plan = plan_changed(workspace, stores, datasets) if how.only_changed else None
    if plan is not None:
        _show_plan(plan, as_json=as_json)
    wanted = plan.work if plan else {store: datasets for store in workspace.stores if store in (stores or workspace.stores)}
    tags = outside_window_tags(how.outside_window) | without_approval_tags(how.without_approval)
    if not how.dry:
        demand_approved(workspace, list(wanted), tags)
    with _Watcher(len(wanted), quiet=as_json) as watch:
        real = not how.dry
        summary = migrate(workspace, wanted, watch, tags) if real else dry_run(workspace, wanted, watch, keep=how.keep_sandbox)
    if real:
        write_report(workspace)
    if as_json:
        show_json(summary.as_json() | (plan.as_json() if plan else {}))
    else:
        _show(summary, workspace.project.title.en, workspace.project.title.zh)
    raise typer.Exit(summary.exit_code)


def _show_plan(plan: "Plan", *, as_json: bool) -> None:
    """What is run and why, and how many stores are left as they are; ends the command if there is nothing to do."""
    if not as_json:
        for (store, dataset), reasons in plan.why.items():
            console.print(f"{store} {dataset}: {'; '.join(reasons)}", markup=False, highlight=False, soft_wrap=True)
        kept = f"{len(plan.unchanged)} stores are as in their last run and are left 家门店无变化，跳过"
        console.print(kept if plan.work else f"nothing to do 无需运行: {kept}", highlight=False)
    elif not plan.work:
        show_json(plan.as_json())
    if not plan.work:
        raise typer.Exit(0)


class _Watcher:
    """Progress by store: a bar with the step at work on a terminal, a line per store in a log; silent for --json."""

    def __init__(self, stores: int, *, quiet: bool) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=quiet,
        )
        self._task: TaskID = self._progress.add_task("stores 门店", total=stores)
        self._in_a_log = not (quiet or errors.is_terminal)
        self._stores, self._ended = stores, 0
        self._context = nullcontext() if quiet else self._progress

    def __enter__(self) -> "_Watcher":
        self._context.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._context.__exit__(None, None, None)

    def step(self, store: str, step: str) -> None:
        """Show what is at work."""
        self._progress.update(self._task, description=f"{store} {step:<32.32}")

    def done(self, run: "StoreRun") -> None:
        """One store more."""
        self._progress.advance(self._task)
        self._ended += 1
        if self._in_a_log:
            errors.print(f"{self._ended}/{self._stores} {run.store} {'✓' if run.ok else '✗'}", highlight=False)


def _by_message(ended: "StoreRun") -> list[tuple[str, list[str]]]:
    """Steps that failed for the same reason (a missing folder, say) under one message."""
    messages = dict.fromkeys(failure.message for failure in ended.failures)
    return [(message, [failure.step for failure in ended.failures if failure.message == message]) for message in messages]


def _warnings(runs: Sequence["StoreRun"]) -> list[tuple[str, str, str]]:
    """Stores, asset and words of what was warned of: the same warning of several stores is one line, its rows added up."""
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    for run in runs:
        for check in run.warnings:
            rows, counted, words = check.detail.partition(": ")
            known = bool(counted) and rows.isdecimal()
            found.setdefault((check.asset, words if known else check.detail), {})[run.store] = int(rows) if known else None
    lines = []
    for (asset, words), stores in found.items():
        rows_ = [rows for rows in stores.values() if rows is not None]
        named = ", ".join(list(stores)[:_STORES_SHOWN]) + (f" +{len(stores) - _STORES_SHOWN}" if len(stores) > _STORES_SHOWN else "")
        lines.append((named, asset, f"{sum(rows_)}: {words}" if rows_ else words))
    return lines


def _show(summary: "Summary", english: str, chinese: str) -> None:
    console.print()
    console.print(board_table(summary.board, f"{english} {chinese}{' · DRY RUN 试运行' if summary.dry else ''}"))
    console.print()
    for ended in summary.runs:
        for message, steps in _by_message(ended):
            console.print(f"[bold red]✗ {ended.store}[/] {', '.join(steps)}", highlight=False)
            console.print(f"  {message}", style="red", highlight=False, markup=False, soft_wrap=True)
        for check in ended.failed_checks:
            console.print(f"[bold red]✗ {ended.store}[/] check {check.check} of {check.asset} failed 检查未通过", highlight=False)
            if check.detail:
                console.print(f"  {check.detail}", style="red", highlight=False, markup=False, soft_wrap=True)
    for stores, asset, detail in _warnings(summary.runs):
        console.print(f"[yellow]! {stores}[/] {asset} {escape(detail)}", highlight=False, soft_wrap=True)
    figures = summary.figures(summary.board)
    mark = "[bold green]✓ balanced 账平[/]" if summary.balanced else "[bold red]✗ not balanced 账不平[/]"
    verb = "would change" if summary.dry else "changed"
    changed = f"{summary.changed_rows:,} rows of the ERP {verb}" if summary.changed_rows else f"nothing in the ERP {verb} ERP 无变化"
    console.print(f"{mark}  unexplained 未解释 {figures['unexplained']}  ·  {changed}", highlight=False)
    rejected = int(summary.board["rejected"].sum())
    if rejected > summary.rejected_limit:
        limit = f"{rejected:,} rows are in quarantine, {summary.rejected_limit:,} were accepted (limits: rejected_rows) 隔离行数超限"
        console.print(f"[bold red]✗[/] {limit}", highlight=False)
    console.print(f"report 报告  {summary.report}", highlight=False, soft_wrap=True)
    _show_compared(summary)


def _show_compared(summary: "Summary") -> None:
    """What a dry run means, or whether a real one came to what a dry run had predicted."""
    if summary.dry:
        console.print("[bold yellow]DRY RUN 试运行[/]  on copies only, nothing was written to the ERP 未写入 ERP", highlight=False)
        return
    if summary.compared.empty:
        return
    counts = summary.compared["verdict"].value_counts()
    words = {"equal": "一致", "explained": "有解释", "unexplained": "无解释"}
    told = ", ".join(f"{int(counts.get(verdict, 0))} {verdict} {chinese}" for verdict, chinese in words.items())
    console.print(f"predicted vs actual 预测与实际  {told}", style="" if "unexplained" not in counts else "bold red", highlight=False)
    for one in summary.compared[summary.compared["verdict"] != "equal"].to_dict("records"):
        since = f" (changed since 其间有变: {one['changed']})" if one["changed"] else ""
        console.print(f"  {one['store']} {one['dataset']}: {one['differences']}{since}", markup=False, highlight=False, soft_wrap=True)
