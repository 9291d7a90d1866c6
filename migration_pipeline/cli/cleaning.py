"""`store2erp cleaning-report`: what cleaning did, rule by rule, to look at or to hand on.

Belongs here: arguments in, a table out. Does not belong here: the reports (`orchestration/cleaning_report.py`).
"""

from pathlib import Path
from typing import Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, Stores
from migration_pipeline.cli.output import console, number, plain_table, show_json


def cleaning_report(
    project: ProjectDir,
    data: DataDir = None,
    store: Stores = None,
    dataset: Datasets = None,
    form: Annotated[str, typer.Option("--format", metavar="html|xlsx|json", help="html, xlsx or json. 报告格式。")] = "html",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write a single report. 单个报告的文件。")] = None,
    as_json: AsJson = False,
) -> None:
    """What cleaning did, per store and dataset, with samples. 清洗报告：规则、命中、前后样例。"""
    from migration_pipeline.orchestration.cleaning_report import write_cleaning_reports
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    written = write_cleaning_reports(workspace, store, dataset, form, out.resolve() if out else None)
    rows = [
        {
            "store": done.report.about.store,
            "dataset": done.report.about.dataset,
            "source_rows": sum(line.source_rows for line in done.report.totals),
            "accounted": sum(line.accounted for line in done.report.totals),
            "ties": done.report.ties,
            "rules": len(done.report.rules),
            "changed_cells": done.report.cells,
            "path": str(done.path),
        }
        for done in written
    ]
    if as_json:
        show_json({"reports": rows})
        return
    heads = [
        "store\n门店",
        "dataset\n数据集",
        "source rows\n来源行",
        "accounted\n已有去向",
        "ties\n相符",
        "rules\n规则",
        "cells changed\n变更单元格",
    ]
    counts = ("source_rows", "accounted")
    shown = [
        (
            r["store"],
            r["dataset"],
            *(number(r[n]) for n in counts),
            "✓" if r["ties"] else "✗",
            number(r["rules"]),
            number(r["changed_cells"]),
        )
        for r in rows
    ]
    console.print(plain_table(heads, shown, "Cleaning 清洗"))
    for row in rows:
        console.print(str(row["path"]), soft_wrap=True, markup=False, highlight=False)
