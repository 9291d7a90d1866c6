"""What a store's run came to, in figures that a dry run and a real load can be compared by.

Belongs here: measuring before and after a run. Does not belong here: keeping results (`control/repository/results.py`), comparing them
(`dbt_like_sql/models/predicted_vs_actual.sql`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pandas as pd

from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.reasons import Outcome
from migration_pipeline.control.models import RunResult, RunVersion
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.control.repository.outcomes import OutcomeRepository
from migration_pipeline.control.repository.results import ResultRepository
from migration_pipeline.control.repository.versions import VersionRepository
from migration_pipeline.orchestration.run import StoreRun
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError, DataError, Store2erpError

_COUNTED = ("inserted", "updated", "unchanged")


@dataclass(frozen=True)
class Before:
    """How things stood before a store's run.

    Attributes:
        erp: state hash of the store in the ERP.
        loads: what was loaded so far.
        answers: dataset -> the dry run that this run answers; empty in a dry run.
    """

    erp: str
    loads: str
    answers: Mapping[str, str] = field(default_factory=dict)


def before_run(workspace: Workspace, store: str) -> Before | None:
    """What a result is measured against; None where nobody will compare: a real run that no dry run has predicted, which pays nothing."""
    results = ResultRepository(workspace.databases)
    answers = {} if workspace.sandbox else results.unanswered(store)
    if not (workspace.sandbox or answers):
        return None
    return Before(_erp_state(workspace, store), results.loads_so_far(), answers)


def keep_results(workspace: Workspace, run: StoreRun, migration: str, before: Before) -> None:
    """Measure every dataset of a run that is over and keep the results, unless the run could not be carried out."""
    if not carried_out(run):
        return
    after, records = _erp_state(workspace, run.store), VersionRepository(workspace.databases).newest({run.store})
    results = []
    for dataset in run.datasets:
        record = records.get((run.store, dataset))
        made_of = record if record and record.run_id == run.run_id else None
        results.append(
            RunResult(
                run_id=run.run_id,
                store=run.store,
                dataset=dataset,
                migration=migration,
                predicted=bool(workspace.sandbox),
                answers=before.answers.get(dataset),
                measured_at=datetime.now(UTC),
                versions={kind: about["sha256"] for kind, about in made_of.versions.items()} if made_of else {},
                figures=_figures(workspace, run, dataset, made_of),
                erp_before=before.erp,
                loads_before=before.loads,
                erp_after=after,
            )
        )
    ResultRepository(workspace.databases).record(*results)


def outcome_figures(sums: pd.DataFrame) -> dict[str, object]:
    """Rows, money, quantity and points by table and outcome, of rejected rows also rows by reason; sums of zero are left out.

    Args:
        sums: table_name, outcome, reason, rows, money, quantity, points.
    """
    figures: dict[str, object] = {}
    for (table, outcome), part in sums.groupby(["table_name", "outcome"]):
        figures[f"{table} {outcome} rows"] = int(part["rows"].sum())
        totals = {measure: part[measure].sum() for measure in MEASURES}
        figures |= {f"{table} {outcome} {measure}": str(total) for measure, total in totals.items() if total}
    for (table, reason), part in sums[sums["outcome"] == Outcome.REJECTED].groupby(["table_name", "reason"]):
        figures[f"{table} rejected as {reason}"] = int(part["rows"].sum())
    return figures


def carried_out(run: StoreRun) -> bool:
    """Whether a run says something of its data: one that a closed window or a lost database stopped does not, and answers no dry run."""
    return all(failure.exit_code in {BadInputError.exit_code, DataError.exit_code} for failure in run.failures)


def stopped_at(run: StoreRun, dataset: str) -> Sequence[str]:
    """The steps of a dataset at which a run stopped, and the checks that stopped it."""
    steps = [failure.step for failure in run.failures if failure.step.endswith(f"_{dataset}")]
    checks = [f"{check.check} of {check.asset}" for check in run.failed_checks if check.asset.endswith(f"_{dataset}")]
    return sorted({*steps, *checks})


def _figures(workspace: Workspace, run: StoreRun, dataset: str, made_of: RunVersion | None) -> dict[str, object]:
    batches = BatchRepository(workspace.databases).batches(run_id=run.run_id, store=run.store, dataset=dataset)
    figures: dict[str, object] = {f"erp rows {name}": int(batches[name].sum()) for name in _COUNTED}
    if made_of and made_of.reconciled_at:
        outcomes = OutcomeRepository(workspace.databases)
        figures |= outcome_figures(outcomes.outcomes(store=run.store, dataset=dataset, extract_id=made_of.extract_id))
    stopped = stopped_at(run, dataset)
    return figures | ({"stopped at": ", ".join(stopped)} if stopped else {})


def _erp_state(workspace: Workspace, store: str) -> str:
    try:
        return workspace.target.state_hash(store)
    except Store2erpError:  # the run meets the same error and tells it; without a hash the rest is compared
        return ""
