"""`store2erp target describe`: what the ERP says about itself, kept with the project.

Belongs here: arguments in, differences out. Does not belong here: asking the ERP (`loaded/targets/`).
"""

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir
from migration_pipeline.cli.output import console, show_json

target = typer.Typer(help="The ERP: what it says about its tables. 目标 ERP。", no_args_is_help=True)


@target.callback()
def _group() -> None:
    """Keep `describe` a subcommand."""


@target.command("describe")
def describe(project: ProjectDir, data: DataDir = None, as_json: AsJson = False) -> None:
    """Read tables, types, lengths, keys and allowed values from the ERP and keep them in target/. 读取 ERP 表结构并存档。"""
    from migration_pipeline.contracts.target_description import differences
    from migration_pipeline.orchestration.workspace import open_workspace
    from migration_pipeline.project.target_file import keep_description, kept_description

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    found = workspace.described()
    kept = kept_description(workspace.loaded.folder, found.target)
    changed = differences(kept, found) if kept else []
    path = keep_description(workspace.loaded.folder, found)
    if as_json:
        show_json({"file": str(path), "tables": len(found.tables), "new": kept is None, "differences": changed})
        return
    for sentence in changed:
        console.print(f"  {sentence}", markup=False, highlight=False)
    said = "described for the first time 首次存档" if kept is None else f"{len(changed)} differences 处差异"
    console.print(f"{len(found.tables)} tables 张表, {said} → {path}", markup=False, highlight=False, soft_wrap=True)
