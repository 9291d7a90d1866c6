"""`store2erp import-report`: how the stores were loaded, to look at or to hand on; with `--rows` every source row's end.

Belongs here: arguments in, a table out. Does not belong here: the reports (`orchestration/import_report.py`).
"""

from pathlib import Path
from typing import Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, Stores
from migration_pipeline.cli.output import console, number, plain_table, show_json


def import_report(
    project: ProjectDir,
    data: DataDir = None,
    store: Stores = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="html|xlsx|json", help="html, xlsx or json; rows: csv or parquet. 报告格式。")
    ] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Every source row: outcome, reason, key in the ERP. 逐行去向。")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write a single one. 单个文件。")] = None,
    as_json: AsJson = False,
) -> None:
    """How each store was loaded: time, volume, exceptions. 导入报告：用时、数量、异常。"""
    from migration_pipeline.orchestration.import_report import write_import_reports, write_rows
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    place = out.resolve() if out else None
    if rows:
        files = write_rows(workspace, store, form or "csv", place)
        if as_json:
            show_json({"files": [{"path": str(path), "rows": count} for path, count in files.items()]})
            return
        for path, count in files.items():
            console.print(f"{count:,} rows 行 {path}", soft_wrap=True, markup=False, highlight=False)
        return
    written = write_import_reports(workspace, store, form or "html", place)
    lines = [
        {
            "store": done.report.about.store,
            "rows": done.report.rows,
            "seconds": str(done.report.seconds),
            "batches": len(done.report.batches),
            "changed": sum(line.inserted + line.updated for line in done.report.loads),
            "rejected": sum(line.rows for line in done.report.rejected),
            "retries": sum(line.retries for line in done.report.loads),
            "causes": len(done.report.causes),
            "path": str(done.path),
        }
        for done in written
    ]
    if as_json:
        show_json({"reports": lines})
        return
    heads = ["store\n门店", "rows\n行", "seconds\n秒", "batches\n批次", "changed\n变化", "rejected\n隔离", "retries\n重试", "causes\n起因"]
    counts = ("batches", "changed", "rejected", "retries", "causes")
    shown = [(line["store"], number(line["rows"]), line["seconds"], *(number(line[name]) for name in counts)) for line in lines]
    console.print(plain_table(heads, shown, "Import 导入"))
    for line in lines:
        console.print(str(line["path"]), soft_wrap=True, markup=False, highlight=False)
