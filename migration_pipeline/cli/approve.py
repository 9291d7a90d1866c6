"""`store2erp approve` and `store2erp approvals`: signing the figures of a wave, and which signatures stand.

Belongs here: arguments in, tables out. Does not belong here: what may be signed, and the gate (`orchestration/approvals.py`).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, Stores, Wave
from migration_pipeline.cli.output import console, plain_table, show_json
from migration_pipeline.runtime.errors import BadInputError

if TYPE_CHECKING:
    from migration_pipeline.orchestration.approvals import Signature
    from migration_pipeline.orchestration.workspace import Workspace

_HEAD = ("wave 批次", "store 门店", "who 批准人", "when (UTC) 时间", "state 状态", "note 备注")


def approve(
    project: ProjectDir,
    data: DataDir = None,
    wave: Wave = None,
    store: Stores = None,
    who: Annotated[str, typer.Option("--as", metavar="NAME", help="Who approves; default: the user at work. 批准人。")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What to keep with it. 备注。")] = "",
    as_json: AsJson = False,
) -> None:
    """Sign the reconciled figures of a wave or store, so that the next wave may start. 批准批次或门店的对账结果，放行下一批次。"""
    from migration_pipeline.orchestration.approvals import approve as sign
    from migration_pipeline.orchestration.approvals import signatures_of
    from migration_pipeline.orchestration.workspace import open_workspace

    if bool(wave) == bool(store):
        raise BadInputError("it is not said what is approved", where="approve", fix="name either --wave W or --store S")
    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    stores = workspace.wave(wave) if wave else tuple(store or ())
    signed = sign(workspace, stores, wave=wave or "", who=who, note=note)
    if as_json:
        show_json({"approved": [one.as_json() for one in signatures_of(workspace, stores).values()]})
        return
    for one in signed:
        line = f"✓ approved 已批准  {one.store} ({one.who})  figures 数字 {one.figures_sha256[:16]}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def approvals(project: ProjectDir, data: DataDir = None, as_json: AsJson = False) -> None:
    """Which stores are approved, and whether that still stands. 各门店的批准及其是否仍有效。"""
    from migration_pipeline.orchestration.approvals import signatures_of
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    signed = signatures_of(workspace)
    if as_json:
        show_json({"approvals": [one.as_json() for one in signed.values()], "waves": wave_states(workspace, signed)})
        return
    rows = [
        (a.wave or "–", a.store, a.who, f"{a.approved_at:%m-%d %H:%M}", "void 失效" if one.void else "stands 有效", a.note)
        for one in signed.values()
        for a in [one.approval]
    ]
    console.print(plain_table(_HEAD, rows, f"approvals 批准 ({len(rows)})"))
    for one in signed.values():
        if one.void:
            console.print(f"! {one.approval.store}: {one.void}", markup=False, highlight=False, soft_wrap=True)
    show_waves(wave_states(workspace, signed))


def wave_states(workspace: "Workspace", signed: Mapping[str, "Signature"]) -> dict[str, str]:
    """Wave -> `approved`, `void` or `open`, in the order of the project."""
    return {wave: _state([signed.get(store) for store in members]) for wave, members in workspace.project.waves.items()}


def _state(signatures: Sequence["Signature | None"]) -> str:
    if any(one is not None and one.void for one in signatures):
        return "void"
    return "approved" if all(signatures) else "open"


def show_waves(states: Mapping[str, str]) -> None:
    """One line for all waves; nothing if the project has none."""
    words = {"approved": "approved 已批准", "void": "approval void 批准失效", "open": "not approved 未批准"}
    if states:
        said = " → ".join(f"{wave} {words[state]}" for wave, state in states.items())
        console.print(f"waves 批次  {said}", markup=False, highlight=False, soft_wrap=True)
