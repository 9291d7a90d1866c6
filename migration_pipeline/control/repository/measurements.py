"""Measurements of reconciliation and the breaks they found.

Belongs here: replacing and listing them. Does not belong here: measuring and comparing (`reconciled/`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from migration_pipeline.control.models import Measurement, ReconciliationBreak
from migration_pipeline.control.repository.frames import read_rows, replace_rows
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class MeasurementRepository:
    """Measurements and breaks of one control database. A frame with other columns or types is a BadInputError."""

    databases: Databases

    def replace_measurements(self, run_id: str, store: str, dataset: str, frame: pd.DataFrame) -> int:
        """Put the measurements of one run x store x dataset in the place of those of an earlier attempt; returns how many rows.

        Args:
            run_id: the run that measured.
            store: the store measured.
            dataset: the dataset measured.
            frame: rung, metric, by_dimension, grp, status, sample (text; the sample as JSON), source, target, difference, tolerance,
                explained, unexplained (decimals of scale <= 4).
        """
        key = {"run_id": run_id, "store": store, "dataset": dataset}
        taken_at = pd.Series(datetime.now(UTC), index=frame.index, dtype="datetime64[us, UTC]")
        return replace_rows(self.databases, Measurement, key, frame.assign(taken_at=taken_at))

    def replace_breaks(self, run_id: str, store: str, dataset: str, frame: pd.DataFrame) -> int:
        """Replace the breaks of one run x store x dataset: metric, grp, reason, break_class, rows, amount, status."""
        return replace_rows(self.databases, ReconciliationBreak, {"run_id": run_id, "store": store, "dataset": dataset}, frame)

    def measurements(self, *, store: str | None = None, dataset: str | None = None, run_id: str | None = None) -> pd.DataFrame:
        """Measurements with the given properties (None: any): the columns of `Measurement`, oldest first."""
        return read_rows(self.databases, Measurement, {"store": store, "dataset": dataset, "run_id": run_id})

    def breaks(self, *, store: str | None = None, dataset: str | None = None, run_id: str | None = None) -> pd.DataFrame:
        """Breaks with the given properties (None: any): the columns of `ReconciliationBreak`, oldest first."""
        return read_rows(self.databases, ReconciliationBreak, {"store": store, "dataset": dataset, "run_id": run_id})
