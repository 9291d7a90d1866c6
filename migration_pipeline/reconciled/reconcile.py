"""One reconciliation: the untouched source against the ledger and the ERP as read back.

Belongs here: putting the three beside each other. Does not belong here: the figures of each side (`source_totals.py`, `erp_figures.py`)
and how they are compared (`compare.py`).
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from migration_pipeline.contracts.correction_amounts import correction_amounts
from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.ledger import Conservation, conservation
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.classed_breaks import account_for, cases_of, judged, no_cases
from migration_pipeline.reconciled.compare import RowDifferences, breaks, measure
from migration_pipeline.reconciled.compare_rows import compare_streams, stream
from migration_pipeline.reconciled.compare_shared import Said, compare_shared
from migration_pipeline.reconciled.erp_changes import ErpChanges, find_changes
from migration_pipeline.reconciled.erp_figures import ReadBack, erp_figures
from migration_pipeline.reconciled.erp_shape import schema_rung
from migration_pipeline.reconciled.group_rung import Compared, Surroundings, group_rung
from migration_pipeline.reconciled.ladder import row_rungs, whole_rungs
from migration_pipeline.reconciled.measurements import frame_of
from migration_pipeline.reconciled.source_rows import StoreSource
from migration_pipeline.reconciled.source_select import database
from migration_pipeline.reconciled.source_totals import take_all, totals_of
from migration_pipeline.runtime.sealed import IDENTITY_VARIABLE


@dataclass(frozen=True)
class Reconciliation:
    """The proof for one store x dataset.

    Attributes:
        measurements: per table and metric source, ledger, target, explained, unexplained, status.
        breaks: every difference by reason; `unexplained` if none explains it.
        rows: ERP table -> row-by-row differences between what was mapped and what the ERP holds.
        ladder: all of it rung by rung, for the control database (`measurements.COLUMNS`).
        cells: the totals of every group (`cells.CELL_COLUMNS`).
        changes: rows of the ERP that are not as they were loaded.
        cases: every break with its class, for people to decide on (`classed_breaks.CASE_COLUMNS`).
    """

    measurements: pd.DataFrame
    breaks: pd.DataFrame
    rows: Mapping[str, RowDifferences]
    ladder: pd.DataFrame
    cells: pd.DataFrame = field(default_factory=lambda: frame_of([]))
    changes: ErpChanges = field(default_factory=ErpChanges)
    cases: pd.DataFrame = field(default_factory=no_cases)

    def judged(self, cases: pd.DataFrame) -> "Reconciliation":
        """The same with what people decided: `cases` with their `state`."""
        return replace(self, ladder=judged(self.ladder, cases), cases=cases)

    @property
    def clean(self) -> bool:
        """True if every difference is explained, tolerated or accepted and every row is in the ERP as it was mapped."""
        return not (self.ladder["status"] == "break").any()

    def as_output(self, loaded: StageOutput, run_id: str) -> StageOutput:
        """For the lake: measurements, ladder, cells, breaks, cases, rows (missing, extra, different), break_rows (every changed row)."""
        rows = [(name, r.missing, r.extra, r.different) for name, r in self.rows.items()]
        counts = pd.DataFrame(rows, columns=["table", "missing", "extra", "different"])
        tables = {"measurements": self.measurements, "ladder": self.ladder, "cells": self.cells, "breaks": self.breaks, "rows": counts}
        tables |= {"cases": self.cases, "break_rows": self.changes.rows}
        return StageOutput(loaded.extract_id, tables, facts={"clean": self.clean, "run_id": run_id})


@dataclass(frozen=True)
class ArchivePlace:
    """Where archived files lie, and the environment variable that names the key of encrypted ones."""

    root: Path
    identity: str = IDENTITY_VARIABLE


@dataclass(frozen=True)
class Accepted:
    """What people have accepted.

    Attributes:
        tolerance: metric -> how much may stay unexplained.
        description: the ERP's tables as they were described and kept.
    """

    tolerance: Mapping[str, Decimal] = field(default_factory=dict)
    description: TargetDescription | None = None


def reconcile(
    dataset: Dataset,
    store: StoreSpec,
    source: SourceSpec,
    loaded: StageOutput,
    target: ReadBack,
    archive: ArchivePlace,
    said: Said,
    accepted: Accepted | None = None,
    around: Surroundings | None = None,
) -> Reconciliation:
    """Compare source, ledger and ERP.

    Args:
        dataset: what is compared.
        store: whose.
        source: how its source is read.
        loaded: what the load left: ledger, rows as they were sent, the extract's manifest.
        target: the ERP.
        archive: where the untouched source lies.
        said: what all stores say of company-wide records.
        accepted: what people have accepted.
        around: the catalogues that sales name, what cleaning changed.

    Raises:
        BadInputError: an archived file is not what it was when it was read.
    """
    accepted = accepted or Accepted()
    dataset = _measurable(dataset, loaded)
    files = archived_inputs(loaded, archive)
    at, corrections = StoreSource(source, store, files), correction_amounts(loaded.facts)
    with closing(database().cursor()) as connection:
        taken = take_all(connection, dataset, at)
        totals = totals_of(connection, dataset, taken)
        both = Compared(dataset, at, loaded, target, said, corrections, accepted.tolerance, around or Surroundings())
        groups = group_rung(connection, taken, both)
    measured = measure(dataset, totals, loaded.outcomes, erp_figures(dataset, store.id, loaded, target), corrections)
    rows = {name: _row_by_row(name, frame, store.id, target, said) for name, frame in loaded.tables.items()}
    changes = find_changes(loaded.tables, rows, store.id, target, said)
    found = breaks(measured, loaded.outcomes, corrections)
    measured, found = account_for(dataset, measured, found, changes, loaded.outcomes, accepted.tolerance)
    ladder = [
        frame_of([*schema_rung(dataset.name, target.describe(), accepted.description), *whole_rungs(measured, found, accepted.tolerance)]),
        groups.measured,
        frame_of(row_rungs(rows, {name: len(frame) for name, frame in loaded.tables.items()})),
    ]
    whole = pd.concat([part for part in ladder if len(part)], ignore_index=True)
    cases = cases_of(dataset.name, found, changes, whole, loaded.outcomes)
    return Reconciliation(measured, found, rows, whole, groups.cells, changes, cases)


def _measurable(dataset: Dataset, loaded: StageOutput) -> Dataset:
    """The dataset without the money of tickets whose total the source does not give: it is derived from the lines, which are compared."""
    columns = loaded.facts["columns"]
    if not isinstance(columns, dict) or "tickets" not in columns or "total" in columns["tickets"]:
        return dataset
    return replace(dataset, tables=tuple(replace(t, money=None) if t.name == "tickets" else t for t in dataset.tables))


def conserved(dataset: Dataset, raw: StageOutput, ledger: pd.DataFrame) -> list[Conservation]:
    """Per table of the source: does every row read have exactly one outcome?"""
    checked = []
    for name, frame in raw.tables.items():
        dataset.table(name)
        ragged = raw.outcomes.loc[raw.outcomes["table"] == name, "row_id"]
        checked.append(conservation(name, pd.concat([frame["_row_id"], ragged], ignore_index=True), ledger))
    return checked


def _row_by_row(name: str, sent: pd.DataFrame, store: str, target: ReadBack, said: Said) -> RowDifferences:
    """Company-wide rows may hold newer values of other stores, but none that no store says."""
    key = list(erp_table(name).key)
    if erp_table(name).per_store:
        return compare_streams(stream(sent), target.stream(name, store), key)
    return compare_shared(name, sent, target.read_back(name, None, sent[key]), key, said)


def archived_inputs(loaded: StageOutput, archive: ArchivePlace) -> dict[str, list[ArchivedInput]]:
    """Input -> the files its extract was read from, by the manifest that every stage hands on."""
    return inputs_of_manifest(loaded.facts["files"], archive)


def inputs_of_manifest(files: object, archive: ArchivePlace) -> dict[str, list[ArchivedInput]]:
    """Input -> the archived files that a manifest names."""
    if not isinstance(files, dict):
        raise TypeError("the extract has no manifest")
    return {name: [_archived_input(entry, archive) for entry in found] for name, found in files.items()}


def _archived_input(entry: Mapping[str, Any], archive: ArchivePlace) -> ArchivedInput:
    return ArchivedInput(
        stored=archive.root / entry["stored"],
        name=entry["name"],
        sha256=entry["sha256"],
        member=entry["member"],
        options=entry["options"],
        identity=archive.identity,
    )
