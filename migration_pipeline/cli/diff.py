"""`store2erp diff`: two runs beside each other.

Belongs here: arguments in, tables out. Does not belong here: the comparison (`orchestration/diff.py`).
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir
from migration_pipeline.cli.output import console, plain_table, show_json

if TYPE_CHECKING:
    from migration_pipeline.orchestration.attribution import RowChange
    from migration_pipeline.orchestration.diff import Difference, VersionChange

_STORES_SHOWN = 3
_CHANGES = {
    "outcome": "outcome 去向",
    "values": "values 取值",
    "target_key": "ERP key 主键",
    "new": "new 新增",
    "gone": "gone 消失",
}


def diff(
    run_a: Annotated[str, typer.Argument(metavar="RUN_A", help="Id of a run or its beginning, last, last~1. 运行编号（可缩写）。")],
    run_b: Annotated[str, typer.Argument(metavar="RUN_B", help="The later run. 较晚的运行。")],
    project: ProjectDir,
    data: DataDir = None,
    store: Annotated[str | None, typer.Option("--store", help="Only this store. 仅此门店。")] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", help="Only this dataset. 仅此数据集。")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="The first row ids of every change. 列出行号。")] = False,
    as_json: AsJson = False,
) -> None:
    """Which rows ended otherwise or have other values than in another run, and why. 两次运行的差异。"""
    from migration_pipeline.orchestration.diff import diff as compare
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    found = compare(workspace, run_a, run_b, store, dataset)
    if as_json:
        show_json(_as_json(found, with_ids=rows))
        return
    console.print(
        f"{found.old.name[:8]} -> {found.new.name[:8]}: {found.compared} store x dataset compared 已比较，{found.same_run} untouched 未动",
        highlight=False,
    )
    _show_rows(found.rows, with_ids=rows)
    _show_versions(found.versions)
    for note in found.notes:
        console.print(f"  {note}", style="yellow", markup=False, highlight=False, soft_wrap=True)


def _show_rows(changes: Iterable["RowChange"], *, with_ids: bool) -> None:
    changes = list(changes)
    if not changes:
        console.print("no row changed 没有行变化", highlight=False)
        return
    lines = [(f"{c.store} {c.dataset}", c.rows.table, _CHANGES[c.rows.change], _what(c), f"{c.rows.rows:,}") for c in changes]
    table = plain_table(["store 门店", "table 表", "change 变化", "from -> to", "rows 行"], [])
    for line, change in zip(lines, changes, strict=True):
        table.add_row(*line)
        for text in (*change.because, *(change.rows.row_ids if with_ids else ())):
            table.add_row("", "", "", f"  {text}", "", style="dim")
    console.print(table)


def _what(change: "RowChange") -> str:
    if change.rows.change == "values":
        return f"{change.rows.new}: {', '.join(change.rows.columns)}"
    return f"{change.rows.old or '-'} -> {change.rows.new or '-'}" if change.rows.old != change.rows.new else change.rows.new


def _show_versions(changes: Iterable["VersionChange"]) -> None:
    """One line per changed setting, however many stores have it."""
    stores: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        for text in [str(key) for key in change.keys] or [f"{change.kind} {change.old} -> {change.new}"]:
            stores.setdefault((text, ", ".join(change.files)), []).append(f"{change.store} {change.dataset}")
    for (text, files), where in stores.items():
        more = f" +{len(where) - _STORES_SHOWN}" if len(where) > _STORES_SHOWN else ""
        console.print(
            f"  {text}  [{files or '-'}]  {', '.join(where[:_STORES_SHOWN])}{more}", markup=False, highlight=False, soft_wrap=True
        )


def _as_json(found: "Difference", *, with_ids: bool) -> dict[str, object]:
    runs = {name: {"run": run.name, "ended_at": run.ended_at.isoformat()} for name, run in (("a", found.old), ("b", found.new))}
    changes = [{"store": c.store, "dataset": c.dataset, **asdict(c.rows), "because": list(c.because)} for c in found.rows]
    for change in changes:
        if not with_ids:
            del change["row_ids"]
    versions = [{**asdict(v), "keys": [str(key) for key in v.keys]} for v in found.versions]
    about = {"compared": found.compared, "untouched": found.same_run, "notes": list(found.notes)}
    return {**runs, **about, "changes": changes, "versions": versions}
