"""`store2erp archive verify` and `restore`: is every source file still there unchanged, and back into a folder.

Belongs here: arguments in, tables out. Does not belong here: the archive (`orchestration/archive.py`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from migration_pipeline.cli.options import AsJson, Datasets, ProjectDir, Stores
from migration_pipeline.cli.output import console, errors, number, plain_table, show_json

if TYPE_CHECKING:
    from migration_pipeline.orchestration.archive import Found, Kept, OnBytes, Restored

archive = typer.Typer(
    help="The untouched copies of all source files: verify and restore. 来源文件归档：校验与恢复。",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_SHOWN = 20
_COLUMNS = {"files": "文件", "bytes": "字节", "ok": "完好", "changed": "已变", "missing": "缺失", "repaired": "已修复"}


@archive.command()
def verify(
    project: ProjectDir,
    store: Stores = None,
    dataset: Datasets = None,
    deep: Annotated[bool, typer.Option("--deep", help="Decrypt encrypted files too; needs the key. 同时解密校验，需要密钥。")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Replace bad copies by good ones of the other place. 用另一处的副本修复。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare every archived file with its hash, in all places. 逐一校验归档文件。"""
    from migration_pipeline.orchestration import archive as whole
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve())
    files = whole.kept_files(workspace, store, dataset)
    with _progress(files, quiet=as_json) as on_bytes:
        found = whole.verify(workspace.archive, files, on_bytes, deep=deep, repair=repair)
    figures, bad = whole.in_figures(found), [f for f in found if f.state != "ok"]
    if as_json:
        show_json({"ok": all(f.good for f in found), "places": figures, "wrong": [_as_json(f) for f in bad]})
    else:
        heads = ["place 位置", *(f"{name} {chinese}" for name, chinese in _COLUMNS.items())]
        console.print(plain_table(heads, [[place, *(number(row[c]) for c in _COLUMNS)] for place, row in figures.items()], "Archive 归档"))
        for f in bad[:_SHOWN]:
            what = f"{f.state}, repaired 已修复" if f.repaired else f.state
            console.print(
                f"✗ {f.kept.store} {f.kept.dataset} {f.kept.path}: {what} ({f.place})", markup=False, highlight=False, soft_wrap=True
            )
        _more(len(bad))
    raise typer.Exit(0 if all(f.good for f in found) else 1)


@archive.command()
def restore(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="Folder to write to. 目标目录。")],
    project: ProjectDir,
    store: Stores = None,
    dataset: Datasets = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="PLACE", help="Only from first or second. 仅取自 first 或 second。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the original files back, under their old names. 按原名恢复来源文件。"""
    from migration_pipeline.orchestration import archive as whole
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve())
    files = whole.kept_files(workspace, store, dataset)
    with _progress(files, quiet=as_json) as on_bytes:
        results = whole.restore(workspace.archive, files, target.resolve(), on_bytes, only_from=from_)
    lost = [r for r in results if r.place is None and not r.was_there]
    if as_json:
        show_json({"ok": not lost, "files": [_restored_json(r, target.resolve()) for r in results]})
    else:
        _show(results, target)
    raise typer.Exit(1 if lost else 0)


@contextmanager
def _progress(files: "Sequence[Kept]", *, quiet: bool) -> "Iterator[OnBytes]":
    """A bar by bytes, on a terminal only."""
    bar = Progress(
        TextColumn("archive 归档"),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=quiet or not errors.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=sum(kept.file.size for kept in {kept.file.stored: kept for kept in files}.values()))
        yield lambda done: bar.advance(task, done)


def _as_json(found: "Found") -> dict[str, object]:
    kept = found.kept
    where = {"store": kept.store, "dataset": kept.dataset, "path": str(kept.path), "sha256": kept.file.sha256}
    return {**where, "place": found.place, "state": found.state, "repaired": found.repaired}


def _restored_json(restored: "Restored", target: Path) -> dict[str, object]:
    kept = restored.kept
    where = {"store": kept.store, "dataset": kept.dataset, "path": str(restored.target.relative_to(target)), "sha256": kept.file.sha256}
    return {**where, "from": restored.place, "damaged_in": list(restored.damaged), "was_there": restored.was_there}


def _show(results: "Sequence[Restored]", target: Path) -> None:
    written = [r for r in results if r.place]
    there = sum(r.was_there for r in results)
    line = f"{len(written):,} files restored to {target} 已恢复" + (f", {there:,} were there 已存在" if there else "")
    console.print(line, markup=False, highlight=False, soft_wrap=True)
    wrong = [r for r in results if r.damaged]
    for r in wrong[:_SHOWN]:
        what = f"taken from {r.place} 取自 {r.place}" if r.place else "no good copy 无完好副本"
        line = f"✗ {r.kept.store} {r.kept.dataset} {r.kept.path}: damaged in {' and '.join(r.damaged)} 已损坏, {what}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    _more(len(wrong))


def _more(count: int) -> None:
    if count > _SHOWN:
        console.print(f"… and {count - _SHOWN:,} more 另有 {count - _SHOWN:,} 个", highlight=False)
