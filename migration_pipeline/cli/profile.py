"""`store2erp profile`: what is in some data, before anything is migrated.

Belongs here: arguments in, a table, a page and figures out. Does not belong here: the profile (`raw/profiling/`).
"""

from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.status import Status

from migration_pipeline.cli.options import AsJson, DataDir, Stores
from migration_pipeline.cli.output import console, errors, number, plain_table, show_json
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.private_file import write_private

if TYPE_CHECKING:
    from migration_pipeline.raw.profiling.profile import Profile, Watch

_SHOWN = 12
_FILE = "profile.html"


def profile(
    folder: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="Folder of unknown files. 未知文件的目录。")] = None,
    project: Annotated[
        Path | None, typer.Option("-p", "--project", metavar="DIR", help="Only what the inputs of this project read. 仅画像该项目的来源。")
    ] = None,
    data: DataDir = None,
    store: Stores = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Where the page goes. 报告页面的位置。")] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, metavar="N", help="Choose N rows per table to check by hand. 每表抽样 N 行。")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """What is in the sources, and a suggested project file. 来源数据画像与建议的项目文件。"""
    from migration_pipeline.raw.profiling.report import render
    from migration_pipeline.raw.profiling.view import as_view

    with errors.status("profile 画像") as status:
        watch = _watch(status)
        if project:
            found, title, page = _of_project(project, folder or data, store, sample, html, watch)
        else:
            found, title, page = _of_folder(folder or data, store, sample, html, watch)
    view = as_view(found, suggest=project is None)
    content = render(view, title=title, version=version("store2erp"), written_at=datetime.now().astimezone())
    write_private(page, content.encode(), what="the page", fix="name another place with --html")
    if as_json:
        show_json({**view, "report": str(page)})
    else:
        _show(view, page)


def _of_project(
    project: Path, data: Path | None, stores: list[str] | None, sample: int, html: Path | None, watch: "Watch"
) -> tuple["Profile", str, Path]:
    """The profile of a project's inputs, a title and where the page goes: among the project's reports."""
    from migration_pipeline.project.load import load_project
    from migration_pipeline.raw.profiling.profile import profile_project
    from migration_pipeline.runtime.paths import Home

    loaded = load_project(project.resolve(), data.resolve() if data else None)
    page = _outside(html, loaded.data) if html else Home.of(loaded.folder).reports / _FILE
    return profile_project(loaded, stores, sample, watch), f"{loaded.project.title.en} {loaded.project.title.zh}", page


def _of_folder(
    folder: Path | None, stores: list[str] | None, sample: int, html: Path | None, watch: "Watch"
) -> tuple["Profile", str, Path]:
    """The profile of unknown files, a title and where the page goes: into the current folder."""
    from migration_pipeline.raw.profiling.profile import profile_folder

    if folder is None or stores:
        what = "--store needs a project" if stores else "nothing to look at"
        raise BadInputError(what, where="profile", fix="name a folder, or a project with -p DIR")
    page = _outside(html or Path(_FILE), folder)
    return profile_folder(folder.resolve(), sample, watch), folder.resolve().name, page


def _outside(page: Path, data: Path) -> Path:
    """The page's place; raises BadInputError if it lies among the data, which is never changed."""
    if page.resolve().is_relative_to(data.resolve()):
        raise BadInputError(
            "the page would lie among the data, which is never changed", where=str(page), fix="name another place with --html"
        )
    return page.resolve()


def _watch(status: Status) -> "Watch":
    """Progress on a terminal: which table of how many; silent in a log."""

    def tell(done: int, total: int, place: str) -> None:
        status.update(f"{done + 1}/{total} {escape(place)}")

    return tell


def _show(view: dict[str, Any], page: Path) -> None:
    columns = ["table 表", "most likely 推测", "%", "rows 行", "columns 列", "span 时间范围"]
    console.print(plain_table(columns, [_row(table) for table in view["tables"]], "What is in the sources 来源数据画像"))
    if view["findings"]:
        rows = [(f["place"], f["column"], number(f["rows"]), f"{f['en']} {f['zh']}") for f in view["findings"][:_SHOWN]]
        more = len(view["findings"]) - _SHOWN
        title = "Needs a look 需关注" + (f" ({_SHOWN} of {len(view['findings']):,})" if more > 0 else "")
        console.print(plain_table(["table 表", "column 列", "rows 行", "what 说明"], rows, title))
    if view["unclassified"]:
        unread = [(left["path"], left["reason"]) for left in view["unclassified"]]
        console.print(plain_table(["file 文件", "why 原因"], unread, "Not read 未读取"))
    if view["suggestion"] is not None:
        console.print("\nSuggested for migration.yaml 建议写入 migration.yaml", style="bold")
        console.print(view["suggestion"], markup=False, highlight=False, soft_wrap=True)
    console.print(f"report 报告  {page}", highlight=False, soft_wrap=True)


def _row(table: dict[str, Any]) -> tuple[str, ...]:
    likely, span = table["likely"], f"{table['first'][:10]} – {table['last'][:10]}" if table["first"] else "·"
    sure = f"{likely['percent']}" if likely["guess"] != "other" else "·"
    return table["table"], likely["role"] or likely["guess"], sure, number(table["rows"]), number(len(table["columns"])), span
