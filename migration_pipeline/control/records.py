"""What a run leaves behind for an auditor: extracts, batches, outcome and finding sums, measurements, breaks.

Belongs here: which figures are kept when. Does not belong here: how each is stored (`repository/`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import pandas as pd

from migration_pipeline.contracts.ledger import outcome_sums
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.models import Extract
from migration_pipeline.control.repository.batches import BatchFigures, BatchRepository, RowsOfBatch
from migration_pipeline.control.repository.break_cases import BreakCaseRepository
from migration_pipeline.control.repository.measurements import MeasurementRepository
from migration_pipeline.control.repository.outcomes import OutcomeRepository
from migration_pipeline.control.repository.runs import RunRepository
from migration_pipeline.runtime.databases import Databases


class Proof(Protocol):
    """The result of one reconciliation."""

    @property
    def ladder(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def cases(self) -> pd.DataFrame: ...  # noqa: D102


@dataclass(frozen=True)
class Records:
    """Writes to the control database."""

    databases: Databases

    def extract(self, run_id: str, store: str, dataset: str, output: StageOutput) -> None:
        """Keep the manifest of one extract."""
        files = output.facts["files"]
        manifest = [{"input": name, **file} for name, found in files.items() for file in found] if isinstance(files, dict) else []
        rows = sum(len(frame) for frame in output.tables.values()) + len(output.outcomes)
        RunRepository(self.databases).record_extract(
            Extract(
                extract_id=output.extract_id,
                store=store,
                dataset=dataset,
                run_id=run_id,
                taken_at=datetime.now(UTC),
                rows=rows,
                manifest=manifest,
            )
        )

    def last_manifest(self, store: str, dataset: str) -> list[dict[str, object]]:
        """The files of the newest extract of a store's dataset; none if there was no extract yet."""
        found = RunRepository(self.databases).extracts(store=store, dataset=dataset)
        return list(found[0].manifest) if found else []

    def record(self, batch: BatchFigures) -> None:
        """Journal one batch."""
        BatchRepository(self.databases).record(batch)

    def settle(self, store: str, dataset: str, held: Mapping[str, RowsOfBatch]) -> None:
        """Journal what became of batches whose loader died."""
        BatchRepository(self.databases).settle(store, dataset, held)

    def breaks_seen(self, run_id: str, store: str, dataset: str, cases: pd.DataFrame) -> pd.DataFrame:
        """Note which breaks a run saw; returns them with the `state` that runs and people have brought each to."""
        return BreakCaseRepository(self.databases).seen(run_id, store, dataset, cases)

    def reconciliation(self, run_id: str, store: str, dataset: str, loaded: StageOutput, proof: Proof) -> None:
        """Keep outcome sums, findings, measurements and breaks of one reconciled store x dataset; its breaks have been seen before."""
        outcomes, measurements = OutcomeRepository(self.databases), MeasurementRepository(self.databases)
        outcomes.replace_outcomes(loaded.extract_id, store, dataset, outcome_sums(loaded.outcomes))
        outcomes.replace_findings(loaded.extract_id, store, dataset, loaded.findings)
        measurements.replace_measurements(run_id, store, dataset, proof.ladder)
        measurements.replace_breaks(run_id, store, dataset, _breaks(proof.cases))


def _breaks(cases: pd.DataFrame) -> pd.DataFrame:
    state = cases["state"] if "state" in cases else pd.Series("open", index=cases.index, dtype="str")
    return cases.assign(status=state)[["metric", "grp", "reason", "break_class", "rows", "amount", "status"]]
