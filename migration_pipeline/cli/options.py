"""Options that several commands share, with their help in both languages."""

from pathlib import Path
from typing import Annotated

import typer

ProjectDir = Annotated[Path, typer.Option("-p", "--project", metavar="DIR", help="Folder of the migration project. 迁移项目目录。")]
DataDir = Annotated[
    Path | None, typer.Option("--data", metavar="PATH", help="Where the data lies, if not where the project says. 数据目录。")
]
Stores = Annotated[list[str] | None, typer.Option("--store", metavar="S", help="Only this store; may be repeated. 仅指定门店，可重复。")]
Wave = Annotated[str | None, typer.Option("--wave", metavar="W", help="Only the stores of this wave. 仅指定批次的门店。")]
Datasets = Annotated[
    list[str] | None, typer.Option("--dataset", metavar="D", help="Only this dataset; may be repeated. 仅指定数据集，可重复。")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else. 仅输出一个 JSON 对象。")]
ShowPersonal = Annotated[bool, typer.Option("--show-personal", help="Show members' data unmasked; logged. 显示个人信息，留痕。")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why personal data is needed; kept in the audit log. 为何需要个人信息。")]
