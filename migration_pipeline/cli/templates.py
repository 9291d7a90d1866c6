"""`store2erp templates export`: the mapped data as files for an ERP's own import tool.

Belongs here: arguments in, tables out. Does not belong here: the files (`orchestration/templates.py`).
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, Stores, Why
from migration_pipeline.cli.output import console, number, plain_table, show_json
from migration_pipeline.runtime.errors import BadInputError

if TYPE_CHECKING:
    from migration_pipeline.orchestration.templates import WrittenExport

templates = typer.Typer(help="Files for an ERP's own import tool. 供 ERP 自带导入工具使用的文件。", no_args_is_help=True)
_For = Annotated[str, typer.Option("--for", metavar="erpnext|odoo|jsherp", help="Whose import tool. 目标 ERP 的导入工具。")]
_Out = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Where to; default: reports/templates/<tool>. 输出目录。")]
_Form = Annotated[str | None, typer.Option("--format", metavar="csv|xlsx|xls", help="Form, if the tool takes several. 文件格式。")]
_Abbr = Annotated[str, typer.Option("--abbr", metavar="TEXT", help="The company's abbreviation in ERPNext; default: its code. 公司缩写。")]
_Date = Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Day of opening entries; default: today. 期初日期。")]


@templates.callback()
def _group() -> None:
    """Keep `export` a subcommand."""


@templates.command("export")
def export(
    project: ProjectDir,
    tool: _For,
    data: DataDir = None,
    store: Stores = None,
    dataset: Datasets = None,
    out: _Out = None,
    form: _Form = None,
    abbr: _Abbr = "",
    day: _Date = None,
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Write the files, split at the tool's limits, and a manifest that leaves no row out. 导出导入文件与清单。"""
    from migration_pipeline.orchestration.audit import personal_exported
    from migration_pipeline.orchestration.templates import MANIFEST, Asked, export_templates
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    folder = out.resolve() if out else workspace.home.reports / "templates" / tool
    personal_exported(workspace, f"templates export --for {tool}", why, {"datasets": dataset or ["all"], "stores": store or ["all"]})
    written = export_templates(workspace, Asked(tool, store, dataset, form, abbr, _day(day)), folder)
    if as_json:
        show_json(
            {
                "folder": str(folder),
                "manifest": str(folder / MANIFEST),
                "ties": written.export.ties,
                "files": len(written.export.files),
                "rows": sum(file.rows for file in written.export.files),
                "in_no_file": {table.table: table.nowhere for table in written.export.books if table.nowhere},
            }
        )
    else:
        _show(written)
    if not written.export.ties:
        raise typer.Exit(1)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInputError(f"{text!r} is no day", where="--date", fix="write it like 2026-01-31") from error


def _show(written: "WrittenExport") -> None:
    into: dict[str, list[int]] = {}
    for file in written.export.files:
        sums = into.setdefault(file.into, [0, 0, 0])
        into[file.into] = [sums[0] + 1, sums[1] + file.records, sums[2] + file.rows]
    rows = [(name, *map(number, sums)) for name, sums in into.items()]
    heads = ["into\n导入为", "files\n文件", "records\n记录", "lines\n行"]
    console.print(plain_table(heads, rows, f"{written.tool.title} {written.tool.version}"))
    books = [
        (
            table.table,
            *map(number, (table.mapped, table.repeated, table.whole, table.partly, table.nowhere)),
            "✓" if table.ties else "✗",
        )
        for table in written.export.books
    ]
    heads = [
        "table\n表",
        "mapped\n已映射",
        "same record\n同一记录",
        "in files\n在文件中",
        "in part\n部分",
        "in no file\n不在文件中",
        "ties\n相符",
    ]
    console.print(plain_table(heads, books, "Books 账目"))
    console.print(
        f"{len(written.export.files)} files and manifest.json in 已写入 {written.folder}", markup=False, highlight=False, soft_wrap=True
    )
    console.print("manifest.json says what is in no file and why, and the steps. 清单列出未导出的内容、原因与操作步骤。")
