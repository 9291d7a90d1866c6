"""What every stage hands to the next: its tables, the outcomes of the rows that ended there, its findings and what it changed.

Belongs here: the value and how findings are counted. Does not belong here: writing it (`runtime/lake.py`), what counts as a
change (`cleaned/changes.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from migration_pipeline.contracts.correction_amounts import CorrectionAmount
from migration_pipeline.contracts.ledger import empty_ledger
from migration_pipeline.contracts.policy_effects import PolicyEffect

PENDING = "_pending"
"""Table of a mapped output: the ledger of the rows that will be `loaded` when the load commits."""
FINDING_COLUMNS = ("table", "rule", "reason", "action", "hits")
CHANGE_COLUMNS = ("table", "row_id", "column", "source_column", "old", "new", "rule", "reason", "from_row")
_NO_CHANGES = pd.DataFrame({**{name: pd.Series(dtype="str") for name in CHANGE_COLUMNS}, "cells": pd.Series(dtype="int64")})
EVERY_ROW = "*"
"""`row_id` of a change that stands for many cells alike."""


def empty_findings() -> pd.DataFrame:
    """Findings without rows: table, rule, reason, action (text) and hits (rows, int64)."""
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in FINDING_COLUMNS})
    return frame.assign(hits=frame["hits"].astype("int64"))


def empty_changes() -> pd.DataFrame:
    """A change log without rows: `CHANGE_COLUMNS` (text) and `cells` (int64, 1 but for rows that stand for many)."""
    return _NO_CHANGES.copy()


@dataclass(frozen=True)
class Cells:
    """The cells that one rule changed in one column.

    Attributes:
        column: canonical name.
        rows: index labels in the table's frame.
        from_row: per label the `_row_id` that the new value comes from, where it is another row.
    """

    column: str
    rows: pd.Index
    from_row: "pd.Series[str] | None" = None


@dataclass(frozen=True)
class Finding:
    """One rule's hits on one table, counted whether or not the row goes on, and the cells it changed (none for a flag).

    `effect` is what the policy of a built-in rule did. Rows that such a policy ends are counted by the ledger: `hits` is 0 for them.
    `moved` is what it changed in the books, `note` what a person should know about these hits, or why there can be none.
    """

    table: str
    rule: str
    reason: str
    action: str
    hits: int
    cells: tuple[Cells, ...] = field(default=(), compare=False, repr=False)
    effect: PolicyEffect | None = field(default=None, compare=False, repr=False)
    moved: tuple[CorrectionAmount, ...] = field(default=(), compare=False, repr=False)
    note: str = field(default="", compare=False)


def findings_frame(found: Iterable[Finding]) -> pd.DataFrame:
    """Findings with at least one hit as a frame, hits of equal ones added up."""
    rows = [(f.table, f.rule, f.reason, f.action, f.hits) for f in found if f.hits]
    if not rows:
        return empty_findings()
    frame = pd.DataFrame(rows, columns=list(FINDING_COLUMNS))
    return frame.groupby(["table", "rule", "reason", "action"])[["hits"]].sum().reset_index()


@dataclass(frozen=True)
class StageOutput:
    """The result of one stage for one store x dataset.

    Attributes:
        extract_id: names the reading of the source that all of this comes from.
        tables: table name -> frame; every frame has `_row_id`.
        outcomes: ledger rows (`contracts/ledger.py`) of the source rows that ended in this stage.
        findings: table, rule, reason, action, hits.
        changes: every cell whose meaning this stage changed (`empty_changes`), with personal values: for the lake only.
        facts: small JSON-able figures for metadata (file manifest, versions).
    """

    extract_id: str
    tables: dict[str, pd.DataFrame]
    outcomes: pd.DataFrame = field(default_factory=empty_ledger)
    findings: pd.DataFrame = field(default_factory=empty_findings)
    facts: dict[str, object] = field(default_factory=dict)
    changes: pd.DataFrame = field(default_factory=empty_changes)
