"""`store2erp map`: what the words and columns of a source mean in the ERP.

Belongs here: arguments in, tables out. Does not belong here: the answers (`orchestration/value_maps.py`, `orchestration/map_suggest.py`).
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir
from migration_pipeline.cli.output import console, errors, plain_table, show_json

if TYPE_CHECKING:
    from migration_pipeline.orchestration.map_suggest import Suggested, SuggestedFile

Sources = Annotated[list[str] | None, typer.Option("--source", metavar="S", help="Only this source; may be repeated. 仅指定来源，可重复。")]

mapping = typer.Typer(help="What a source's words mean in the ERP. 取值映射。", no_args_is_help=True)


@mapping.callback()
def _group() -> None:
    """Keep each command a subcommand."""


@mapping.command("suggest")
def suggest(project: ProjectDir, source: Sources = None, dataset: Datasets = None, data: DataDir = None, as_json: AsJson = False) -> None:
    """Propose mappings into mappings/suggested/, for a person to check and move. 建议映射，人工确认后移至 mappings/。"""
    from migration_pipeline.orchestration.map_suggest import suggest_mappings

    with errors.status("map suggest 建议映射") as status:
        found = suggest_mappings(
            project.resolve(),
            data.resolve() if data else None,
            source,
            dataset,
            lambda done, total, place: status.update(f"{done + 1}/{total} {escape(place)}"),
        )
    if as_json:
        show_json(_as_values(found))
    else:
        _show(found)


def _as_values(found: "Suggested") -> dict[str, object]:
    return {"files": [_file(one) for one in found.files], "unused": found.unused}


def _file(one: "SuggestedFile") -> dict[str, object]:
    tables = {
        table.table: {
            "columns": [
                {"column": c.column, "source": c.source, "percent": c.percent, "why": c.why, "or": c.alternatives, "state": c.state}
                for c in table.columns
            ],
            "left": list(table.left),
            "missing": list(table.missing),
        }
        for table in one.suggestion.tables
    }
    about = one.suggestion
    return {"source": about.source, "dataset": about.dataset, "file": str(one.path), "tables": tables, "words": about.words}


def _show(found: "Suggested") -> None:
    for one in found.files:
        console.print(_suggestions(one))
        console.print(f"  {one.path}\n", markup=False, highlight=False, soft_wrap=True)
    for source, inputs in found.unused.items():
        told = f"  {source}: nothing was recognised in 未识别: {', '.join(inputs)}"
        console.print(told, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if found.files:
        console.print("Check, then move a file to mappings/ to confirm it. 核对后把文件移至 mappings/ 即为确认。", highlight=False)
    else:
        console.print("There is nothing to suggest. 没有可建议的映射。", highlight=False)


def _suggestions(one: "SuggestedFile") -> Table:
    rows: list[tuple[str, str, str, str]] = []
    for table in one.suggestion.tables:
        for c in table.columns:
            named = c.source if isinstance(c.source, str) else ", ".join(c.source)
            more = f"; or 或 {', '.join(c.alternatives)}" if c.alternatives else ""
            doubt = "CHECK 请核对: " if c.state == "doubtful" else ""
            rows.append((f"{table.table}.{c.column}", named, f"{c.percent} %", f"{doubt}{c.why}{more}"))
        rows += [(f"{table.table}.{name}", "·", "0 %", "no column was found 未找到对应列") for name in table.missing]
        rows += [(f"{table.table}: archive", name, "·", what) for name, what in table.left.items()]
    title = f"{one.suggestion.source}, {one.suggestion.dataset}"
    return plain_table(["column 列", "suggested 建议", "sure 把握", "reason 依据"], rows, title)


@mapping.command("unmapped")
def unmapped(project: ProjectDir, data: DataDir = None, as_json: AsJson = False) -> None:
    """Write words without a meaning into value_maps/*.csv, for a person to fill in. 导出待映射取值。"""
    from migration_pipeline.orchestration.value_maps import write_unmapped
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    found = write_unmapped(workspace)
    if as_json:
        rows = [
            {"source": f.source, "file": str(f.file), "new": f.new, "open": f.open, "repeated": f.repeated, "unused": f.unused}
            for f in found
        ]
        show_json({"sources": rows})
        return
    if not found:
        console.print("Every word has a meaning. 所有取值均已映射。", style="green")
        return
    rows_ = [(f.source, f"{f.new} new 新增, {f.open} open 待填, {len(f.unused)} unused 未用") for f in found]
    console.print(plain_table(["source 来源", "words 取值"], rows_))
    for one in found:
        console.print(f"  {one.file}", markup=False, highlight=False, soft_wrap=True)
        for line in one.repeated:
            console.print(f"  warning 警告: line {line} repeats an earlier one 重复", style="yellow", highlight=False)
        for vocabulary, word in one.unused:
            console.print(f"  warning 警告: {vocabulary} {word} is used by no row 未使用", style="yellow", markup=False, highlight=False)


@mapping.command("columns")
def columns(project: ProjectDir, data: DataDir = None, as_json: AsJson = False) -> None:
    """What becomes of every source column: mapped, computed, lookup, archived or waived. 每个来源列的去向。"""
    from migration_pipeline.orchestration.column_fates import column_fates
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    found = column_fates(workspace)
    if as_json:
        show_json({"columns": [asdict(one) for one in found]})
        return
    rows = [(f"{one.source} {one.dataset}.{one.table}", one.column, one.fate, ", ".join(one.to) or one.why or "·") for one in found]
    console.print(plain_table(["table 表", "column 列", "fate 去向", "to 目标"], rows))
