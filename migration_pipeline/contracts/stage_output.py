"""What every stage hands to the next: its tables, the outcomes of the rows that ended there, and its findings.

Belongs here: the value and how findings are counted. Does not belong here: writing it (`orchestration/lake_io.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from migration_pipeline.contracts.ledger import empty_ledger

PENDING = "_pending"
"""Table of a mapped output: the ledger of the rows that will be `loaded` when the load commits."""
FINDING_COLUMNS = ("table", "rule", "reason", "action", "hits")


def empty_findings() -> pd.DataFrame:
    """Findings without rows: table, rule, reason, action (text) and hits (rows, int64)."""
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in FINDING_COLUMNS})
    return frame.assign(hits=frame["hits"].astype("int64"))


@dataclass(frozen=True)
class Finding:
    """One rule's hits on one table; counted whether or not the row goes on."""

    table: str
    rule: str
    reason: str
    action: str
    hits: int


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
        facts: small JSON-able figures for metadata (file manifest, versions).
    """

    extract_id: str
    tables: dict[str, pd.DataFrame]
    outcomes: pd.DataFrame = field(default_factory=empty_ledger)
    findings: pd.DataFrame = field(default_factory=empty_findings)
    facts: dict[str, object] = field(default_factory=dict)
