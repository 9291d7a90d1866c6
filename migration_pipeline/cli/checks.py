"""`store2erp checks`: the history of checks, for auditors.

Belongs here: arguments in, table out. Does not belong here: the history (`control/repository/checks.py`).
"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir
from migration_pipeline.cli.output import check_table, console, show_json

_SHOWN = 200


def checks(
    project: ProjectDir,
    data: DataDir = None,
    store: Annotated[str | None, typer.Option("--store", help="Only this store. 仅此门店。")] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", help="Only this dataset. 仅此数据集。")] = None,
    since: Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="From this day on (UTC). 自该日起。")] = None,
    run: Annotated[str | None, typer.Option("--run", help="Only this run. 仅此次运行。")] = None,
    name: Annotated[str | None, typer.Option("--check", help="Only checks of this name. 仅此检查。")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only those that did not pass. 仅未通过。")] = False,
    as_json: AsJson = False,
) -> None:
    """What was checked on which store, when, and how it ended. 检查历史。"""
    from migration_pipeline.control.repository.checks import CheckRepository, Wanted
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    if store is not None:
        workspace.store(store)
    start = since.replace(tzinfo=UTC) if since else None
    found = CheckRepository(workspace.databases).history(Wanted(store, dataset, run, name, start, failed))
    if as_json:
        columns = ("store", "dataset", "stage", "check_name", "verdict", "told", "figures", "run_id")
        rows = [{"judged_at": one.judged_at.isoformat(), **{column: getattr(one, column) for column in columns}} for one in found]
        show_json({"checks": rows})
        return
    console.print(check_table(found[:_SHOWN]))
    if len(found) > _SHOWN:
        console.print(f"{len(found) - _SHOWN} older ones are not shown; --json gives all 其余较早的未显示", highlight=False)
