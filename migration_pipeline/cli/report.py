"""`store2erp report`: writes the reports for people who do not open Dagster, and names their files.

Belongs here: arguments in, a list out. Does not belong here: the reports (`orchestration/report.py`).
"""

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, Stores
from migration_pipeline.cli.output import console, show_json


def report(project: ProjectDir, data: DataDir = None, store: Stores = None, as_json: AsJson = False) -> None:
    """Write the report of the migration and of every store, as a page and a workbook. 生成迁移报告与各门店报告（网页与工作簿）。"""
    from migration_pipeline.orchestration.report import write_reports
    from migration_pipeline.orchestration.workspace import open_workspace

    written = write_reports(open_workspace(project.resolve(), data.resolve() if data else None), store)
    if as_json:
        show_json({"reports": [{"store": one.store or None, "page": str(one.page), "workbook": str(one.workbook)} for one in written]})
        return
    for one in written:
        name = one.store or "all stores 全部门店"
        console.print(f"{name}  {one.page}  {one.workbook.name}", soft_wrap=True, markup=False, highlight=False)
