"""`store2erp status` and `explain`: questions about what has been done.

Belongs here: arguments in, tables out. Does not belong here: the answers (`orchestration/`, `control/`).
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, ShowPersonal, Why
from migration_pipeline.cli.output import board_table, console, plain_table, show_json

if TYPE_CHECKING:
    from migration_pipeline.control.models import Override

_OVERRIDES_SHOWN = 10
_COUNTS = ("source_rows", "loaded", "merged", "excluded", "rejected", "undone", "breaks")


def status(project: ProjectDir, data: DataDir = None, as_json: AsJson = False) -> None:
    """Where every store stands. 各门店状态。"""
    from migration_pipeline.cli.approve import show_waves, wave_states
    from migration_pipeline.control.repository.overrides import OverrideRepository
    from migration_pipeline.control.views import read_view
    from migration_pipeline.orchestration.approvals import signatures_of
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    waves = wave_states(workspace, signatures_of(workspace)) if workspace.project.waves else {}
    board = read_view(workspace.databases, "status_board", ("store", "dataset"))
    done = set(zip(board["store"], board["dataset"], strict=True))
    stale = read_view(workspace.databases, "unfinished", ("store", "dataset"))
    done -= set(zip(stale["store"], stale["dataset"], strict=True))
    overrides = OverrideRepository(workspace.databases).overrides()
    missing = [f"{store} {dataset}" for store in workspace.stores for dataset in workspace.datasets(store) if (store, dataset) not in done]
    if as_json:
        rows = [{k: int(v) if k in _COUNTS else str(v) for k, v in row.items()} for row in board.to_dict("records")]
        show_json({"stores": rows, "not_reconciled": missing, "overrides": [_override(one) for one in overrides], "waves": waves})
        return
    console.print(board_table(board, f"{workspace.project.title.en} {workspace.project.title.zh}"))
    if missing:
        console.print(f"not reconciled yet 尚未对账: {', '.join(missing[:20])}{' …' if len(missing) > 20 else ''}", highlight=False)
    show_waves(waves)
    for one in overrides[:_OVERRIDES_SHOWN]:
        said = f"{one.overridden_at:%Y-%m-%d %H:%M} UTC {one.store} {one.kind} ({one.who}): {one.reason}"
        console.print(f"overridden 人工放行  {said}", markup=False, highlight=False, soft_wrap=True)


def _override(one: "Override") -> dict[str, str]:
    """One refusal that a person overrode."""
    names = ("run_id", "store", "kind", "who", "reason", "told")
    return {"overridden_at": one.overridden_at.isoformat(), **{name: getattr(one, name) for name in names}}


def explain(
    store: Annotated[str, typer.Argument(help="Store id. 门店。")],
    dataset: Annotated[str, typer.Argument(help="products, inventory, members, sales or suppliers.")],
    row: Annotated[str, typer.Argument(help="Row id: FILE:ROW as reports and tables show it. 行号。")],
    project: ProjectDir,
    data: DataDir = None,
    personal: ShowPersonal = False,
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """What became of one source row, stage by stage. 某一来源行的去向。"""
    from migration_pipeline.orchestration.audit import personal_read
    from migration_pipeline.orchestration.explain import explain as way_of
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    if personal:
        personal_read(workspace, "explain", why, store=store, dataset=dataset, subject=row)
    ways = way_of(workspace, store, dataset, row, personal=personal)
    if as_json:
        show_json({"store": store, "dataset": dataset, "row": row, "tables": [asdict(way) for way in ways]})
        return
    for way in ways:
        console.print(f"[bold]{way.row_id}[/]  {store} · {dataset} · {way.table}", highlight=False)
        for step in way.steps:
            console.print(plain_table([step.stage, step.table], list(step.values.items())))
        colour = {"loaded": "green", "merged": "cyan", "excluded": "dim", "rejected": "yellow"}.get(way.outcome, "red")
        ended = f"[bold {colour}]{way.outcome}[/] {way.reason}: {way.detail}" if way.outcome else "still on its way 尚未结束"
        for line in way.corrections:
            console.print(line, style="cyan", markup=False, highlight=False, soft_wrap=True)
        console.print(f"→ {ended}" + (f"  → ERP {way.target_key}" if way.target_key else ""), highlight=False)
