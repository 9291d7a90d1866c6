"""The result of a run in figures, read from the control database: what `demo` and `run` print.

Belongs here: collecting. Does not belong here: computing sums (`dbt_like_sql/models/`), printing (`cli/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.control.views import read_view
from migration_pipeline.orchestration.run import FailedCheck, StoreRun
from migration_pipeline.orchestration.workspace import Workspace

OUTCOMES = ("loaded", "merged", "excluded", "rejected", "undone")
_COMPARED = ("store", "dataset", "verdict", "differences", "changed")
_COUNTS, _MONEY = ("source_rows", *OUTCOMES, "breaks"), ("money_in", "money_out", "unexplained")


@dataclass(frozen=True)
class Summary:
    """One run over some stores.

    Attributes:
        board: per store x dataset source_rows, the outcomes, money_in, money_out, unexplained, breaks.
        reasons: per store x dataset x table x outcome x reason rows and money.
        changed_rows: rows the ERP (in a dry run its copy) inserted or updated in this run.
        compared: per store x dataset that a dry run had predicted: verdict, differences, changed.
        dry: nothing of this is real.
    """

    board: pd.DataFrame
    reasons: pd.DataFrame
    runs: tuple[StoreRun, ...]
    changed_rows: int
    rejected_limit: int
    report: str
    stores: tuple[str, ...] = field(default=())
    compared: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_COMPARED), dtype="str"))
    dry: bool = False

    @property
    def balanced(self) -> bool:
        """Every store ran through, every book balances, nothing is unexplained."""
        return all(run.ok for run in self.runs) and not self.board["breaks"].sum() and not self.board["unexplained"].sum()

    @property
    def exit_code(self) -> int:
        """0 balanced and reconciled, 1 breaks or rejects above the limit, else what the failed steps ask for."""
        codes = [f.exit_code if f.exit_code is not None else 3 for run in self.runs for f in run.failures]
        if codes:
            return max(codes)
        over = int(self.board["rejected"].sum()) > self.rejected_limit
        return 0 if self.balanced and not over else 1

    def figures(self, board: pd.DataFrame) -> dict[str, object]:
        """Sums over some rows of the board; money as decimal strings."""
        counts = {name: int(board[name].sum()) for name in _COUNTS}
        money = {name: str(sum(board[name], Decimal("0.00"))) for name in _MONEY}
        return {
            "source_rows": counts["source_rows"],
            "outcomes": {name: counts[name] for name in OUTCOMES},
            **money,
            "breaks": counts["breaks"],
        }

    def as_json(self) -> dict[str, object]:
        """The one object that `--json` prints."""
        present = [name for name in DATASETS if (self.board["dataset"] == name).any()]
        failed = [
            {"store": run.store, "step": f.step, "message": f.message, "exit_code": f.exit_code} for run in self.runs for f in run.failures
        ]
        checks = [_check(run, check) for run in self.runs for check in run.failed_checks]
        warnings = [_check(run, check) for run in self.runs for check in run.warnings]
        return {
            "balanced": self.balanced,
            **self.figures(self.board),
            "erp_changed_rows": self.changed_rows,
            "rejected_limit": self.rejected_limit,
            "stores": list(self.stores),
            "report": self.report,
            "datasets": {name: self.figures(self.board[self.board["dataset"] == name]) for name in present},
            "failures": failed,
            "failed_checks": checks,
            "warnings": warnings,
            "dry_run": self.dry,
            "predicted_vs_actual": self.compared.to_dict("records"),
        }


def _check(run: StoreRun, check: FailedCheck) -> dict[str, str]:
    return {"store": run.store, "asset": check.asset, "check": check.check, "detail": check.detail}


def summarise(workspace: Workspace, runs: Sequence[StoreRun]) -> Summary:
    """The figures of the stores and datasets these runs were about."""
    batches = [BatchRepository(workspace.databases).batches(run_id=run.run_id, store=run.store) for run in runs]
    changed = sum(int(b["inserted"].sum() + b["updated"].sum()) for b in batches)
    about = {(run.store, dataset) for run in runs for dataset in run.datasets}
    board = _about(read_view(workspace.databases, "status_board", ("store", "dataset")), about)
    compared = read_view(workspace.databases, "predicted_vs_actual", ("loaded_at", "store", "dataset"))
    compared = compared.loc[compared["loaded_by"].isin([run.run_id for run in runs]), list(_COMPARED)].reset_index(drop=True)
    reasons = _about(read_view(workspace.databases, "outcomes_by_reason", ("store", "dataset", "table_name", "outcome", "reason")), about)
    return Summary(
        board,
        reasons,
        tuple(runs),
        changed,
        workspace.project.limits.rejected_rows,
        str(workspace.report),
        tuple(run.store for run in runs),
        compared,
        bool(workspace.sandbox),
    )


def _about(frame: pd.DataFrame, about: set[tuple[str, str]]) -> pd.DataFrame:
    keep = [pair in about for pair in zip(frame["store"], frame["dataset"], strict=True)]
    return frame[pd.Series(keep, index=frame.index, dtype=bool)].reset_index(drop=True)
