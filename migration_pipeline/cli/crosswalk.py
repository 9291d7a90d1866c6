"""`store2erp crosswalk export`: old codes and new codes, for the ERP and for the stores.

Belongs here: arguments in, a table out. Does not belong here: the files (`orchestration/crosswalk_export.py`).
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, Stores, Why
from migration_pipeline.cli.output import console, number, plain_table, show_json

crosswalk = typer.Typer(help="Which old code became which ERP code. 新旧编码对照表。", no_args_is_help=True)
_Out = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Where to; default: reports/crosswalk. 输出目录。")]


@crosswalk.callback()
def _group() -> None:
    """Keep `export` a subcommand."""


@crosswalk.command("export")
def export(
    project: ProjectDir,
    data: DataDir = None,
    dataset: Datasets = None,
    store: Stores = None,
    out: _Out = None,
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Write old and new codes as CSV: one file per dataset for the ERP, one per store and dataset. 导出新旧编码对照表（CSV）。"""
    from migration_pipeline.orchestration.audit import personal_exported
    from migration_pipeline.orchestration.crosswalk_export import export_crosswalk
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    folder = out.resolve() if out else workspace.home.reports / "crosswalk"
    personal_exported(workspace, "crosswalk export", why, {"datasets": dataset or ["all"], "stores": store or ["all"]})
    files = export_crosswalk(workspace, folder, dataset, store)
    if as_json:
        show_json({"folder": str(folder) if files else None, "files": [asdict(file) for file in files]})
        return
    if not files:
        console.print("no code was given yet, no file was written 尚无编码，未写文件")
        return
    rows = [(file.file, file.store or "ERP", file.dataset, number(file.rows)) for file in files]
    console.print(plain_table(["file 文件", "for 用于", "dataset 数据集", "rows 行数"], rows, "Crosswalk 新旧编码对照表"))
    console.print(f"{len(files)} files and manifest.json in 已写入 {folder}", markup=False, highlight=False, soft_wrap=True)
    console.print("Member files hold card numbers; only you can read them. 会员文件含卡号，仅本人可读。")
