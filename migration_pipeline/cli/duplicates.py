"""`store2erp duplicates`: records that may be the same thing, for a person to decide about.

Belongs here: arguments in, a table out. Does not belong here: finding them (`orchestration/duplicates.py`).
"""

import typer

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, ShowPersonal, Why
from migration_pipeline.cli.output import console, errors, number, plain_table, show_json

duplicates = typer.Typer(help="Records that may be the same thing. 疑似重复的档案。", no_args_is_help=True)


@duplicates.callback()
def group() -> None:
    """Records that may be the same thing. 疑似重复的档案。"""


@duplicates.command("find")
def find(
    project: ProjectDir,
    data: DataDir = None,
    dataset: Datasets = None,
    personal: ShowPersonal = False,
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Write `decisions/duplicates-<dataset>.csv`: pairs that merge, pairs to decide. 查找重复，写出待决定的文件。"""
    from migration_pipeline.mapped.decided import DATASETS
    from migration_pipeline.orchestration.audit import personal_read
    from migration_pipeline.orchestration.duplicates import crowd_texts, find_duplicates, zone_counts
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    if personal:
        personal_read(workspace, "duplicates find", why, subject=", ".join(dataset or DATASETS))
    found = []
    with errors.status("duplicates 查重") as status:
        for name in dataset or DATASETS:
            status.update(f"duplicates 查重 {name}")
            found.append(find_duplicates(workspace, name, personal=personal))
    if as_json:
        show_json(
            {
                one.dataset: {
                    "records": one.records,
                    **zone_counts(one.rows),
                    "too_frequent": crowd_texts(one.crowds),
                    "file": str(one.file),
                }
                for one in found
            }
        )
        return
    rows = [(one.dataset, number(one.records), *map(number, zone_counts(one.rows).values()), str(one.file)) for one in found]
    console.print(
        plain_table(["dataset", "records 档案", "merge 合并", "review 待定", "decided 已定", "file 文件"], rows, "Duplicates 疑似重复")
    )
    for one in found:
        for text in crowd_texts(one.crowds):
            console.print(f"{one.dataset}: too frequent to compare by 过于常见,不作比较依据: {text}")
