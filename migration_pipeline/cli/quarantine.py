"""`store2erp quarantine`, `quarantine export` and `quarantine import`: rejected rows, out to a person and back as corrections.

Belongs here: arguments in, tables and messages out. Does not belong here: the rows and their files (`orchestration/quarantine_*.py`).
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, Stores, Why
from migration_pipeline.cli.output import console, plain_table, show_json
from migration_pipeline.runtime.errors import BadInputError

quarantine = typer.Typer(
    help="Rejected rows by reason, with what to do; export them, edit, import. 隔离区：按原因统计；导出、编辑、导入。",
    invoke_without_command=True,
    rich_markup_mode=None,
)
_File = Annotated[Path, typer.Argument(metavar="FILE", help="FILE.xlsx or FILE.csv. 文件。")]


@quarantine.callback()
def overview(
    context: typer.Context,
    project: Annotated[
        Path | None, typer.Option("-p", "--project", metavar="DIR", help="Folder of the migration project. 迁移项目目录。")
    ] = None,
    data: DataDir = None,
    store: Stores = None,
    dataset: Datasets = None,
    rows: Annotated[bool, typer.Option("--rows", help="Each row with its id, for `explain`. 逐行列出行号。")] = False,
    as_json: AsJson = False,
) -> None:
    """Rejected rows by reason, with what to do. 隔离区：按原因统计及处理建议。"""
    if context.invoked_subcommand is not None:
        return
    if project is None:
        raise typer.BadParameter("Missing option '-p' / '--project'.", context)
    _show(project, data, store, dataset, rows=rows, as_json=as_json)


def _show(project: Path, data: Path | None, store: list[str] | None, dataset: list[str] | None, *, rows: bool, as_json: bool) -> None:
    from migration_pipeline.contracts.reasons import REASONS
    from migration_pipeline.orchestration.quarantine import rejected_rows
    from migration_pipeline.orchestration.workspace import open_workspace

    found = rejected_rows(open_workspace(project.resolve(), data.resolve() if data else None), store, dataset)
    if as_json:
        show_json({"rejected": [{k: str(v) for k, v in row.items()} for row in found.to_dict("records")]})
    elif rows:
        columns = ["store", "dataset", "table", "row_id", "reason", "detail"]
        console.print(plain_table(["store", "dataset", "table", "row 行", "reason 原因", "where 位置"], found[columns].to_numpy().tolist()))
    else:
        keys = ["store", "dataset", "table", "reason"]
        counts = found.groupby(keys, sort=False).size().reset_index(name="rows").to_dict("records")
        shown = [(*(r[k] for k in keys), r["rows"], f"{REASONS[r['reason']].hint_en} {REASONS[r['reason']].hint_zh}") for r in counts]
        console.print(plain_table([*keys, "rows", "to do 处理建议"], shown, "Quarantine 隔离区"))


@quarantine.command("export")
def export_file(
    file: _File,
    project: ProjectDir,
    data: DataDir = None,
    store: Stores = None,
    dataset: Datasets = None,
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Write rejected rows with their source cells to a file, to be edited. 导出隔离行供编辑。"""
    from migration_pipeline.orchestration.audit import personal_exported
    from migration_pipeline.orchestration.quarantine_file import write_file
    from migration_pipeline.orchestration.quarantine_rows import rejected_sheets
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace, target = open_workspace(project.resolve(), data.resolve() if data else None), file.resolve()
    if target.is_relative_to(workspace.loaded.data):
        raise BadInputError("the file would lie among the data", where=str(file), fix="name another folder")
    sheets = rejected_sheets(workspace, store, dataset)
    count, ragged = sum(len(sheet.rows) for sheet in sheets), sum(not row.editable for sheet in sheets for row in sheet.rows)
    if count:
        personal_exported(workspace, "quarantine export", why, {"rows": {"/".join(sheet.place): len(sheet.rows) for sheet in sheets}})
        write_file(target, sheets)
    if as_json:
        show_json({"rows": count, "not_editable": ragged, "file": str(target) if count else None})
        return
    if not count:
        console.print("no row is rejected, no file was written 没有隔离行，未写文件")
        return
    _say(f"{count:,} rejected rows in {file} 已导出隔离行")
    if ragged:
        _say(f"! {ragged:,} of them have no cells to edit: mend these lines in a copy of the source file 无法按单元格编辑，请修正文件")
    _say("! The file holds personal data; only you can read it. Delete it when it is imported. 含个人信息，仅本人可读；导入后请删除。")
    _say(f"Edit source cells, or write exclude under [action]; then: store2erp quarantine import -p {project} {file} --who NAME")


@quarantine.command("import")
def import_file(
    file: _File,
    project: ProjectDir,
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who decided. 更正人。")],
    data: DataDir = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; default: the reason code. 原因。")] = "",
    run: Annotated[bool, typer.Option("--run", help="Migrate these stores and datasets at once. 立即重新迁移。")] = False,
    as_json: AsJson = False,
) -> None:
    """Turn an edited file into corrections of the project. 将编辑后的文件导入为更正。"""
    from migration_pipeline.orchestration.audit import corrections_made
    from migration_pipeline.orchestration.quarantine_import import Signed, import_edits, write_corrections
    from migration_pipeline.orchestration.workspace import open_workspace

    if not who.strip():
        raise BadInputError("nobody signs the corrections", where="--who", fix="name who decided")
    workspace, today = open_workspace(project.resolve(), data.resolve() if data else None), datetime.now().astimezone().date()
    made = import_edits(workspace, file.resolve(), Signed(who.strip(), reason.strip(), today))
    stores, datasets = ([*dict.fromkeys(names)] for names in ([c.store for c in made], [c.dataset for c in made]))
    path = write_corrections(workspace.loaded.folder, made, today) if made else None
    if path:
        corrections_made(workspace, path, made)
    again = " ".join([f"store2erp run -p {project}", *(f"--store {s}" for s in stores), *(f"--dataset {d}" for d in datasets)])
    if as_json and not (run and made):
        show_json({"corrections": len(made), "file": str(path) if path else None, "stores": stores, "datasets": datasets})
    elif not as_json:
        _say(f"{len(made):,} corrections in {path} 已写入更正" if made else "nothing was changed in the file, nothing to import 无改动")
        if made and not run:
            _say(f"next 下一步: {again}")
    if run and made:
        from migration_pipeline.cli.work import migrate_and_show

        migrate_and_show(project, data, stores, datasets, as_json=as_json)


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
