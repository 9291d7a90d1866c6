"""Sums of the outcome ledger and of findings, per extract.

Belongs here: replacing and listing them. Does not belong here: making the ledger (`contracts/ledger.py`) or judging the sums.
"""

from dataclasses import dataclass

import pandas as pd

from migration_pipeline.control.models import FindingSum, OutcomeSum
from migration_pipeline.control.repository.frames import read_rows, replace_rows
from migration_pipeline.runtime.databases import Databases


@dataclass(frozen=True)
class OutcomeRepository:
    """Outcome and finding sums of one control database. A frame with other columns or types is a BadInputError."""

    databases: Databases

    def replace_outcomes(self, extract_id: str, store: str, dataset: str, sums: pd.DataFrame) -> int:
        """Put the sums of one extract in the place of earlier ones; returns how many rows.

        Args:
            extract_id: the extract they belong to.
            store: its store.
            dataset: its dataset.
            sums: what `contracts.ledger.outcome_sums` returns: table, stage, outcome, reason, rows, money, quantity, points.
        """
        return self._replace(OutcomeSum, extract_id, store, dataset, sums)

    def replace_findings(self, extract_id: str, store: str, dataset: str, findings: pd.DataFrame) -> int:
        """Put the findings of one extract (table, rule, reason, action, hits) in the place of earlier ones; equal ones are added up."""
        keys = ["table", "rule", "reason", "action"]
        sums = findings.groupby(keys, sort=True)["hits"].sum().reset_index()
        return self._replace(FindingSum, extract_id, store, dataset, sums)

    def outcomes(self, *, store: str | None = None, dataset: str | None = None, extract_id: str | None = None) -> pd.DataFrame:
        """Outcome sums with the given properties (None: any): the columns of `OutcomeSum`, money and quantities exact."""
        return read_rows(self.databases, OutcomeSum, {"store": store, "dataset": dataset, "extract_id": extract_id})

    def findings(self, *, store: str | None = None, dataset: str | None = None, extract_id: str | None = None) -> pd.DataFrame:
        """Finding sums with the given properties (None: any): the columns of `FindingSum`."""
        return read_rows(self.databases, FindingSum, {"store": store, "dataset": dataset, "extract_id": extract_id})

    def _replace(self, model: type[OutcomeSum | FindingSum], extract_id: str, store: str, dataset: str, frame: pd.DataFrame) -> int:
        # deletes by extract alone: its rows go even if they were recorded under another store name
        renamed = frame.rename(columns={"table": "table_name"}).assign(store=store, dataset=dataset)
        return replace_rows(self.databases, model, {"extract_id": extract_id}, renamed)
