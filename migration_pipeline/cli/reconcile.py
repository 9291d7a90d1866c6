"""`store2erp reconcile`: compare loaded stores with their ERP again, and say what changed since the last time.

Belongs here: arguments in, tables out. Does not belong here: comparing (`orchestration/reconcile_again.py`).
"""

import sys
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from migration_pipeline.cli.breaks import as_object, break_table, hints
from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, Stores
from migration_pipeline.cli.output import board_table, console, errors, plain_table, show_json

if TYPE_CHECKING:
    from migration_pipeline.orchestration.reconcile_again import Again
    from migration_pipeline.orchestration.run import StoreRun

_HEAD = ("store\n门店", "what\n指标", "class\n类别", "change\n变化", "rows\n行", "difference\n差额")


def reconcile(project: ProjectDir, data: DataDir = None, store: Stores = None, dataset: Datasets = None, as_json: AsJson = False) -> None:
    """Compare what was loaded with the ERP as it is now; loads nothing. 再次核对已导入的门店；不导入。"""
    from migration_pipeline.orchestration.loaded_stores import to_compare
    from migration_pipeline.orchestration.reconcile_again import reconcile_again
    from migration_pipeline.orchestration.report import write_report
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    wanted = to_compare(workspace, store, dataset)

    def done(run: "StoreRun") -> None:
        errors.print(f"{run.store}: {'reconciled 已核对' if run.ok else 'not reconciled 未核平'}", highlight=False, markup=False)

    again = reconcile_again(workspace, wanted, lambda _store, _step: None, done)
    write_report(workspace)
    if as_json:
        show_json(_as_object(again))
    else:
        _show(again)
    sys.exit(again.exit_code)


def _as_object(again: "Again") -> dict[str, object]:
    keys = ("balanced", "source_rows", "outcomes", "money_in", "money_out", "unexplained", "breaks", "stores", "failures", "failed_checks")
    figures = again.summary.as_json()
    drift = [{str(name): value for name, value in row.items()} for row in again.drift.to_dict("records")]
    return {
        **{key: figures[key] for key in (*keys, "warnings", "report")},
        "drift": drift,
        "waiting": [as_object(case) for case in again.waiting],
    }


def _show(again: "Again") -> None:
    console.print(board_table(again.summary.board, "reconciled again 再次核对"))
    changes = again.drift.to_dict("records")
    causes = {(one["store"], one["dataset"], one["break_class"], one["change"]) for one in changes if not one["grp"]}
    known = [bool(one["grp"]) and (one["store"], one["dataset"], one["break_class"], one["change"]) in causes for one in changes]
    rows = [_row(one) for one, hidden in zip(changes, known, strict=True) if not hidden]
    if rows:
        console.print(plain_table(_HEAD, rows, "since the run before 较上次核对"))
    elif not any(run.failures for run in again.summary.runs):
        console.print("nothing changed since the run before 较上次核对无变化", highlight=False)
    if again.waiting:
        console.print(break_table(again.waiting))
    for hint in hints(again.waiting):
        console.print(hint, markup=False, highlight=False, soft_wrap=True)
    for run in again.summary.runs:
        for failure in run.failures:
            errors.print(f"✗ {run.store} {failure.step}: {failure.message}", markup=False, highlight=False)


def _row(one: Mapping[Hashable, Any]) -> tuple[str, ...]:
    what = f"{one['metric']}{' by ' + str(one['grp']) if one['grp'] else ''}"
    sizes = f"{one['rows_from']} → {one['rows_to']}", f"{one['from']} → {one['to']}"
    return (one["store"], what, one["break_class"], one["change"], *sizes)
